"""Who lives in which household, as what, and since when; what is said of a household besides.

Thuật ngữ: hộ gia đình, chủ hộ, quan hệ với chủ hộ; tách hộ, nhập hộ (Luật Cư trú 2020 Điều 10, 25).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from common.kernel.errors import Conflict, FieldError, InvalidInput, NotFound

Relation = Literal["head", "spouse", "child", "parent", "grandchild", "sibling", "other"]
Cause = Literal["death", "merge"]
Flag = Literal["no_labour", "single"]
"""Nobody able to work (hộ không có khả năng lao động); one person alone (hộ độc thân)."""


class HouseholdNotFound(NotFound, code="household_not_found", title="Không tìm thấy hộ này"):
    """No such household, or not in a commune of the caller."""


class HouseholdMembersInvalid(
    InvalidInput, code="household_members_invalid", title="Danh sách thành viên hộ chưa hợp lệ"
):
    """Some of the named members cannot be; each is pointed at."""


class HouseholdCodeTaken(
    Conflict, code="household_code_taken", title="Mã hộ này đã dùng cho hộ khác trong xã"
):
    """Another household of the commune has the code."""


class SameHousehold(
    InvalidInput, code="same_household", title="Không thể nhập một hộ vào chính hộ đó"
):
    """A household cannot be joined with itself."""


class HouseholdsApart(
    InvalidInput,
    code="households_apart",
    title="Hai hộ ở hai xã khác nhau; cần ghi nhận chuyển nơi cư trú trước",
):
    """Only households of one commune are joined; somebody has to move first."""


class HouseholdDayInFuture(
    InvalidInput, code="household_day_in_future", title="Ngày thay đổi của hộ chưa đến"
):
    """A change is recorded when it has happened."""

    @classmethod
    def at_field(cls) -> HouseholdDayInFuture:
        """Point at the day."""
        message = "Ngày thay đổi không được sau hôm nay."
        return cls(errors=[FieldError("/valid_from", "household_day_in_future", message)])


@dataclass(frozen=True, slots=True)
class Membership:
    """One person in a household over some time."""

    member_id: UUID
    household_id: UUID
    person_id: UUID
    commune_code: str
    relation: Relation
    valid_from: date | None
    valid_to: date | None
    cause: Cause | None = None
    """It stands so since a death, or a merge of records; None: as somebody stated it."""
    cause_person: UUID | None = None
    """Who died, or the record that ceased."""

    def meets(self, other: Membership) -> bool:
        """Whether both hold on some day."""
        return _before(self.valid_from, other.valid_to) and _before(other.valid_from, self.valid_to)

    def on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end


@dataclass(frozen=True, slots=True)
class FlagPeriod:
    """What is said of a household over some time."""

    flag_id: UUID
    household_id: UUID
    commune_code: str
    flag: Flag
    holds: bool
    basis: str | None
    valid_from: date
    valid_to: date | None


@dataclass(slots=True)
class Household:
    """A household in the present, with the version that events count."""

    household_id: UUID
    commune_code: str
    village: str | None = None
    version: int = 0
    codes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Placing:
    """Who is to be in a household as what; `pointer` says where the request names them."""

    person_id: UUID
    relation: Relation


def check_heads(placings: Sequence[Placing]) -> None:
    """A household has one head, and nobody is in it twice.

    Raises:
        HouseholdMembersInvalid: with a pointer for each wrong member.
    """
    wrong: list[FieldError] = []
    seen: set[UUID] = set()
    heads = 0
    for number, placing in enumerate(placings):
        if placing.person_id in seen:
            message = "Người này đã có trong danh sách."
            wrong.append(FieldError(f"/members/{number}", "member_repeated", message))
        seen.add(placing.person_id)
        if placing.relation == "head":
            heads += 1
            if heads > 1:
                message = "Một hộ chỉ có một chủ hộ."
                wrong.append(FieldError(f"/members/{number}/relation", "head_repeated", message))
    if heads == 0:
        wrong.append(FieldError("/members", "head_required", "Cần ghi rõ ai là chủ hộ."))
    if wrong:
        raise HouseholdMembersInvalid(errors=wrong)
