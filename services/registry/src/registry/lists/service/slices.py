"""A list in slices: read once whole for what concerns it whole, then again slice by slice.

Nothing of the list is kept in memory between the two but the numbers of rows that repeat others, so
that a list of a million rows needs no more memory than one slice; plain rows wait on disk.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from common.kernel.months import Month
from registry.areas import service as areas
from registry.lists.domain.files import RUBBISH_FROM, RUBBISH_SHARE, ListEmpty, TooManyRefused
from registry.lists.domain.listing import duplicate_key, read_rows
from registry.lists.domain.monthly_names import MONTHLY_NAMES
from registry.lists.domain.rows import ReadingContext, RowReading
from registry.lists.gateway.reading import Part, Table, reading_context
from registry.lists.service import bulk, monthly_names
from registry.lists.service.beneficiaries import Intake, apply_slice
from registry.lists.service.plain_rows import read_batch
from registry.lists.service.spool import Spool
from registry.lists.store import imports as store
from registry.lists.store import results

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.lists.domain.imports import Import

_Lines = Sequence[tuple[int, Sequence[object]]]
_BATCH = 20_000
STEPS_MIN = 20
"""A file that needs larger slices is still taken in by so many."""
LARGE_SLICE = 25
"""How many times larger slices may be."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a list after reading it once."""

    rows: int
    refused: int
    repeats: Mapping[int, int]
    """Number of a row that repeats person and benefit -> number of the first such row."""
    awaited: frozenset[str]
    """Numbers of people on the list for whom a death notice waits."""
    spool: Spool | None = None
    """Keeps the plain rows."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some lines of a list, read."""

    number: int
    lines: Mapping[int, Sequence[object]]
    part: Part
    prepared: bulk.Prepared
    readings: Sequence[RowReading]

    @property
    def size(self) -> int:
        """How many rows it holds."""
        return self.prepared.rows.height + len(self.prepared.left) + len(self.readings)


@dataclass(frozen=True)
class ListReader:
    """Reads one list of one commune."""

    table: Table
    commune_code: str
    list_month: Month

    def context(self, part: Part) -> ReadingContext:
        """Give what reading a row of a part needs to know."""
        return reading_context(self.table, part, self.commune_code, self.list_month, areas.book())

    def chunks(self, size: int) -> Iterator[tuple[int, Part, _Lines]]:
        """Cut the lines below the headers into pieces, numbered from 0."""
        number = 0
        for part in self.table.parts:
            lines = part.below()
            while chunk := list(itertools.islice(lines, size)):
                yield number, part, chunk
                number += 1

    def read(self, part: Part, lines: _Lines) -> tuple[pl.DataFrame, list[RowReading]]:
        """Read lines: the plain rows as columns, every other row alone."""
        context = self.context(part)
        batch = read_batch(lines, part.header.columns, context)
        others = [lines[position] for position in batch.others]
        return batch.plain, read_rows(others, part.header, context)

    def others(self, part: Part, lines: _Lines, plain: pl.DataFrame) -> list[RowReading]:
        """Read alone what is not among the plain rows of these lines."""
        if plain.height == len(lines):
            return []
        taken = set(plain["position"])
        others = [line for position, line in enumerate(lines) if position not in taken]
        return read_rows(others, part.header, self.context(part))

    def alone(
        self, part: Part, lines: Mapping[int, Sequence[object]], numbers: Collection[int]
    ) -> list[RowReading]:
        """Read some rows alone that were plain at first."""
        chosen = [(number, lines[number]) for number in sorted(numbers)]
        return read_rows(chosen, part.header, self.context(part))


