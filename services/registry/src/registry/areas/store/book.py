"""Reads the data files of administrative units; they change with a decision, not with use."""

from __future__ import annotations

import csv
from importlib import resources

from registry.areas.domain import AreaBook, Commune, FormerUnit, Province


def load() -> AreaBook:
    """Read every unit."""
    districts = {row["code"]: row for row in _rows("former_districts")}
    provinces = {row["code"]: row for row in _rows("former_provinces")}
    return AreaBook(
        provinces=[Province(r["code"], r["name"], r["kind"]) for r in _rows("provinces")],
        communes=[
            Commune(r["code"], r["name"], r["kind"], r["province_code"]) for r in _rows("units")
        ],
        former=[
            FormerUnit(
                code=r["code"],
                name=r["name"],
                kind=r["kind"],
                district=_full(districts.get(r["district_code"])),
                former_province=_full(provinces.get(r["former_province_code"])),
                new_code=r["new_code"],
                split=r["split"] == "1",
                default=r["default"] == "1",
                former_province_code=r["former_province_code"],
            )
            for r in _rows("former_units")
        ],
    )


def _full(row: dict[str, str] | None) -> str:
    return f"{row['kind']} {row['name']}" if row else ""


def _rows(name: str) -> list[dict[str, str]]:
    source = resources.files("registry.areas").joinpath("data", f"{name}.csv")
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))
