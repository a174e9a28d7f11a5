"""Opens untrusted workbooks (.xlsx, .xls, .ods): the one way in for every service.

A child process reads the file under limits of memory and time. Whatever happens there ends as a
refusal here, and the service goes on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic_core import from_json

from common.files.errors import REFUSALS, WorkbookDamaged, WorkbookTooLarge
from common.files.kinds import is_workbook, refuse_other_kinds

__all__ = ["Merged", "Sheet", "Workbook", "is_workbook", "open_workbook", "refuse_other_kinds"]

Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
SECONDS_MAX: Final = 120.0
"""Seconds until the child is stopped, however busy the machine is."""
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
"""What the child learns of the environment: nothing secret."""
_KILLED_FOR_SIZE: Final = (-24, -25)
"""SIGXCPU, SIGXFSZ."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: cells as Python values, merged areas, cells that hold formulas (from 0)."""

    name: str
    grid: Sequence[Sequence[object]]
    merged: Merged
    formulas: frozenset[tuple[int, int]]
    hidden: frozenset[int] = frozenset()
    """Rows that the program does not show."""
    struck: frozenset[int] = frozenset()
    """Rows with a text that is struck out."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """The visible worksheets, and the day from which serial numbers count."""

    sheets: Sequence[Sheet]
    epoch: date


def open_workbook(path: Path) -> Workbook:
    """Check and read a workbook.

    Raises:
        UnsupportedMedia, TooLarge, InvalidInput: it is refused (`common.files.errors`).
    """
    with tempfile.TemporaryDirectory(prefix="ansinh-read-") as folder:
        result = Path(folder) / "result"
        _run(path, result)
        with result.open("rb") as lines:
            return _workbook(lines)


def _run(path: Path, result: Path) -> None:
    command = [sys.executable, "-I", "-m", "common.files.child", str(path), str(result)]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise WorkbookTooLarge from error
    if done.returncode in _KILLED_FOR_SIZE:
        raise WorkbookTooLarge
    if done.returncode != 0 or not result.exists():
        raise WorkbookDamaged


def _workbook(lines: Iterator[bytes]) -> Workbook:
    try:
        about = from_json(next(lines))
        refused = about.get("refused")
        if refused is not None:
            raise REFUSALS.get(refused, WorkbookDamaged)
        sheets = [_sheet(one, lines) for one in about["sheets"]]
        return Workbook(sheets, date.fromisoformat(about["epoch"]))
    except (StopIteration, ValueError, KeyError, TypeError) as error:
        raise WorkbookDamaged from error


def _sheet(about: dict[str, Any], lines: Iterator[bytes]) -> Sheet:
    grid = [[_cell(cell) for cell in from_json(next(lines))] for _ in range(about["rows"])]
    return Sheet(
        name=about["name"],
        grid=grid,
        merged=[(tuple(first), tuple(last)) for first, last in about["merged"]],
        formulas=frozenset((row, column) for row, column in about["formulas"]),
        hidden=frozenset(about["hidden"]),
        struck=frozenset(about["struck"]),
    )


def _cell(cell: Any) -> object:
    if type(cell) is not dict:
        return cell
    ((kind, value),) = cell.items()
    if kind == "m":
        return datetime.fromisoformat(value)
    if kind == "d":
        return date.fromisoformat(value)
    return time.fromisoformat(value) if kind == "t" else timedelta(seconds=value)
