"""What a file seems to say: a field with a confidence for every column, and the questions that are open."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from common.kernel.months import Month
from registry.lists.domain import ambiguity
from registry.lists.domain.arranging import FROM_SECTIONS
from registry.lists.domain.encodings import read_text
from registry.lists.domain.mapping import ColumnProposal, Guess, missing, propose, proposed_columns
from registry.lists.domain.questions import Choice, Question
from registry.lists.domain.sections import Section, is_start
from registry.lists.domain.vocabulary import phrase
from registry.lists.gateway.reading import Part, Table
from registry.lists.gateway.vocabulary import vocabulary

_LOOKED_AT: Final = 200
"""Lines of which the cells are looked at."""
_SEARCHED: Final = 20_000
"""Lines that are searched for headings of groups."""
_SHOWN: Final = 20
_MONTH_SHEET = re.compile(r"(?:thang|t)\s*\d{1,2}\b|\d{1,2}\s*(?:20\d{2})$")
_SECTION_TEXTS: Final[Mapping[str, str]] = {
    "village": "Tên thôn ghi ở dòng tiêu đề nhóm ({examples}). Áp dụng cho các dòng bên dưới?",
    "category": "Loại đối tượng ghi ở dòng tiêu đề nhóm ({examples}). Áp dụng cho các dòng bên dưới?",
    "decision": "Quyết định ghi ở dòng tiêu đề nhóm ({examples}). Áp dụng cho các dòng bên dưới?",
    "ends": "Có nhóm người giảm, thôi hưởng hoặc đã chết ({examples}). Giữ lại các dòng bên dưới?",
    "other_table": "Có bảng thứ hai với cột khác ({examples}); các dòng bên dưới được giữ lại",
    "unknown": "Chưa hiểu dòng tiêu đề nhóm ({examples}). Đó là gì?",
}
_SECTION_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "village": ("village",),
    "category": ("category",),
    "decision": ("decision_number", "decision_date"),
    "unknown": ("village", "category"),
}
"""What a heading of this kind may say of the rows below; of other kinds every row is asked about."""
_APPLY: Final = (Choice("apply", "Áp dụng cho các dòng bên dưới"), Choice("ignore", "Bỏ qua"))
_SECTION_CHOICES: Final[Mapping[str, tuple[Choice, ...]]] = {
    "village": _APPLY,
    "category": _APPLY,
    "decision": _APPLY,
    "ends": (
        Choice("hold", "Giữ lại, không nhận"),
        Choice("ignore", "Vẫn đang hưởng, nhận bình thường"),
    ),
    "other_table": (Choice("hold", "Giữ lại, sẽ gửi bằng tệp khác"),),
    "unknown": (
        Choice("village", "Tên thôn"),
        Choice("category", "Loại đối tượng"),
        Choice("ignore", "Không áp dụng gì"),
    ),
}


@dataclass(frozen=True, slots=True)
class Understanding:
    """A proposal for every column, and what has to be answered."""

    header_row: int
    columns: Sequence[ColumnProposal]
    questions: Sequence[Question]
    lacking: Sequence[str]

    @property
    def proposed(self) -> dict[str, int]:
        """Field -> column (from 0) as proposed."""
        return proposed_columns(self.columns)

    def as_json(self) -> dict[str, Any]:
        """Give it as it is kept with the import; samples are masked."""
        return {
            "header_row": self.header_row,
            "columns": [asdict(one) for one in self.columns],
            "questions": [one.as_json() for one in self.questions],
            "lacking": list(self.lacking),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Understanding:
        """Read what was kept."""
        columns = [
            ColumnProposal(
                one["column"],
                one["heading"],
                Guess(**one["guess"]) if one["guess"] else None,
                tuple(one["samples"]),
            )
            for one in kept["columns"]
        ]
        questions = [Question.from_json(one) for one in kept["questions"]]
        return cls(kept["header_row"], columns, questions, kept["lacking"])


def understand(table: Table, list_month: Month | None) -> Understanding:
    """Propose a field for each column and find what is not certain."""
    part = table.parts[0]
    words = vocabulary()
    lines = _data_lines(part, _LOOKED_AT)
    proposals = propose(part.found, lines, words.columns[table.kind])
    columns = proposed_columns(proposals)
    questions = list(_questions(table, part, lines, columns, list_month))
    given = {name for one in questions for name in FROM_SECTIONS if one.code == f"sections_{name}"}
    if any(one.code == "sections_decision" for one in questions):
        given |= {"decision_date", "decision_number"}
    return Understanding(
        header_row=part.found.last_row + 1,
        columns=proposals,
        questions=questions,
        lacking=missing(table.kind, {*columns, *given}),
    )


def _data_lines(part: Part, limit: int) -> list[Sequence[object]]:
    """Give lines with several cells: neither headings of groups nor blank ones."""
    several = (line for _, line in part.raw() if sum(1 for c in line if c not in (None, "")) > 3)
    return list(itertools.islice(several, limit))


def _questions(
    table: Table,
    part: Part,
    lines: Sequence[Sequence[object]],
    columns: Mapping[str, int],
    list_month: Month | None,
) -> Iterator[Question]:
    words, titles = vocabulary(), part.found.headings
    if table.kind != "death_notices":
        yield from ambiguity.rival_columns(titles, columns, lines, words, words.columns[table.kind])
        above = [str(c) for row in part.head() for c in row if isinstance(c, str)]
        texts = [read_text(text).text for text in above]
        amounts = [row[columns["amount"]] for row in lines if _has(row, columns.get("amount"))]
        sexes = [row[columns["sex"]] for row in lines if _has(row, columns.get("sex"))]
        month = (list_month.first_day.year, list_month.first_day.month) if list_month else None
        found = [
            ambiguity.name_in_two_columns(titles, columns),
            ambiguity.amount_unit([*texts, *titles], amounts, words) if amounts else None,
            ambiguity.sex_numbers(sexes),
            ambiguity.month_differs(texts, month) if month else None,
        ]
        yield from (one for one in found if one is not None)
    yield from _of_sheets(table)
    yield from _of_rows(table, columns)


def _has(row: Sequence[object], at: int | None) -> bool:
    return at is not None and at < len(row) and row[at] not in (None, "")


def _of_sheets(table: Table) -> Iterator[Question]:
    months = [part.sheet for part in table.parts if part.sheet and _is_month(part.sheet)]
    if len(table.parts) > 1 and len(months) > 1:
        yield Question(
            code="sheets_are_months",
            text="Mỗi trang tính là danh sách của một tháng. Nhận trang tính nào cho tháng này?",
            choices=tuple(Choice(name, name) for name in table.sheets),
            of_layout=False,
        )
    elif len(table.parts) > 1 and any(_says_end(name) for name in table.sheets):
        yield Question(
            code="sheets_of_ends",
            text="Có trang tính ghi người giảm hoặc thôi hưởng. Chỉ nhận trang tính nào?",
            choices=tuple(Choice(name, name) for name in table.sheets if not _says_end(name)),
            of_layout=False,
        )
    if table.left_out:
        names = ", ".join(table.left_out)[:200]
        yield Question(
            code="sheets_left_out",
            text=f"Các trang tính có người nhưng khác mẫu nên không được đọc: {names}",
            choices=(Choice("leave_out", "Không nhận các trang tính này"),),
            of_layout=False,
        )


def _is_month(name: str) -> bool:
    return _MONTH_SHEET.match(phrase(read_text(name).text)) is not None


def _says_end(name: str) -> bool:
    key = f" {phrase(read_text(name).text)} "
    return any(f" {word} " in key for word in ("giam", "cat", "thoi huong", "chet", "dung"))


def _of_rows(table: Table, columns: Mapping[str, int]) -> Iterator[Question]:
    hidden, struck, merged = [], [], []
    found: dict[str, list[Section]] = {}
    for part in table.parts:
        above: dict[str, Section] = {}
        people: list[int] = []
        walked = zip(part.walk(), part.raw(), strict=True)
        for (number, section, is_person), (_, cells) in itertools.islice(walked, _SEARCHED):
            if section is not None:
                above = above if is_start(section) else above | {section.kind: section}
            elif is_person:
                people.append(number)
                for kind, one in above.items():
                    told = found.setdefault(kind, [])
                    if one not in told[-1:] and _lacks(cells, columns, kind):
                        told.append(one)
        rows = {number - part.offset for number in people}
        hidden += [row + part.offset for row in sorted(part.facts.hidden & rows)]
        struck += [row + part.offset for row in sorted(part.facts.struck & rows)]
        merged += [
            top + part.offset
            for (top, _), (bottom, _) in part.facts.merged
            if bottom > top and len(rows & set(range(top, bottom + 1))) > 1
        ]
    yield from _about_rows("hidden_rows", "Có {n} dòng bị ẩn hoặc bị lọc. Có nhận không?", hidden)
    yield from _about_rows("struck_rows", "Có {n} dòng bị gạch ngang. Có nhận không?", struck)
    if merged:
        yield Question(
            code="merged_down",
            text=f"Có {len(merged)} ô gộp xuống nhiều người. Giá trị là của mọi dòng trong ô gộp?",
            choices=(
                Choice("repeat", "Của mọi dòng trong ô gộp"),
                Choice("first", "Chỉ của dòng đầu"),
            ),
            rows=tuple(merged[:_SHOWN]),
        )
    for kind, sections in found.items():
        if sections:
            yield _of_sections(kind, sections)


def _lacks(cells: Sequence[object], columns: Mapping[str, int], kind: str) -> bool:
    """Say whether a row leaves open what the heading above it may say."""
    fields = _SECTION_FIELDS.get(kind)
    return fields is None or any(not _has(cells, columns.get(name)) for name in fields)


def _about_rows(code: str, text: str, rows: Sequence[int]) -> Iterator[Question]:
    if rows:
        yield Question(
            code=code,
            text=text.format(n=len(rows)),
            choices=(Choice("take", "Nhận"), Choice("hold", "Giữ lại, không nhận")),
            rows=tuple(rows[:_SHOWN]),
            of_layout=False,
        )


def _of_sections(kind: str, sections: Sequence[Section]) -> Question:
    common = [text for text, _ in Counter(one.text for one in sections).most_common(3)]
    return Question(
        code=f"sections_{kind}",
        text=_SECTION_TEXTS[kind].format(examples="; ".join(text[:60] for text in common)),
        choices=_SECTION_CHOICES[kind],
        rows=tuple(one.row for one in sections[:_SHOWN]),
        of_layout=kind in {"village", "category", "decision"},
    )
