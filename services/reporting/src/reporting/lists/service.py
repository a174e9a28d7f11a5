"""Write a selection as rows of words, as a paper in every format, or as CSV."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from common.audit import record
from common.contracts.benefits import CATALOGUE, told_line
from common.database.session import AsyncSession
from common.documents import (
    FORMATS,
    Cell,
    Column,
    Document,
    Letterhead,
    Row,
    Signature,
    Table,
    write_document,
)
from common.documents.csv import CSV_MEDIA_TYPE, write_csv
from reporting.indicators.domain.figures import Scope
from reporting.indicators.service import labels
from reporting.lists.domain import ListAsked, columns_of
from reporting.selections import service as selections
from reporting.selections.domain import ListColumn, Selection

LONGEST_FILE = 100_000
"""Most rows of one file; a longer list is asked for by commune or village."""
FILE_TYPES: Mapping[str, str] = {
    **{name: kind.media_type for name, kind in FORMATS.items()},
    "csv": CSV_MEDIA_TYPE,
}
"""Format -> media type."""
_WIDTHS = {"full_name": 28, "birth_date": 12, "sex": 9, "personal_id": 16, "signature": 18}


def list_kinds() -> tuple[Selection, ...]:
    """Give the lists that can be printed, by code."""
    found = selections.selections()
    return tuple(found[code] for code in sorted(found) if found[code].listed)


async def read_rows(
    session: AsyncSession,
    scope: Scope,
    asked: ListAsked,
    *,
    file_format: str,
    limit: int,
    offset: int = 0,
) -> list[dict[str, Cell]]:
    """Give the rows of a list in words; the audit log keeps who read which list of whom.

    Raises:
        ListNotForPosting: the list tells something about health and was asked for posting.
    """
    columns = columns_of(asked)
    found = await selections.rows(
        session,
        asked.selection,
        scope.communes,
        asked.when,
        village=asked.village,
        limit=limit,
        offset=offset,
    )
    detail = {
        "communes": "*" if scope.communes is None else sorted(scope.communes),
        "day": asked.when.day.isoformat(),
        "format": file_format,
        "rows": len(found),
    }
    await record(session, "list.read", "list", asked.selection.code, detail)
    return [{column.key: _cell(column, row) for column in columns} for row in found]


async def write_list(
    session: AsyncSession, scope: Scope, asked: ListAsked, file_format: str
) -> bytes:
    """Write a list as a file; formatting takes a thread."""
    rows = await read_rows(session, scope, asked, file_format=file_format, limit=LONGEST_FILE)
    table = _table(asked, rows)
    if file_format == "csv":
        return await asyncio.to_thread(write_csv, table)
    return await asyncio.to_thread(write_document, _paper(scope, asked, table), file_format)


def _table(asked: ListAsked, rows: Sequence[Mapping[str, Cell]]) -> Table:
    columns = columns_of(asked)
    return Table(
        "Danh sách",
        asked.selection.title,
        (
            Column("STT", "count", 6),
            *(
                Column(
                    column.heading,
                    "text" if column.kind == "benefit" else column.kind,
                    _WIDTHS.get(column.key, 22 if column.kind in {"text", "benefit"} else None),
                )
                for column in columns
            ),
        ),
        tuple(
            Row((number, *(row[column.key] for column in columns)))
            for number, row in enumerate(rows, 1)
        ),
        (
            f"Ai có trong danh sách: {asked.selection.definition}.",
            f"Cộng: {len(rows)} dòng.",
        ),
    )


def _paper(scope: Scope, asked: ListAsked, table: Table) -> Document:
    when, selection = asked.when, asked.selection
    place = scope.words() if asked.village is None else f"{asked.village}, {scope.words()}"
    period = when.last.display()
    if when.first != when.last:
        period = f"từ tháng {when.first.display()} đến tháng {period}"
    communes = scope.communes
    single = communes is not None and len(communes) == 1
    organ = scope.name_of(communes[0]) if communes and single else scope.province_name
    return Document(
        kind="DANH SÁCH",
        subject=selection.title,
        letterhead=Letterhead(
            f"Ủy ban nhân dân {organ}",
            organ.partition(" ")[2] or organ,
            scope.province_name if single else None,
        ),
        signature=Signature("CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN"),
        blocks=(table,),
        abbreviation="DS-UBND",
        period=f"{place} - ngày {when.day:%d/%m/%Y}, kỳ {period}",
        basis=(f"Căn cứ {selection.basis}.",) if selection.basis else (),
        recipients=("Lưu: VT",),
    )


def _cell(column: ListColumn, row: Mapping[str, Any]) -> Cell:
    value = row.get(column.key)
    if value is None:
        return None
    if column.key == "birth_date":
        return _birth_date(row)
    if column.kind == "benefit":
        return benefit_words(str(value))
    if column.words is not None:
        return labels().of(column.words, str(value))
    cell: Cell = value
    return cell


def benefit_words(code: str) -> str:
    """Say a benefit as everybody may read it: a monthly one by its label, or one paid once."""
    if code in CATALOGUE.benefits:
        return told_line(code).title
    return labels().of("one_off", code)


def _birth_date(row: Mapping[str, Any]) -> str:
    """Write as much of a birth date as is known: many elders know the year only."""
    pattern = {"year": "%Y", "month": "%m/%Y"}.get(row["birth_precision"], "%d/%m/%Y")
    return f"{row['birth_date']:{pattern}}"
