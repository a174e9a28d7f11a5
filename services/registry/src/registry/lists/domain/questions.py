"""What an officer is asked about a list before anything of it is written.

A question has a stable code, a Vietnamese text and named choices; a list with an open question does not go in.
Some answers hold for every list of the same layout, others are about this one file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from common.kernel.errors import InvalidInput


class AnswersNeeded(
    InvalidInput, code="answers_needed", title="Còn câu hỏi về danh sách chưa được trả lời"
):
    """Questions are open, or an answer is none of the choices; `questions` names them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is not certain about a file."""

    code: str
    text: str
    choices: tuple[Choice, ...]
    rows: tuple[int, ...] = ()
    """Some rows that the question is about, as `row_number` counts them."""
    columns: tuple[int, ...] = ()
    """Columns (from 1) that the question is about."""
    of_layout: bool = True
    """The answer holds for the next file with the same headings; False: it is about this file."""

    def as_json(self) -> dict[str, Any]:
        """Give the question as it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Question:
        """Read a question that was kept."""
        choices = tuple(Choice(**one) for one in kept["choices"])
        rows, columns = tuple(kept["rows"]), tuple(kept["columns"])
        return cls(**{**kept, "choices": choices, "rows": rows, "columns": columns})


@dataclass(frozen=True, slots=True)
class Choices:
    """What an officer says about a file: columns (field -> place from 0), answers, stated values."""

    columns: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)
    """Field -> value for every row that says nothing itself."""
    sections: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Row of a section's heading -> field -> value for the rows below it."""

    def as_json(self) -> dict[str, Any]:
        """Give what is kept beside the columns."""
        sections = {str(row): dict(values) for row, values in self.sections.items()}
        return {"answers": dict(self.answers), "stated": dict(self.stated), "sections": sections}

    @classmethod
    def from_json(cls, columns: Mapping[str, int], kept: Mapping[str, Any]) -> Choices:
        """Read what was kept."""
        sections = {int(row): values for row, values in kept.get("sections", {}).items()}
        return cls(columns, kept.get("answers", {}), kept.get("stated", {}), sections)


def check_answers(
    questions: Iterable[Question], answers: Mapping[str, str], columns: Mapping[str, int] | None
) -> dict[str, str]:
    """Give every question's answer; columns named by hand answer which column is meant.

    Raises:
        AnswersNeeded: a question is open, unknown, or answered with something else.
    """
    found: dict[str, str] = {}
    by_code = {one.code: one for one in questions}
    wrong = sorted(set(answers) - set(by_code))
    for code, one in by_code.items():
        answer = answers.get(code)
        if answer is None and columns and code.startswith("column_of."):
            place = columns.get(code.removeprefix("column_of."))
            answer = None if place is None else str(place + 1)
        if answer is None or answer not in {choice.value for choice in one.choices}:
            wrong.append(code)
        else:
            found[code] = answer
    if wrong:
        raise AnswersNeeded(questions=wrong)
    return found


def still_open(questions: Sequence[Question], answers: Mapping[str, str]) -> list[Question]:
    """Give the questions that an earlier confirmation of the same layout does not answer."""
    return [
        one
        for one in questions
        if not one.of_layout
        or answers.get(one.code) not in {choice.value for choice in one.choices}
    ]
