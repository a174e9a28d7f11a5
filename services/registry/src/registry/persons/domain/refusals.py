"""Why something about a person is refused: stable codes, Vietnamese words, the field it is about."""

from __future__ import annotations

from uuid import UUID

from common.kernel.errors import Conflict, FieldError, InvalidInput, NotFound


class PersonNotFound(NotFound):
    """No such person, or not in a commune of the caller."""

    code = "person_not_found"
    title = "Không tìm thấy người này"


class PersonExists(Conflict):
    """The personal identification number is already registered; where is not said."""

    code = "person_exists"
    title = "Số định danh cá nhân này đã được đăng ký"


class PersonMergedAway(Conflict):
    """The record was merged into another one, which is to be used instead."""

    code = "person_merged"
    title = "Hồ sơ này đã được gộp vào hồ sơ khác của cùng một người"

    def __init__(self, into: UUID) -> None:
        """Name the record that stands for this human now."""
        super().__init__(merged_into=str(into))


class PersonDeceased(Conflict):
    """A death is recorded already; another one needs it to be taken back first."""

    code = "person_deceased"
    title = "Người này đã được ghi nhận là đã mất"


class VitalStatusAbsent(Conflict):
    """There is no death or declaration that could be taken back."""

    code = "vital_status_absent"
    title = "Không có ghi nhận nào để hủy"


class MergeImpossible(Conflict):
    """These two records cannot be merged, or not be parted."""

    code = "merge_impossible"
    title = "Không thể gộp hoặc tách hai hồ sơ này"


class NumberUnchanged(Conflict):
    """The person has this number already."""

    code = "number_unchanged"
    title = "Người này đang có số định danh đó"


class PersonNumberMissing(InvalidInput):
    """Neither the 12 digits nor a former number was given."""

    code = "person_number_missing"
    title = "Cần số định danh cá nhân hoặc số CMND 9 chữ số"

    def __init__(self) -> None:
        """Point at both fields, one of which is needed."""
        message = "Cần một trong hai số."
        super().__init__(
            errors=[
                FieldError("/personal_id", self.code, message),
                FieldError("/former_number", self.code, message),
            ]
        )


class BirthInFuture(InvalidInput):
    """Nobody is registered before they are born."""

    code = "birth_in_future"
    title = "Ngày sinh sau ngày hôm nay"

    def __init__(self) -> None:
        """Point at the date."""
        super().__init__(errors=[FieldError("/birth_date", self.code, "Ngày sinh chưa đến.")])


class ChangeInFuture(InvalidInput):
    """A change is recorded when it has happened."""

    code = "change_in_future"
    title = "Ngày thay đổi có hiệu lực chưa đến"

    def __init__(self, field: str = "valid_from") -> None:
        """Point at the date."""
        super().__init__(errors=[FieldError(f"/{field}", self.code, "Ngày này chưa đến.")])


class DeathImpossible(InvalidInput):
    """A date of death (or of a declaration) that cannot be."""

    code = "death_date_impossible"
    title = "Ngày này không thể đúng"

    def __init__(self, field: str, message: str) -> None:
        """Say what is wrong with the date."""
        super().__init__(errors=[FieldError(f"/{field}", self.code, message)])


class SearchTooWide(InvalidInput):
    """A search of the whole province names nothing to search by."""

    code = "search_too_wide"
    title = "Cần chọn xã, hoặc nhập họ tên, số định danh hay năm sinh"


class MoveNotFound(NotFound):
    """No stated move of this id waits for a word of the caller's communes."""

    code = "move_not_found"
    title = "Không tìm thấy việc chuyển đi này"


class MoveSettled(Conflict):
    """The former commune has said its word about this move already."""

    code = "move_settled"
    title = "Việc chuyển đi này đã được xác nhận hoặc phản đối"


class CommuneNotYours(NotFound):
    """The commune is not one of the caller's."""

    code = "commune_not_yours"
    title = "Địa bàn này không thuộc phạm vi của tài khoản"
