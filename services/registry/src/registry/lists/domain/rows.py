"""Reading one row of a beneficiary list: every cell as it really is, every doubt as a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from common.kernel import names, personal_id
from common.kernel.months import Month
from registry.lists.domain.benefit_rows import read_benefit
from registry.lists.domain.dates import DateReading, Precision, read_date
from registry.lists.domain.encodings import DecodedText, prefers_legacy, read_text
from registry.lists.domain.findings import (
    Finding,
    mask_date,
    mask_name,
    mask_number,
    mask_text,
)
from registry.lists.domain.monthly_names import MONTHLY_NAMES, read_named
from registry.lists.domain.numbers import (
    IdentityReading,
    read_identity,
    read_phone,
)
from registry.lists.domain.people_rows import PEOPLE_KINDS, read_listed_person
from registry.lists.domain.person_names import read_name
from registry.lists.domain.remarks import FINDINGS
from registry.lists.domain.statements import (
    Statements,
)
from registry.lists.domain.villages import AreaLookup, read_village
from registry.lists.domain.vocabulary import Category, Method, PovertyClass, Sex, Vocabulary

BIRTH_CODES: dict[str, str] = {
    "text": "birth_text",
    "serial": "birth_serial",
    "year": "birth_year_only",
    "month": "birth_month_only",
}
UNSAFE = re.compile(r"[=<>|{}\x00-\x1f]|^[-+@]|[;,]\s*[-+@]")
"""What a spreadsheet would take for a formula, or a page for markup."""
_LITERAL = re.compile(r'="([^"]*)"')
EMPTY = frozenset(
    {"", "-", "--", "/", "x", "không", "không có", "k", "chưa có", "0", "n/a", "#n/a"}
)


@dataclass(frozen=True)
class ReadingContext:
    """What reading a row needs to know besides the row."""

    commune_code: str
    commune_name: str
    list_month: Month
    vocabulary: Vocabulary
    areas: AreaLookup
    epoch: date
    province_code: str = ""
    is_text: bool = False
    """A text table has no date cells: a date in words of digits is nothing unusual there."""
    village: str | None = None
    """Whom the sheet is of, where each village has its own; counts when the row says nothing."""
    kind: str = "beneficiary_list"


@dataclass(slots=True)
class PersonCells:
    """Who a row is about."""

    personal_id: str | None = None
    former_number: str | None = None
    full_name: str = ""
    birth_date: date | None = None
    birth_precision: Precision = "day"
    sex: Sex | None = None
    village: str | None = None
    former_commune: str | None = None
    phone: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """The natural key: the 12 digits, else former number, name and birth date."""
        if self.personal_id is not None:
            return (self.personal_id,)
        return (str(self.former_number), names.search_key(self.full_name), str(self.birth_date))


@dataclass(slots=True)
class BenefitCells:
    """What is being paid, by which decision, and how. The account is never stored in clear."""

    category: Category | None = None
    coefficient: str | None = None
    amount: int | None = None
    decision_number: str = ""
    decision_date: date | None = None
    poverty: PovertyClass | None = None
    method: Method = "cash"
    bank_code: str | None = None
    bank_branch: str | None = None
    account: str | None = field(default=None, repr=False)
    beside: Statements = field(default_factory=Statements)


@dataclass(slots=True)
class RowReading:
    """One row as read."""

    row_number: int
    person: PersonCells = field(default_factory=PersonCells)
    benefit: BenefitCells = field(default_factory=BenefitCells)
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether an error keeps the row out."""
        return any(finding.severity == "error" for finding in self.findings)

    def note(
        self,
        code: str,
        column: str | None = None,
        masked: str | None = None,
        **details: str | int,
    ) -> None:
        """Add a finding; the same code is told once for a row."""
        if all(finding.code != code for finding in self.findings):
            self.findings.append(Finding(code, column, masked, dict(details)))


