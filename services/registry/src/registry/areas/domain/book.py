"""Administrative units since 1/7/2025, and the units that went into them.

Thuật ngữ: đơn vị hành chính cấp tỉnh, cấp xã. Căn cứ: Quyết định 19/2025/QĐ-TTg (mã đơn vị).
Names repeat, within a province too: a commune is found by name only within a province and its kind,
and several answers are several answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from common.kernel.errors import InvalidInput, NotFound
from common.kernel.names import search_key

Place = Literal["here", "former", "elsewhere", "unknown"]


class CommuneNotFound(
    NotFound, code="commune_not_found", title="Không tìm thấy đơn vị hành chính cấp xã"
):
    """No commune of today has this code."""


class CommuneOutsideProvince(
    InvalidInput,
    code="commune_outside_province",
    title="Đơn vị hành chính không thuộc tỉnh mà hệ thống này phục vụ",
):
    """The commune belongs to another province than this installation serves."""


@dataclass(frozen=True, slots=True)
class Province:
    """A province of today: two digits."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today: five digits, its name without its kind."""

    code: str
    name: str
    kind: str
    province_code: str

    @property
    def full_name(self) -> str:
        """Kind and name: `xã Di Linh`."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """A commune until 30/6/2025, and one commune that took over from it.

    A divided unit has several lines; `default` marks the one that received the main part, which is
    a proposal for a person to confirm.
    """

    code: str
    name: str
    kind: str
    district: str
    former_province: str
    new_code: str
    split: bool
    default: bool
    former_province_code: str = ""


class AreaBook:
    """All units, indexed by code and by name within a province."""

    def __init__(
        self,
        provinces: Iterable[Province],
        communes: Iterable[Commune],
        former: Iterable[FormerUnit],
    ) -> None:
        """Index the units."""
        self.provinces = {province.code: province for province in provinces}
        self.communes = {commune.code: commune for commune in communes}
        self._by_name: dict[tuple[str, str], list[Commune]] = defaultdict(list)
        self._former: dict[tuple[str, str], list[FormerUnit]] = defaultdict(list)
        self._into: dict[str, list[FormerUnit]] = defaultdict(list)
        self._by_former_code: dict[str, list[FormerUnit]] = defaultdict(list)
        for commune in self.communes.values():
            self._by_name[commune.province_code, search_key(commune.name)].append(commune)
        for unit in former:
            province = self.communes[unit.new_code].province_code
            self._former[province, search_key(unit.name)].append(unit)
            self._into[unit.new_code].append(unit)
            if unit.code:
                self._by_former_code[unit.code].append(unit)

    def commune(self, code: str) -> Commune:
        """Give a commune of today.

        Raises:
            CommuneNotFound: no commune of today has this code.
        """
        found = self.communes.get(code)
        if found is None:
            raise CommuneNotFound
        return found

    def in_province(self, province_code: str) -> Sequence[Commune]:
        """Give the communes of a province, by code."""
        return sorted(
            (c for c in self.communes.values() if c.province_code == province_code),
            key=lambda commune: commune.code,
        )

    def former_by_name(self, name: str, province_code: str) -> Sequence[FormerUnit]:
        """Give former units of this name whose heirs lie in this province of today."""
        return self._former.get((province_code, search_key(name)), [])

    def former_of(self, code: str) -> Sequence[FormerUnit]:
        """Give the former units that went into a commune of today."""
        return self._into.get(code, [])

    def former_by_code(self, code: str) -> Sequence[FormerUnit]:
        """Give a former unit by its code of before 1/7/2025: one line for each heir.

        A former code may be the code of another commune today: never mix the two.
        """
        return self._by_former_code.get(code, [])

    def place_of(self, *, kind: str, name: str, commune_code: str) -> Place:
        """Say where a commune that an address names lies, seen from a commune of today.

        A unit of the same kind and name of today wins over a former one; spelling with other
        accents counts only where the exact spelling is not found.
        """
        here = self.commune(commune_code)
        key = search_key(name)
        if here.kind == kind and search_key(here.name) == key:
            return "here"
        former = [u for u in self.former_by_name(name, here.province_code) if u.kind == kind]
        exact = [u for u in former if u.name.lower() == name.lower()]
        if any(unit.new_code == commune_code for unit in exact or former):
            return "former"
        today = [c for c in self._by_name.get((here.province_code, key), ()) if c.kind == kind]
        return "elsewhere" if former or today else "unknown"
