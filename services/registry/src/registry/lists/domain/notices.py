"""Reading civil-status death notices: a table with one notice per line.

Thuật ngữ: trích lục khai tử, giấy báo tử. The population database does not tell deaths
(law-corrections §6), so they come from the civil-status register.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from registry.lists.domain.dates import DateReading, Precision, read_date
from registry.lists.domain.findings import Finding, mask_date, mask_number
from registry.lists.domain.header import Header
from registry.lists.domain.numbers import read_identity
from registry.lists.domain.rows import PersonCells, ReadingContext, RowReader, RowReading


@dataclass(slots=True)
class NoticeReading:
    """One death notice as read."""

    row_number: int
    notice_number: str = ""
    person: PersonCells = field(default_factory=PersonCells)
    death_date: date | None = None
    death_precision: Precision = "day"
    registering_commune: str | None = None
    notice_date: date | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether an error keeps the notice out."""
        return any(finding.severity == "error" for finding in self.findings)


def read_notices(
    lines: Iterable[tuple[int, Sequence[object]]],
    header: Header,
    context: ReadingContext,
    today: date,
) -> list[NoticeReading]:
    """Read every notice among numbered lines."""
    return [
        _read_notice(RowReader(context, header.columns, cells), context, number, today)
        for number, cells in lines
        if any(cell is not None and str(cell).strip() for cell in cells)
    ]


def _read_notice(
    reader: RowReader, context: ReadingContext, number: int, today: date
) -> NoticeReading:
    row = RowReading(number)
    row.person.full_name = reader.name(row)
    if not row.person.full_name:
        row.note("row_without_name", "full_name")
    notice = NoticeReading(number, reader.text("notice_number", row), row.person)
    if not notice.notice_number:
        row.note("notice_number_missing", "notice_number")
    _read_who(reader, context, row)
    died = _read_death(reader, context, row, today)
    if died is not None:
        notice.death_date, notice.death_precision = died.day, died.precision
    notice.registering_commune = reader.text("registering_commune", row) or None
    written = reader.cell("notice_date")
    told = read_date(written, epoch=context.epoch) if written is not None else None
    notice.notice_date = told.day if told else None
    notice.findings = row.findings
    return notice


def _read_who(reader: RowReader, context: ReadingContext, row: RowReading) -> None:
    cell = reader.cell("birth")
    born = read_date(cell, epoch=context.epoch) if cell is not None else None
    if born is None:
        row.note("birth_unreadable", "birth", mask_date(cell) if cell is not None else None)
    else:
        row.person.birth_date, row.person.birth_precision = born.day, born.precision
    number = reader.cell("identity")
    identity = read_identity(number)
    row.person.personal_id, row.person.former_number = identity.personal_id, identity.former_number
    if identity.zeros_restored:
        row.note("id_zero_lost", "identity", mask_number(number))
    if identity.problem is not None and identity.problem != "id_missing":
        row.note(identity.problem, "identity", mask_number(number))
    elif identity.problem == "id_missing" and born is None:
        row.note("id_missing", "identity")


def _read_death(
    reader: RowReader, context: ReadingContext, row: RowReading, today: date
) -> DateReading | None:
    cell = reader.cell("death_date")
    died = read_date(cell, epoch=context.epoch) if cell is not None else None
    if died is None or died.precision == "year":
        row.note("death_date_unreadable", "death_date", mask_date(cell) if cell else None)
        return None
    if died.day > today:
        row.note("death_in_future", "death_date", mask_date(died.day))
    born = row.person.birth_date
    if born is not None and died.day < born:
        row.note("death_before_birth", "death_date", mask_date(died.day))
    return died