class RowReader:
    """Reads the cells of one row by the columns of the header."""

    def __init__(
        self, context: ReadingContext, columns: Mapping[str, int], cells: Sequence[object]
    ) -> None:
        """Stand before a row; nothing is read yet."""
        self._context = context
        self._columns = columns
        self._cells = cells

    def cell(self, name: str) -> object:
        """Give a cell's content, None where the list has no such column or says nothing."""
        column = self._columns.get(name)
        if column is None or column >= len(self._cells):
            return None
        value = self._cells[column]
        if isinstance(value, str):
            value = _unwrapped(value)
            return None if value.strip().lower() in EMPTY else value
        return value

    def marked(self, name: str) -> bool:
        """Say whether a cell of a column of marks holds anything at all."""
        column = self._columns.get(name)
        if column is None or column >= len(self._cells):
            return False
        return self._cells[column] is not None and str(self._cells[column]).strip() != ""

    def text(self, name: str, reading: RowReading) -> str:
        """Give a cell as composed Unicode text, with a finding when it was stored otherwise."""
        value = self.cell(name)
        if value is None:
            return ""
        if isinstance(value, float) and value == int(value):
            return str(int(value))
        if not isinstance(value, str):
            return str(value)
        decoded = read_text(value)
        self._tell_encoding(decoded, name, reading)
        return names.normalise(decoded.text)

    def name(self, reading: RowReading) -> str:
        """Give the full name, decoded where the spelling or the family name asks for it."""
        value = self.cell("full_name")
        if not isinstance(value, str):
            return ""
        decoded = read_text(value)
        if decoded.encoding == "unicode":
            decoded = prefers_legacy(value.strip(), self._context.vocabulary.surnames) or decoded
        self._tell_encoding(decoded, "full_name", reading)
        found = read_name(decoded.text)
        if not found.is_readable:
            reading.note("name_unreadable", "full_name", mask_text(mask_name(found.name)))
        if found.cleaned:
            reading.note("name_cleaned", "full_name", mask_name(found.name))
        if found.remark is not None:
            stopped = list(self._context.vocabulary.remarks.in_note(found.remark))
            for kind in stopped:
                reading.note(FINDINGS[kind], "full_name")
            if not stopped:
                reading.note("name_remark", "full_name", mask_name(found.remark))
        name = found.name
        return names.title_case(name) if name.isupper() or name.islower() else name

    def safe_text(self, name: str, reading: RowReading) -> str:
        """Give a cell's text; what a spreadsheet or a page could run holds the row."""
        text = self.text(name, reading)
        if text and UNSAFE.search(text):
            reading.note("text_unsafe", name, mask_text(mask_name(text)))
        return text

    @staticmethod
    def _tell_encoding(decoded: DecodedText, column: str, reading: RowReading) -> None:
        if decoded.encoding != "unicode":
            reading.note(f"text_{decoded.encoding}", column, mask_name(decoded.text))


def _unwrapped(text: str) -> str:
    """Take a text out of `="…"`, and off the apostrophe that keeps it from being a formula."""
    literal = _LITERAL.fullmatch(text.strip())
    if literal:
        return literal[1]
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text


def read_row(reader: RowReader, context: ReadingContext, row_number: int) -> RowReading:
    """Read a data row of a beneficiary list."""
    reading = RowReading(row_number)
    held = reader.cell("held")
    if isinstance(held, str):
        reading.note(held)
    told = reader.cell("told")
    if isinstance(told, str):
        reading.note(told, "amount")
    if context.kind == MONTHLY_NAMES:
        read_named(reader, context, reading)
        return reading
    read_person(reader, context, reading)
    if context.kind in PEOPLE_KINDS:
        read_listed_person(reader, context, reading)
    else:
        read_benefit(reader, context, reading)
    return reading


def read_person(reader: RowReader, context: ReadingContext, reading: RowReading) -> None:
    """Read who the row is about."""
    person = reading.person
    person.full_name = reader.name(reading)
    if not person.full_name:
        reading.note("row_without_name", "full_name")
    born, stated_by_column = _read_birth(reader, context, reading)
    identity = _read_identity(reader, reading, birth_known=born is not None)
    person.personal_id, person.former_number = identity.personal_id, identity.former_number
    person.sex = _read_sex(reader, context, identity, stated_by_column, reading)
    if born is not None:
        person.birth_date, person.birth_precision = born.day, born.precision
        if _is_first_of_year(born) and person.personal_id is None:
            # Without papers the first of January is written for "some day of the year".
            person.birth_precision = "year"
            reading.note("birth_first_january", "birth")
        _compare_with_number(person, reading)
    _read_place(reader, context, reading)
    phone = read_phone(reader.cell("phone"))
    if phone is not None and phone.zero_restored:
        reading.note("phone_zero_lost", "phone")
    person.phone = phone.number if phone else reader.safe_text("phone", reading) or None


