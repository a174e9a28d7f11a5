"""From a place of before 1/7/2025 to the commune of today, and back to the former province.

Thuật ngữ: sắp xếp đơn vị hành chính. Căn cứ: Nghị quyết 202/2025/QH15; Quyết định 19/2025/QĐ-TTg.
A unit that was divided has several heirs: the village decides, and where no village table does, a
person. A name alone decides nothing: two wards of today are called Hương Trà.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from common.kernel.errors import FieldError, InvalidInput, NotFound
from common.kernel.names import search_key
from registry.areas.domain.book import AreaBook, FormerUnit

REORGANISED_ON = date(2025, 7, 1)
"""First day of the two-level units (Nghị quyết 202/2025/QH15)."""

Outcome = Literal["whole", "by_village", "open", "unknown"]


class UnitNotFound(
    NotFound, code="unit_not_found", title="Không có đơn vị hành chính mang mã này vào ngày đó"
):
    """No unit had this code on that day."""


class FormerUnitUnclear(
    InvalidInput,
    code="former_unit_unclear",
    title="Cần mã đơn vị cũ, hoặc tên kèm mã tỉnh; chỉ có tên thì chưa đủ để xác định",
):
    """Neither a code nor a name with its province was given: a name alone decides nothing."""

    @classmethod
    def missing(cls) -> FormerUnitUnclear:
        """Point at what has to be added."""
        message = "Nhập mã đơn vị cũ, hoặc tên kèm mã tỉnh (cũ hoặc hiện nay)."
        return cls(errors=[FieldError("/province_code", "former_unit_unclear", message)])


@dataclass(frozen=True, slots=True)
class FormerPlace:
    """A former place as a paper names it: by code, or by name within a province.

    `province_code` is the former province (63) or, where it says so, today's (34).
    """

    code: str | None = None
    name: str | None = None
    kind: str | None = None
    district: str | None = None
    former_province_code: str | None = None
    province_code: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of a former place.

    `commune_code` is set only where it is certain: the unit went over whole, or the village
    decided. `open` means that somebody has to settle it.
    """

    outcome: Outcome
    commune_code: str | None
    candidates: tuple[FormerUnit, ...]

    @property
    def former_province_code(self) -> str | None:
        """The province of before 1/7/2025, where all candidates agree."""
        codes = {unit.former_province_code for unit in self.candidates}
        return codes.pop() if len(codes) == 1 else None

    @property
    def unit_codes(self) -> frozenset[str]:
        """The former units that may be meant."""
        return frozenset(unit.code for unit in self.candidates)


def lines_of(book: AreaBook, place: FormerPlace) -> Sequence[FormerUnit]:
    """Give the lines of every former unit that the place may be.

    Raises:
        FormerUnitUnclear: neither a code nor a name with a province.
    """
    if place.code:
        return book.former_by_code(place.code)
    if not place.name or not (place.former_province_code or place.province_code):
        raise FormerUnitUnclear.missing()
    provinces = {place.province_code} if place.province_code else book.provinces.keys()
    found = [
        unit
        for province in sorted(code for code in provinces if code)
        for unit in book.former_by_name(place.name, province)
    ]
    if place.former_province_code:
        found = [u for u in found if u.former_province_code == place.former_province_code]
    if place.kind:
        found = [u for u in found if u.kind == place.kind]
    if place.district:
        key = search_key(place.district)
        found = [u for u in found if key in search_key(u.district)]
    exact = [u for u in found if u.name.lower() == place.name.strip().lower()]
    return exact or found


def resolve(lines: Sequence[FormerUnit], village_in: Collection[str] = ()) -> Resolution:
    """Decide which commune of today a former place lies in.

    Args:
        lines: every line of the units that may be meant (`lines_of`).
        village_in: communes of today that are known to hold the village that the paper names.
    """
    candidates = tuple(lines)
    heirs = {unit.new_code for unit in candidates}
    if not heirs:
        return Resolution("unknown", None, ())
    if len(heirs) == 1:
        return Resolution("whole", heirs.pop(), candidates)
    holding = heirs & set(village_in)
    if len(holding) == 1:
        return Resolution("by_village", holding.pop(), candidates)
    return Resolution("open", None, candidates)


def former_province_of(
    book: AreaBook, commune_code: str, former_commune: str | None = None
) -> str | None:
    """Give the province of before 1/7/2025 in which a place of today lay, two digits.

    23 communes of today were put together from two former provinces: there the former commune
    decides, and without one nothing is said. Căn cứ: law-corrections section 8 (mức của tỉnh cũ).
    """
    units = book.former_of(commune_code)
    codes = {unit.former_province_code for unit in units}
    if len(codes) > 1 and former_commune:
        key = search_key(former_commune)
        named = {
            unit.former_province_code
            for unit in units
            if key in {search_key(unit.name), search_key(f"{unit.kind} {unit.name}")}
        }
        codes = named or codes
    return codes.pop() if len(codes) == 1 else None
