"""The child process that reads one untrusted workbook: `python -m common.files.child FILE RESULT`.

Limits of memory, processor time and output are set before the file is touched. The result is JSON lines:
first what the workbook is (or why it is refused), then one line for each row of each sheet.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, Final

MEMORY_MAX: Final = 1536 * 1024 * 1024
"""Bytes of address space."""
SECONDS_MAX: Final = 60
"""Seconds of processor time."""
OUTPUT_MAX: Final = 512 * 1024 * 1024
"""Bytes of the result."""
_PLAIN: Final = (str, float, int, bool, type(None))


def main(arguments: list[str]) -> int:
    """Read the file and write the result; the exit status is 0 when a result was written."""
    source, target = map(Path, arguments)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_MAX),
        (resource.RLIMIT_CPU, SECONDS_MAX),
        (resource.RLIMIT_FSIZE, OUTPUT_MAX),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    from common.files.reading import read_sheets
    from common.kernel.errors import DomainError

    with target.open("w", encoding="utf-8") as result:
        try:
            epoch, sheets = read_sheets(source)
        except DomainError as refusal:
            _line(result, {"refused": refusal.code})
            return 0
        except MemoryError:
            _line(result, {"refused": "workbook_too_large"})
            return 0
        about = [
            {
                "name": sheet.name,
                "merged": sheet.merged,
                "formulas": sorted(sheet.formulas),
                "hidden": sorted(sheet.hidden),
                "struck": sorted(sheet.struck),
                "rows": len(sheet.rows),
            }
            for sheet in sheets
        ]
        _line(result, {"epoch": epoch.isoformat(), "sheets": about})
        for sheet in sheets:
            for row in sheet.rows:
                _line(result, _cells(row))
    return 0


def _line(result: IO[str], value: Any) -> None:
    result.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def _cells(row: Iterable[Any]) -> list[Any]:
    return [cell if type(cell) in _PLAIN else _tagged(cell) for cell in row]


def _tagged(cell: object) -> Any:
    """Write what JSON has no type for: a moment, a day, a time, a length of time."""
    if isinstance(cell, datetime):
        return {"m": cell.isoformat()}
    if isinstance(cell, date):
        return {"d": cell.isoformat()}
    if isinstance(cell, time):
        return {"t": cell.isoformat()}
    if isinstance(cell, timedelta):
        return {"s": cell.total_seconds()}
    return str(cell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
