"""Questions about units, today's and former ones: answered from the data files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from common.kernel.names import search_key
from registry.areas.domain import (
    AreaBook,
    Commune,
    CommuneOutsideProvince,
    FormerUnit,
    Province,
    resolution,
)
from registry.areas.store import book as files


@cache
def book() -> AreaBook:
    """Give all units; read once per process."""
    return files.load()


def provinces() -> Sequence[Province]:
    """List the provinces of today."""
    return sorted(book().provinces.values(), key=lambda province: province.code)


def communes(province_code: str, query: str | None = None) -> Sequence[Commune]:
    """List the communes of a province, those whose name holds the query."""
    key = search_key(query or "")
    return [c for c in book().in_province(province_code) if key in search_key(c.full_name)]


def commune(code: str) -> tuple[Commune, Sequence[FormerUnit]]:
    """Give a commune of today and the units that went into it.

    Raises:
        CommuneNotFound: there is none.
    """
    return book().commune(code), book().former_of(code)


def former(name: str, province_code: str) -> Sequence[FormerUnit]:
    """Give what became of a former commune, by name within a province of today."""
    return book().former_by_name(name, province_code)


def own_commune(code: str, province_code: str) -> Commune:
    """Give a commune of the province that this installation serves.

    Raises:
        CommuneNotFound: there is no such commune.
        CommuneOutsideProvince: it belongs to another province.
    """
    found = book().commune(code)
    if found.province_code != province_code:
        raise CommuneOutsideProvince
    return found


def former_province_of(commune_code: str, former_commune: str | None = None) -> str | None:
    """Give the province of before 1/7/2025 of a place of today; None where it is not certain."""
    return resolution.former_province_of(book(), commune_code, former_commune)


def unit_on(code: str, on: date) -> Commune | Sequence[FormerUnit]:
    """Give the unit that had a code on a day: a commune of today, or a former unit's lines.

    Raises:
        UnitNotFound: none had it; the code may be known before or after.
    """
    if on >= resolution.REORGANISED_ON:
        found = book().communes.get(code)
        if found is not None:
            return found
    elif lines := book().former_by_code(code):
        return lines
    raise resolution.UnitNotFound


def place_key(text: str | None, commune_code: str) -> str:
    """Give one key for a commune that a text names by code or name; empty text: the commune itself.

    A name that is not one commune of the province is kept as it is written, without accents.
    """
    written = (text or "").strip()
    if not written or written in book().communes:
        return written or commune_code
    key = search_key(written)
    here = book().commune(commune_code)
    named = [
        unit.code
        for unit in book().in_province(here.province_code)
        if key in {search_key(unit.full_name), search_key(unit.name)}
    ]
    return named[0] if len(named) == 1 else key or commune_code
