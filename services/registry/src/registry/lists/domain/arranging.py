"""Brings the lines of a file into the columns that rows are read by, as the officer's choices say.

What two or three cells say together (a name, a day of birth), what a heading of a group, a merged cell or the
officer says for many rows, stands in columns behind those of the file; what holds a row stands in the column
`held`. The cells of the file themselves stay as they were sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from registry.lists.domain.decisions import read_decision
from registry.lists.domain.encodings import read_text
from registry.lists.domain.listing import is_data
from registry.lists.domain.questions import Choices
from registry.lists.domain.sections import Section, filled, is_start, read_section

if TYPE_CHECKING:
    from registry.lists.domain.header import Header, Merged
    from registry.lists.domain.vocabulary import Vocabulary

Line = tuple[int, Sequence[object]]
UNITS: Final[Mapping[str, int]] = {"dong": 1, "thousand": 1_000, "million": 1_000_000}
FROM_SECTIONS: Final = ("village", "category", "decision_number", "decision_date")
STATABLE: Final = (
    *("village", "category", "coefficient", "amount", "decision_number", "decision_date", "method"),
    *("sex",),
)
"""Fields that an officer may state for a file or a section."""
_PARTS: Final = ("given_name", "birth_day", "birth_month", "birth_year", "decision")
_APPLIED: Final = "apply"
_DIGIT = re.compile(r"\d")
_HEADER_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What a sheet shows beside its values; rows and columns from 0."""

    hidden: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    merged: Merged = ()


@dataclass
class _State:
    """What the lines above say of the lines below."""

    values: dict[str, str] = field(default_factory=dict)
    held: str | None = None