def _is_first_of_year(born: DateReading) -> bool:
    return born.precision == "day" and (born.day.month, born.day.day) == (1, 1)


def _read_birth(
    reader: RowReader, context: ReadingContext, reading: RowReading
) -> tuple[DateReading | None, Sex | None]:
    columns: tuple[tuple[str, Literal["male", "female"] | None], ...] = (
        ("birth", None),
        ("birth_male", "male"),
        ("birth_female", "female"),
    )
    for column, sex in columns:
        cell = reader.cell(column)
        if cell is None:
            continue
        born = read_date(cell, epoch=context.epoch)
        if born is None:
            reading.note("birth_unreadable", column, mask_date(cell))
            return None, sex
        if born.form in BIRTH_CODES and not (context.is_text and born.form == "text"):
            reading.note(BIRTH_CODES[born.form], column, mask_date(cell))
        if born.day > context.list_month.last_day:
            reading.note("birth_in_future", column, mask_date(cell))
        return born, sex
    reading.note("birth_unreadable", "birth")
    return None, None


def _read_identity(reader: RowReader, reading: RowReading, *, birth_known: bool) -> IdentityReading:
    cell = reader.cell("identity")
    identity = read_identity(cell)
    if identity.problem == "id_missing" and not birth_known:
        # Without a birth date the row is refused already, and says why.
        return identity
    masked = mask_number(cell) if cell is not None else None
    if identity.problem is not None:
        reading.note(identity.problem, "identity", masked)
    if identity.zeros_restored:
        reading.note("id_zero_lost", "identity", masked)
    if identity.former_number is not None:
        reading.note("id_cmnd", "identity", masked)
    return identity


def _read_sex(
    reader: RowReader,
    context: ReadingContext,
    identity: IdentityReading,
    stated_by_column: Sex | None,
    reading: RowReading,
) -> Sex | None:
    text = reader.text("sex", reading)
    stated = context.vocabulary.sex(text) if text else stated_by_column
    # A mark in one of two columns may be an "x", which elsewhere means nothing.
    if stated is None and not text:
        marks = {sex for sex in ("male", "female") if reader.marked(f"sex_{sex}")}
        stated = "male" if marks == {"male"} else "female" if marks == {"female"} else None
    if stated is not None:
        return stated
    if identity.personal_id is not None and not text:
        reading.note("sex_from_id", "sex")
        return personal_id.sex_of(identity.personal_id)
    if not reading.refused:
        reading.note("sex_unreadable", "sex", mask_text(text) if text else None)
    return None


def _compare_with_number(person: PersonCells, reading: RowReading) -> None:
    number = person.personal_id
    if number is None or person.birth_date is None:
        return
    if person.sex is not None and personal_id.contradicts_sex(number, person.sex):
        reading.note("sex_contradicts_id", "sex", mask_number(number))
    if personal_id.contradicts_birth(number, person.birth_date):
        reading.note("birth_year_contradicts_id", "birth", mask_number(number))


def _read_place(reader: RowReader, context: ReadingContext, reading: RowReading) -> None:
    village = read_village(
        reader.safe_text("village", reading), commune_code=context.commune_code, areas=context.areas
    )
    reading.person.village = village.village or context.village
    if village.place == "former":
        reading.person.former_commune = village.commune_named
        reading.note(
            "old_commune_name", "village", village.commune_named, commune=context.commune_name
        )
    elif village.place == "elsewhere":
        reading.note(
            "commune_elsewhere", "village", village.commune_named, commune=context.commune_name
        )
    elif village.place == "unknown":
        reading.note("commune_unknown", "village", village.commune_named)
