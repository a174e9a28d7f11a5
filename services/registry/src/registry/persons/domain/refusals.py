"""Why something about a person is refused: stable codes, Vietnamese words, the field it is about."""

from __future__ import annotations

from uuid import UUID

from common.kernel.errors import Conflict, FieldError, InvalidInput, NotFound


class PersonNotFound(NotFound, code="person_not_found", title="Không tìm thấy người này"):
    """No such person, or not in a commune of the caller."""


class PersonExists(
    Conflict, code="person_exists", title="Số định danh cá nhân này đã được đăng ký"
):
    """The personal identification number is already registered; where is not said."""


class PersonMergedAway(
    Conflict, code="person_merged", title="Hồ sơ này đã được gộp vào hồ sơ khác của cùng một người"
):
    """The record was merged into another one, which is to be used instead."""

    def __init__(self, into: UUID) -> None:
        """Name the record that stands for this human now."""
        super().__init__(merged_into=str(into))


class PersonDeceased(
    Conflict, code="person_deceased", title="Người này đã được ghi nhận là đã mất"
):
    """A death is recorded already; another one needs it to be taken back first."""


class VitalStatusAbsent(Conflict, code="vital_status_absent", title="Không có ghi nhận nào để hủy"):
    """There is no death or declaration that could be taken back."""


class MergeImpossible(
    Conflict, code="merge_impossible", title="Không thể gộp hoặc tách hai hồ sơ này"
):
    """These two records cannot be merged, or not be parted."""


class NumberUnchanged(Conflict, code="number_unchanged", title="Người này đang có số định danh đó"):
    """The person has this number already."""


class PersonNumberMissing(
    InvalidInput,
    code="person_number_missing",
    title="Cần số định danh cá nhân hoặc số CMND 9 chữ số",
):
    """Neither the 12 digits nor a former number was given."""

    def __init__(self) -> None:
        """Point at both fields, one of which is needed."""
        message = "Cần một trong hai số."
        super().__init__(
            errors=[
                FieldError("/personal_id", self.code, message),
                FieldError("/former_number", self.code, message),
            ]
        )


class BirthInFuture(InvalidInput, code="birth_in_future", title="Ngày sinh sau ngày hôm nay"):
    """Nobody is registered before they are born."""

    def __init__(self) -> None:
        """Point at the date."""
        super().__init__(errors=[FieldError("/birth_date", self.code, "Ngày sinh chưa đến.")])


class ChangeInFuture(
    InvalidInput, code="change_in_future", title="Ngày thay đổi có hiệu lực chưa đến"
):
    """A change is recorded when it has happened."""

    def __init__(self, field: str = "valid_from") -> None:
        """Point at the date."""
        super().__init__(errors=[FieldError(f"/{field}", self.code, "Ngày này chưa đến.")])


class DeathImpossible(InvalidInput, code="death_date_impossible", title="Ngày này không thể đúng"):
    """A date of death (or of a declaration) that cannot be."""

    def __init__(self, field: str, message: str) -> None:
        """Say what is wrong with the date."""
        super().__init__(errors=[FieldError(f"/{field}", self.code, message)])


class SearchTooWide(
    InvalidInput,
    code="search_too_wide",
    title="Cần chọn xã, hoặc nhập họ tên, số định danh hay năm sinh",
):
    """A search of the whole province names nothing to search by."""


class MoveNotFound(NotFound, code="move_not_found", title="Không tìm thấy việc chuyển đi này"):
    """No stated move of this id waits for a word of the caller's communes."""


class MoveSettled(
    Conflict, code="move_settled", title="Việc chuyển đi này đã được xác nhận hoặc phản đối"
):
    """The former commune has said its word about this move already."""


class CommuneNotYours(
    NotFound, code="commune_not_yours", title="Địa bàn này không thuộc phạm vi của tài khoản"
):
    """The commune is not one of the caller's."""
