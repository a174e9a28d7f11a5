"""Why a dossier is refused a step, or refused at all."""

from __future__ import annotations

from common.kernel.errors import Conflict, InvalidInput, NotFound


class DossierNotFound(NotFound, code="dossier_not_found", title="Không tìm thấy hồ sơ"):
    """No such dossier, or not in the caller's communes."""


class DossierDiffers(
    Conflict, code="dossier_differs", title="Mã hồ sơ đã được dùng cho một nội dung khác"
):
    """The portal sent another message under a code that is in use, and not as a supplement."""


class DossierStepRefused(
    Conflict, code="dossier_step_refused", title="Hồ sơ đang ở trạng thái không cho phép bước này"
):
    """The dossier's present status does not allow this step; `allowed_statuses` may follow."""


class PapersMissing(Conflict, code="papers_missing", title="Hồ sơ còn thiếu giấy tờ phải nộp"):
    """A paper that must be filed is absent; ask for all of them at once."""


class PaperNotListed(
    InvalidInput, code="paper_not_listed", title="Thủ tục không quy định giấy tờ này"
):
    """The procedure of the day of receipt does not list the paper, so nobody may ask for it."""


class ReceiptImplausible(
    InvalidInput, code="receipt_time_implausible", title="Thời điểm tiếp nhận không hợp lý"
):
    """The time of receipt lies in the future, or too far back to be one."""


class OwnerIncomplete(InvalidInput, code="owner_incomplete", title="Thiếu thông tin của chủ hồ sơ"):
    """The message says too little of the owner to know who it is and where they live."""


class OwnerUnregistered(
    Conflict,
    code="owner_unregistered",
    title="Chủ hồ sơ chưa được đăng ký, cần xác nhận đề nghị đăng ký trước",
):
    """The owner waits to be registered: an officer confirms the proposal in the registry first."""
