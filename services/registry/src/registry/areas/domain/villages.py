"""Villages over time, and the decisions that call a commune or a village specially difficult.

Thuật ngữ: thôn, làng, ấp, bản, bon, buôn, tổ dân phố; xã, thôn đặc biệt khó khăn.
Villages have no national code. After the mergers a commune may hold two villages of one name, until
one is renamed: the former unit tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.kernel.errors import Conflict, FieldError, InvalidInput, NotFound
from common.kernel.names import search_key

_KINDS = ("thon ", "lang ", "ap ", "ban ", "bon ", "buon ", "xom ", "khom ", "khu pho ")
_GROUPS = ("to dan pho ", "tdp ", "to ")


class VillageNotFound(
    NotFound, code="village_not_found", title="Không tìm thấy thôn, tổ dân phố này"
):
    """No village has this id, or its commune is not the caller's."""


class VillageExists(
    Conflict,
    code="village_exists",
    title="Địa bàn đã có thôn, tổ dân phố mang tên này trong thời gian đó",
):
    """The commune has a village of this name, from the same former unit, at that time."""


class FormerUnitElsewhere(
    InvalidInput, code="former_unit_elsewhere", title="Đơn vị cũ không nhập vào xã này"
):
    """The former unit did not go into this commune."""

    @classmethod
    def at_field(cls) -> FormerUnitElsewhere:
        """Point at the field."""
        message = "Mã đơn vị cũ phải là một đơn vị đã nhập vào xã này từ 1/7/2025."
        return cls(errors=[FieldError("/former_unit_code", "former_unit_elsewhere", message)])


class ResidenceTaskNotFound(
    NotFound, code="residence_task_not_found", title="Không tìm thấy việc xác định nơi cư trú này"
):
    """No open question about a residence has this id, or it is not the caller's to see."""


class ResidenceTaskClosed(
    Conflict, code="residence_task_closed", title="Nơi cư trú này đã được xác định"
):
    """Somebody settled the question already."""


class NotACandidate(
    InvalidInput,
    code="not_a_candidate",
    title="Xã được chọn không phải là xã nhận phần của đơn vị cũ",
):
    """The chosen commune took nothing over from the former unit."""

    @classmethod
    def at_field(cls) -> NotACandidate:
        """Point at the field."""
        message = "Chọn một trong các xã đã nhận một phần của đơn vị cũ."
        return cls(errors=[FieldError("/commune_code", "not_a_candidate", message)])


@dataclass(frozen=True, slots=True)
class VillageName:
    """A village's name over some time; `former_unit_code` is where it lay until 30/6/2025."""

    row_id: UUID
    village_id: UUID
    unit_code: str
    name: str
    former_unit_code: str | None
    decision_number: str | None
    valid_from: date | None
    valid_to: date | None

    @property
    def name_key(self) -> str:
        """The name as it is compared."""
        return village_key(self.name)


@dataclass(frozen=True, slots=True)
class Difficulty:
    """What a decision says about a commune (`village` None) or one of its villages.

    Thuật ngữ: đặc biệt khó khăn. Căn cứ: Nghị định 20/2021/NĐ-CP Điều 5 khoản 7 (vùng đặc biệt khó
    khăn theo quyết định của cơ quan có thẩm quyền).
    """

    difficulty_id: UUID
    unit_code: str
    village: str | None
    difficult: bool
    decision_number: str
    decision_date: date
    valid_from: date
    valid_to: date | None

    @property
    def village_key(self) -> str:
        """The village as it is compared; empty for the whole commune."""
        return village_key(self.village) if self.village else ""


@dataclass(frozen=True, slots=True)
class ResidenceTask:
    """A person whose commune the paper leaves open."""

    task_id: UUID
    person_id: UUID
    commune_code: str
    former_unit_codes: tuple[str, ...]
    candidates: tuple[str, ...]
    village: str | None
    opened_at: datetime
    closed_at: datetime | None = None
    settled_code: str | None = None


def village_key(name: str) -> str:
    """Give a village's name as it is compared: no accents, no kind, no leading zeros.

    "Thôn 03", "thon 3" and "3" are one village; "Tổ dân phố 3" is another kind and keeps `to`.
    """
    key = search_key(name)
    for kind in _KINDS:
        if key.startswith(kind):
            key = key.removeprefix(kind)
            break
    else:
        for kind in _GROUPS:
            if key.startswith(kind):
                key = f"to {key.removeprefix(kind)}"
                break
    return " ".join(word.lstrip("0") or "0" if word.isdigit() else word for word in key.split())
