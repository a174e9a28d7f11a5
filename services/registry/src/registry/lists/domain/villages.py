"""The village cell: a village, and sometimes the name of a commune that may no longer exist.

Lists still say `Thôn 3, xã Liên Đầm` though Liên Đầm went into xã Di Linh on 1/7/2025.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from common.kernel.names import normalise, search_key
from registry.areas.domain import Place

_COMMUNE = re.compile(
    r"(?<![\s,;(\-–])[\s,;(\-–]*+\b(?P<kind>xã|thị trấn|thị\s+trấn|phường|đặc khu|TT\.?(?=\s*\D)|P\.(?=\s*\D))\s*"
    r"(?P<name>[^,;()\-–]+?)\s*(?P<old>\(?\s*cũ\s*\)?)?[\s,;()]*"
    r"(?:[,;\-–(].*)?$",
    re.IGNORECASE,
)
_VILLAGE = re.compile(
    r"(?:thôn|xóm|bản|ấp|tổ|tdp|khu|khóm|buôn|bon|làng|plei|sóc|đội|phum)\b", re.IGNORECASE
)
_VILLAGE_PLAIN = re.compile(
    r"(?:thon|xom|ban|ap|to|tdp|khu|khom|buon|bon|lang|plei|soc|doi|phum)\b", re.IGNORECASE
)
_KINDS = {"tt": "thị trấn", "tt.": "thị trấn", "p.": "phường"}


class AreaLookup(Protocol):
    """What the village cell asks of the administrative units."""

    def place_of(self, *, kind: str, name: str, commune_code: str) -> Place:
        """Say where a named commune, as seen from a commune of today, lies."""
        ...


@dataclass(frozen=True, slots=True)
class VillageReading:
    """The village alone, the commune that was named with it, and where that one is now."""

    village: str | None
    commune_named: str | None = None
    place: Place = "here"


def read_village(text: str, *, commune_code: str, areas: AreaLookup) -> VillageReading:
    """Split the cell; a cell without a commune's name is `here`."""
    clean = normalise(text)
    match = _COMMUNE.search(clean)
    if match is None:
        return VillageReading(clean or None)
    written = match["kind"].lower()
    kind = _KINDS.get(written, normalise(written))
    name = match["name"].strip(" .")
    place = areas.place_of(kind=kind, name=name, commune_code=commune_code)
    village = clean[: match.start()].strip(" ,;-–(") or None
    return VillageReading(village, f"{kind} {name}", place)


def village_of_sheet(name: str) -> str | None:
    """Give the village that a sheet's name says; None for `Sheet1` and the like."""
    clean = normalise(name.replace('"', " ").replace("\\", " "))
    if clean.isascii():
        return clean if _VILLAGE_PLAIN.match(search_key(clean)) else None
    return clean if _VILLAGE.match(clean) else None
