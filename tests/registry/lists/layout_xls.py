"""Writes old .xls files ([MS-XLS] records in a [MS-CFB] file); knows nothing of the product."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any


def biff(
    lines: Sequence[Sequence[Any]],
    *,
    before: bytes = b"",
    formula: bool = False,
    hidden: Sequence[int] = (),
    struck: Sequence[int] = (),
) -> bytes:
    """Write the records of a small BIFF8 workbook; rows count from 0."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def cell(row: int, column: int, value: Any) -> bytes:
        style = (
            2 if row in struck and isinstance(value, str) else 1 if isinstance(value, date) else 0
        )
        at = struct.pack("<HHH", row, column, style)
        if isinstance(value, date):
            value = (value - date(1899, 12, 30)).days
        if isinstance(value, int | float):
            return record(0x0203, at + struct.pack("<d", value))
        text = str(value).encode("utf-16-le")
        return record(0x0204, at + struct.pack("<HB", len(text) // 2, 1) + text)

    formats = [
        struct.pack("<HHH", font, number, 0) + bytes(14)
        for font, number in ((0, 0), (0, 14), (1, 0))
    ]
    fonts = [struct.pack("<HHHHHBBBB", 200, flags, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x01\x00A"
             for flags in (0, 0x08)]  # fmt: skip
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + before
    start += record(0x0042, struct.pack("<H", 1200)) + b"".join(record(0x0031, f) for f in fonts)
    start += b"".join(record(0x00E0, f) for f in formats)
    name = "Danh sach"
    bound_size = 4 + 4 + 2 + 2 + len(name)
    offset = len(start) + bound_size + 4
    start += record(
        0x0085, struct.pack("<IHBB", offset, 0, len(name), 0) + name.encode("ascii")
    ) + record(0x000A, b"")
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    width = max(map(len, lines))
    sheet += record(0x0200, struct.pack("<IIHHH", 0, len(lines), 0, width, 0))
    for row in hidden:
        sheet += record(0x0208, struct.pack("<HHHHHHHH", row, 0, width, 255, 0, 0, 0x20, 0))
    for row, line in enumerate(lines):
        sheet += b"".join(
            cell(row, column, value) for column, value in enumerate(line) if value is not None
        )
    if formula:
        body = struct.pack("<HHHd", 1, 8, 0, 1.0) + struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00"
        sheet += record(0x0006, body)
    return start + sheet + record(0x000A, b"")


def xls(path: Path, stream: bytes, *, storages: Sequence[str] = ()) -> Path:
    """Put a workbook stream into a compound file."""
    path.write_bytes(compound(stream, storages=storages))
    return path


def compound(stream: bytes, *, storages: Sequence[str] = ()) -> bytes:
    """Give a compound file that holds a workbook stream."""
    stream += bytes(max(4096 - len(stream), 0))
    sectors = -(-len(stream) // 512)
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0), ("Workbook", 2, 0, len(stream))]
    entries += [(name, 1, 0, 0) for name in storages]
    directory = b""
    for number, (name, kind, first, size) in enumerate(entries):
        text = name.encode("utf-16-le")
        child = 1 if number == 0 else 0xFFFFFFFF
        right = number + 1 if 0 < number < len(entries) - 1 else 0xFFFFFFFF
        directory += text.ljust(64, b"\0") + struct.pack(
            "<HBBIII16sIQQIQ", len(text) + 2, kind, 1, 0xFFFFFFFF, right, child, bytes(16), 0, 0, 0,
            first, size,
        )  # fmt: skip
    directory += bytes(-len(directory) % 512)
    directory_sectors = len(directory) // 512
    fat = [n + 1 for n in range(sectors)]
    fat[-1] = 0xFFFFFFFE
    fat += [sectors + n + 1 for n in range(directory_sectors)]
    fat[-1] = 0xFFFFFFFE
    fat_sectors = -(-(len(fat) + 4) // 128)
    fat += [0xFFFFFFFD] * fat_sectors
    fat += [0xFFFFFFFF] * (fat_sectors * 128 - len(fat))
    first_fat = sectors + directory_sectors
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack(
        "<IIIIIIIIII", 0, fat_sectors, sectors, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, first_fat
    )[:36]
    places = [first_fat + n for n in range(fat_sectors)]
    places += [0xFFFFFFFF] * (109 - len(places))
    header += struct.pack("<109I", *places)
    body = stream.ljust(sectors * 512, b"\0") + directory
    return header + body + struct.pack(f"<{len(fat)}I", *fat)