def survey(
    reader: ListReader, waiting: Collection[str] = (), *, spool: Spool | None = None
) -> Survey:
    """Read a whole list once.

    Args:
        reader: the list.
        waiting: numbers for which a death notice waits.
        spool: keeps the plain rows, so that they are read only once.

    Raises:
        ListEmpty: no row is about a person.
        TooManyRefused: most rows cannot go in.
    """
    rows, refused = 0, 0
    keys: list[pl.DataFrame] = []
    awaited: set[str] = set()
    for number, part, lines in reader.chunks(spool.size if spool else _BATCH):
        plain, readings = reader.read(part, lines)
        if spool:
            spool.keep(number, plain)
        good = [r for r in readings if not r.refused]
        rows += plain.height + len(readings)
        refused += sum(1 for reading in readings if reading.refused)
        # A list that is sure to be refused is not read to its end.
        refuse_rubbish(reader.table.line_count, refused)
        keys.append(_keys(plain, good))
        awaited.update(plain.filter(pl.col("personal_id").is_in(list(waiting)))["personal_id"])
        numbers = {r.person.personal_id or r.person.former_number for r in readings}
        awaited |= {number for number in numbers if number and number in waiting}
    if rows == 0:
        raise ListEmpty
    repeats = _repeats(pl.concat(keys))
    refuse_rubbish(rows, refused + len(repeats))
    return Survey(rows, refused + len(repeats), repeats, frozenset(awaited), spool)


def refuse_rubbish(rows: int, refused: int) -> None:
    """Refuse a file most of whose rows would be refused.

    Raises:
        TooManyRefused: more than half of the rows, and not just a few.
    """
    if refused >= RUBBISH_FROM and refused > RUBBISH_SHARE * rows:
        raise TooManyRefused(rows=rows, refused=refused)


def _keys(plain: pl.DataFrame, readings: Sequence[RowReading]) -> pl.DataFrame:
    key = pl.concat_str("personal_id", "benefit", separator="|")
    whole = plain.select(pl.col("row_number"), key=key)
    alone = pl.DataFrame(
        {
            "row_number": pl.Series([r.row_number for r in readings], dtype=pl.Int32),
            "key": pl.Series(["|".join(duplicate_key(r)) for r in readings], dtype=pl.String),
        }
    )
    both = pl.concat([whole, alone])
    return both.with_columns(pl.col("key").hash())


def _repeats(keys: pl.DataFrame) -> dict[int, int]:
    first = pl.col("row_number").min().over("key")
    again = keys.with_columns(first=first).filter(pl.col("row_number") != pl.col("first"))
    return dict(zip(again["row_number"].to_list(), again["first"].to_list(), strict=True))


def slice_rows(setting: int, table: Table) -> int:
    """Give how many lines one transaction takes in: more of a large file, in at least 20 steps."""
    return max(setting, min(setting * LARGE_SLICE, table.line_count // STEPS_MIN))


def slices(
    reader: ListReader, intake: Intake, found: Survey, *, size: int, done: Collection[int]
) -> Iterator[Slice]:
    """Go through a list again, slice by slice, leaving out what was taken in before."""
    for number, part, chunk in reader.chunks(size):
        if number in done:
            continue
        kept = found.spool.take(number, size) if found.spool else None
        if kept is None:
            plain, readings = reader.read(part, chunk)
        else:
            plain, readings = kept, reader.others(part, chunk, kept)
        lines = dict(chunk)
        repeated = found.repeats.keys() & set(lines)
        if repeated:
            again = plain.filter(pl.col("row_number").is_in(list(repeated)))["row_number"]
            plain = plain.filter(~pl.col("row_number").is_in(list(repeated)))
            readings = [*readings, *reader.alone(part, lines, again.to_list())]
            for reading in readings:
                if reading.row_number in repeated:
                    reading.note(
                        "duplicate_in_file",
                        "identity",
                        None,
                        first_row=found.repeats[reading.row_number],
                    )
        if plain.is_empty() and not readings:
            continue
        yield Slice(number, lines, part, bulk.prepare(intake, plain), readings)


async def apply(session: AsyncSession, intake: Intake, reader: ListReader, piece: Slice) -> None:
    """Take in one slice: plain rows as whole columns, then every other row."""
    await store.lock_commune(session, intake.made.commune_code)
    taken, left = await bulk.take_in(session, intake, piece.prepared)
    if not taken.is_empty():
        await results.insert_taken(session, intake.made, taken)
    readings = [*piece.readings, *reader.alone(piece.part, piece.lines, left)]
    readings.sort(key=lambda reading: reading.row_number)
    if intake.made.kind == MONTHLY_NAMES:
        await monthly_names.apply_slice(
            session, intake.made, piece.number, readings, now=intake.now
        )
        return
    await apply_slice(session, intake, piece.number, readings, created=taken.height)


def reader_of(table: Table, made: Import, list_month: Month) -> ListReader:
    """Give the reader of an import's list."""
    return ListReader(table, made.commune_code, list_month)