class Arrangement:
    """Arranges the lines of one sheet; `header` says where each field stands then."""

    def __init__(
        self, found: Header, choices: Choices, facts: SheetFacts, words: Vocabulary, offset: int
    ) -> None:
        """Work out which columns are added; no line is read yet."""
        self._found, self._choices, self._facts = found, choices, facts
        self._words, self._offset = words, offset
        self._width = len(found.headings)
        self._down: dict[int, dict[int, object]] = {}
        self._makers = self._columns()
        columns = {name: at for name, at in found.columns.items() if name not in _PARTS}
        columns |= {name: self._width + place for place, name in enumerate(self._makers)}
        columns["held"] = self._width + len(self._makers)
        self._is_plain = not (self._makers or facts.hidden or facts.struck)
        self.header = found.with_columns(columns)

    def lines(self, below: Iterable[Line]) -> Iterator[Line]:
        """Yield the lines below the header, arranged; headings of groups are taken out."""
        state = _State()
        for number, cells in below:
            arranged = self._arranged(number, cells, state)
            if arranged is not None:
                yield number, arranged

    def walk(self, below: Iterable[Line]) -> Iterator[tuple[int, Section | None, bool]]:
        """Yield every line's number, the heading of a group that it is, whether it is of a person."""
        state = _State()
        for number, cells in below:
            section = self._section(number, cells, state)
            person = section is None and is_data(
                self._with_columns(number, cells, state), self.header
            )
            yield number, section, person

    def _arranged(
        self, number: int, cells: Sequence[object], state: _State
    ) -> Sequence[object] | None:
        section = self._section(number, cells, state)
        if section is not None:
            self._note(section, state)
            return None
        if self._is_plain and state.held is None and not state.values:
            return cells
        return self._with_columns(number, cells, state)

    def _with_columns(self, number: int, cells: Sequence[object], state: _State) -> list[object]:
        line = [*cells[: self._width], *[None] * (self._width - len(cells))]
        if self._down:
            for at, value in self._down.get(number - self._offset, {}).items():
                line[at] = value if _blank(line[at]) else line[at]
        line += [maker(line, state) for maker in self._makers.values()]
        line.append(self._holds(number, line, state))
        return line

    def _section(self, number: int, cells: Sequence[object], state: _State) -> Section | None:
        present = filled(cells)
        if not present or "death_date" in self._found.columns:
            # A notice is one line, however little it says; it heads no group.
            return None
        if len(present) > 3:
            return self._other_header(number, present)
        if is_data(self._with_columns(number, cells, _State(held=state.held)), self.header):
            return None
        return read_section(number, present, self._words)

    def _other_header(self, number: int, present: Sequence[object]) -> Section | None:
        """Say whether a line names columns otherwise than the header does: another table begins."""
        texts = [cell for cell in present if isinstance(cell, str)]
        if len(texts) < len(present) or len(_DIGIT.findall("".join(texts))) > _HEADER_DIGITS:
            return None
        known = self._words.headings
        titles = {phrase for text in texts if (phrase := self._words.heading(text)) in known}
        own = {self._words.heading(text) for text in self._found.headings}
        if len(titles) < 4 or titles <= own or len(titles & own) >= len(titles) - 1:
            return None
        return Section(number, " | ".join(texts)[:120], "other_table")

    def _note(self, section: Section, state: _State) -> None:
        stated = self._choices.sections.get(section.row, {})
        answer = self._choices.answers.get(f"sections_{section.kind}")
        if section.kind == "ends":
            state.held = None if answer == "ignore" else "row_says_stopped"
        elif section.kind == "other_table":
            state.held = "other_table"
        elif is_start(section):
            state.held = None
        elif answer == _APPLIED:
            state.values |= section.values
        elif answer in {"village", "category"}:
            state.values[answer] = section.text
        state.values |= stated

    def _holds(self, number: int, line: Sequence[object], state: _State) -> str | None:
        row = number - self._offset
        for name, rows in (
            ("hidden_rows", self._facts.hidden),
            ("struck_rows", self._facts.struck),
        ):
            if row in rows and self._choices.answers.get(name) != "take":
                return "row_hidden" if name == "hidden_rows" else "row_struck_out"
        category = self._found.columns.get("category")
        said = line[category] if category is not None else None
        section = state.values.get("category")
        if section and isinstance(said, str) and said.strip():
            own, above = self._words.category(read_text(said).text), self._words.category(section)
            if own is not None and above is not None and own.code != above.code:
                return "section_contradicts"
        return state.held

    def fill_down(self, grid: Sequence[Sequence[object]]) -> None:
        """Give every row of a cell merged downwards the value of its first row."""
        if self._choices.answers.get("merged_down") != "repeat":
            return
        for (top, left), (bottom, right) in self._facts.merged:
            if bottom == top or top <= self._found.last_row or top >= len(grid):
                continue
            for at in range(left, min(right, self._width - 1, len(grid[top]) - 1) + 1):
                for row in range(top + 1, bottom + 1):
                    self._down.setdefault(row, {})[at] = grid[top][at]
        self._is_plain = self._is_plain and not self._down

    def _columns(self) -> dict[str, Callable[[Sequence[object], _State], object]]:
        at = self._found.columns
        makers: dict[str, Callable[[Sequence[object], _State], object]] = {}
        if (
            "given_name" in at
            and self._choices.answers.get("name_in_two_columns", "join") == "join"
        ):
            makers["full_name"] = lambda line, _: _joined(
                line, at.get("full_name"), at["given_name"]
            )
        if "birth" not in at and "birth_year" in at:
            makers["birth"] = lambda line, _: _birth(line, at)
        unit = UNITS.get(self._choices.answers.get("amount_unit", "dong"), 1)
        if unit != 1 and "amount" in at:
            makers["amount"] = lambda line, _: _in_dong(line[at["amount"]], unit)
        if "sex_numbers" in self._choices.answers and "sex" in at:
            male = self._choices.answers["sex_numbers"].removeprefix("male_")
            makers["sex"] = lambda line, _: _sex(line[at["sex"]], male)
        if "decision" in at:
            for place, name in enumerate(("decision_number", "decision_date")):
                if name not in at:
                    makers[name] = self._decision_part(at["decision"], place)
        others = self._other_benefits()
        if others:
            makers["told"] = lambda line, _: _told(line, others)
        for name in self._filled_from_above():
            makers[name] = self._from_above(name, makers.get(name))
        return makers

    def _other_benefits(self) -> list[int]:
        """Give the columns with amounts of other benefits, which the officer did not choose."""
        if "column_of.amount" not in self._choices.answers:
            return []
        named = set(self._found.columns.values())
        titles = enumerate(self._found.headings)
        return [at for at, title in titles if at not in named and self._words.names_benefit(title)]

    def _filled_from_above(self) -> list[str]:
        answers, choices = self._choices.answers, self._choices
        stated = {name for values in choices.sections.values() for name in values}
        names = {*choices.stated, *stated}
        for kind in ("village", "category", "decision", "unknown"):
            answer = answers.get(f"sections_{kind}")
            if answer == _APPLIED:
                names |= {kind} if kind != "decision" else {"decision_number", "decision_date"}
            elif answer in {"village", "category"}:
                names.add(answer)
        return [name for name in STATABLE if name in names]

    def _from_above(
        self, name: str, own: Callable[[Sequence[object], _State], object] | None
    ) -> Callable[[Sequence[object], _State], object]:
        at, stated = self._found.columns.get(name), self._choices.stated.get(name)

        def value(line: Sequence[object], state: _State) -> object:
            said = own(line, state) if own else (line[at] if at is not None else None)
            return state.values.get(name, stated) if _blank(said) else said

        return value

    @staticmethod
    def _decision_part(at: int, place: int) -> Callable[[Sequence[object], _State], object]:
        def value(line: Sequence[object], _: _State) -> object:
            cell = line[at]
            if not isinstance(cell, str):
                return None if place else cell
            found = read_decision(read_text(cell).text)
            return found[place] if found else (None if place else cell)

        return value


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _told(line: Sequence[object], others: Sequence[int]) -> str | None:
    """Say of a row that it holds an amount of another benefit too."""
    return "other_benefit_not_read" if any(not _blank(line[at]) for at in others) else None


def _joined(line: Sequence[object], family: int | None, given: int) -> object:
    parts = [line[at] for at in (family, given) if at is not None]
    return " ".join(str(part).strip() for part in parts if not _blank(part)) or None


def _birth(line: Sequence[object], at: Mapping[str, int]) -> object:
    """Put day, month and year together; what cannot be put together is left for the reader to ask."""
    day, month, year = (_whole(line[at[f]]) if f in at else "" for f in _PARTS[1:4])
    if not year:
        return None
    if not month:
        return f"00/00/{year}" if not day else f"{day}/?/{year}"
    return f"{day or '00'}/{month}/{year}"


def _whole(cell: object) -> str:
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return "?"
    return "" if cell is None else str(cell).strip()


def _in_dong(cell: object, unit: int) -> object:
    """Give đồng of an amount that is written in thousands or millions."""
    if _blank(cell) or isinstance(cell, bool):
        return cell
    text = repr(cell) if isinstance(cell, int | float) else str(cell).strip().replace(" ", "")
    try:
        amount = Decimal(text.replace(",", ".")) * unit
    except InvalidOperation:
        return cell
    # "1.500" thousands is one and a half, or fifteen hundred: nobody may guess.
    doubtful = isinstance(cell, str) and len(text.replace(",", ".").partition(".")[2]) == 3
    return "?" if doubtful or amount != int(amount) else int(amount)


def _sex(cell: object, male: str) -> object:
    text = _whole(cell)
    if not text.isdigit():
        return cell
    return "Nam" if text == male else "Nữ" if text in {"0", "1", "2"} else cell
