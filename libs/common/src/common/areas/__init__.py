"""Which province a commune belongs to: for services that must refuse another province's places.

`communes.csv` (commune, province) is made from the registry's list of units by `make generate`.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


def province_of_commune(commune_code: str) -> str | None:
    """Give the two-digit province of a commune of today; None: there is no such commune."""
    return _provinces().get(commune_code)


@cache
def _provinces() -> dict[str, str]:
    text = resources.files(__name__).joinpath("communes.csv").read_text(encoding="utf-8")
    return {row["commune"]: row["province"] for row in csv.DictReader(text.splitlines())}
