"""Why a dossier is refused a step, or refused at all."""

from __future__ import annotations

from common.kernel.errors import Conflict, InvalidInput, NotFound


class DossierNotFound(NotFound):
    """No such dossier, or not in the caller's communes."""

    code = "dossier_not_found"
    title = "Không tìm thấy hồ sơ"


class DossierDiffers(Conflict):
    """The portal sent another message under a code that is in use, and not as a supplement."""

    code = "dossier_differs"
    title = "Mã hồ sơ đã được dùng cho một nội dung khác"


class DossierStepRefused(Conflict):
    """The dossier's present status does not allow this step; `allowed_statuses` may follow."""

    code = "dossier_step_refused"
    title = "Hồ sơ đang ở trạng thái không cho phép bước này"


class PapersMissing(Conflict):
    """A paper that must be filed is absent; ask for all of them at once."""

    code = "papers_missing"
    title = "Hồ sơ còn thiếu giấy tờ phải nộp"


class PaperNotListed(InvalidInput):
    """The procedure of the day of receipt does not list the paper, so nobody may ask for it."""

    code = "paper_not_listed"
    title = "Thủ tục không quy định giấy tờ này"


class ReceiptImplausible(InvalidInput):
    """The time of receipt lies in the future, or too far back to be one."""

    code = "receipt_time_implausible"
    title = "Thời điểm tiếp nhận không hợp lý"


class OwnerIncomplete(InvalidInput):
    """The message says too little of the owner to know who it is and where they live."""

    code = "owner_incomplete"
    title = "Thiếu thông tin của chủ hồ sơ"


class OwnerUnregistered(Conflict):
    """The owner waits to be registered: an officer confirms the proposal in the registry first."""

    code = "owner_unregistered"
    title = "Chủ hồ sơ chưa được đăng ký, cần xác nhận đề nghị đăng ký trước"
