"""What others ask of the administrative units."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from common.kernel.names import search_key
from registry.areas import store
from registry.areas.domain import (
    AreaBook,
    Commune,
    CommuneOutsideProvince,
    FormerUnit,
    Province,
    resolution,
)


@cache
def book() -> AreaBook:
    """Give all units; read once per process."""
    return store.load()


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
