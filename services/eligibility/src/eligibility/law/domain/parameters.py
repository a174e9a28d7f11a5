"""Dated numbers of the law: every value with the day it counts from, its basis and its confidence.

Thuật ngữ: mức chuẩn (standard amount), hệ số (coefficient), hiệu lực (in force).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

WHOLE = frozenset(
    {"dong", "years", "months", "days", "working_days", "times", "kilograms", "metres", "percent"}
)
"""Units of which a value is a whole number above 0."""
UNITS = WHOLE | {"coefficient", "rule", "papers", "procedure", "steps"}
VALUE_KEYS = frozenset(
    {
        "value", "valid_from", "valid_to", "in_force", "basis", "source", "confidence", "note",
        "checked_on",
    }
)  # fmt: skip
STEP_KEYS = frozenset({"code", "title", "count", "unit", "inside", "only_if"})
PROCEDURE_KEYS = frozenset({"benefits", "one_off", "time_limit", "authority", "result", "papers"})
PAPER_KEYS = frozenset({"code", "title", "filed", "choice", "for", "benefits", "sealed"})
CONFIDENCE = frozenset(
    {"text seen", "secondary", "seeds", "memory", "reading", "code", "not found"}
)


class LawFileInvalid(ValueError):
    """A parameter has a gap, an overlap, no basis, or a value that is not of its unit."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a value stands: document, article (Điều), clause (khoản, điểm)."""

    document: str
    article: str
    clause: str | None = None

    def cite(self) -> str:
        """Cite it as Vietnamese papers do: `khoản 1 Điều 3 Nghị định 176/2025/NĐ-CP`."""
        if self.article == "-":
            return self.document
        if self.clause is None:
            return f"Điều {self.article} {self.document}"
        number, _, point = self.clause.partition(".")
        head = f"điểm {point} khoản {number}" if point else f"khoản {number}"
        return f"{head} Điều {self.article} {self.document}"


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value: it counts on the days `valid_from..valid_to`, for whoever decides from `in_force`.

    `in_force` later than `valid_from` is a level that reaches back in time.
    """

    value: Any
    valid_from: date
    valid_to: date | None
    in_force: date
    basis: Basis
    source: str
    confidence: str
    note: str | None = None
    checked_on: date | None = None
    """The day on which someone last compared the value with its document."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or a rule of the law with all its values, oldest first."""

    code: str
    title: str
    unit: str
    values: tuple[DatedValue, ...]

    def known_on(self, as_of: date) -> tuple[DatedValue, ...]:
        """Give the values that were in force on a day, oldest first."""
        return tuple(value for value in self.values if value.in_force <= as_of)

    def at(self, day: date, as_of: date) -> DatedValue:
        """Give the value that counts on `day` for someone who decides on `as_of`.

        Raises:
            LookupError: the law as loaded says nothing about that day.
        """
        found = [value for value in self.known_on(as_of) if value.valid_from <= day]
        if not found:
            msg = f"{self.code} has no value for {day.isoformat()}"
            raise LookupError(msg)
        return found[-1]


def read_parameter(code: str, body: Mapping[str, Any]) -> Parameter:
    """Build a parameter from the content of its file.

    Raises:
        LawFileInvalid: anything is missing, unknown, out of order, overlapping or leaves a gap.
    """
    unit = body.get("unit")
    if unit not in UNITS:
        raise LawFileInvalid(f"{code}: unknown unit {unit!r}")
    values = tuple(_read_value(code, unit, item) for item in body.get("values") or ())
    if not values:
        raise LawFileInvalid(f"{code}: no value")
    _refuse_holes(code, values)
    choices = body.get("choices")
    if choices is not None:
        _refuse_foreign_choices(code, values, choices)
    return Parameter(code, str(body.get("title") or code), unit, values)


def _read_value(code: str, unit: str, item: Mapping[str, Any]) -> DatedValue:
    if item.keys() - VALUE_KEYS:
        raise LawFileInvalid(f"{code}: unknown key {sorted(item.keys() - VALUE_KEYS)}")
    basis = item.get("basis") or {}
    if not (basis.get("document") and basis.get("article")):
        raise LawFileInvalid(f"{code}: a value without its basis (document, article)")
    if not item.get("source") or item.get("confidence") not in CONFIDENCE:
        raise LawFileInvalid(f"{code}: a value without source or with an unknown confidence")
    start, end = item.get("valid_from"), item.get("valid_to")
    if not isinstance(start, date) or (end is not None and not isinstance(end, date)):
        raise LawFileInvalid(f"{code}: valid_from and valid_to are dates")
    in_force = item.get("in_force", start)
    if not isinstance(in_force, date) or in_force < start:
        raise LawFileInvalid(f"{code}: in force before it counts")
    checked = item.get("checked_on")
    if checked is not None and not isinstance(checked, date):
        raise LawFileInvalid(f"{code}: checked_on is a date")
    return DatedValue(
        value=_read_content(code, unit, item.get("value")),
        valid_from=start,
        valid_to=end,
        in_force=in_force,
        basis=Basis(str(basis["document"]), str(basis["article"]), _text(basis.get("clause"))),
        source=str(item["source"]),
        confidence=str(item["confidence"]),
        note=_text(item.get("note")),
        checked_on=checked,
    )


def _read_content(code: str, unit: str, value: object) -> object:
    if unit in WHOLE:
        if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
            raise LawFileInvalid(f"{code}: {unit} is a whole number above 0")
        return value
    if unit == "coefficient":
        return _read_coefficient(code, value)
    if unit == "papers":
        if not isinstance(value, list) or not all("code" in paper for paper in value):
            raise LawFileInvalid(f"{code}: papers are a list with codes")
        return tuple(dict(paper) for paper in value)
    if unit == "procedure":
        return _read_procedure(code, value)
    if unit == "steps":
        return _read_steps(code, value)
    if not isinstance(value, str) or not value:
        raise LawFileInvalid(f"{code}: a rule is a word")
    return value


def _read_steps(code: str, value: object) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list):
        raise LawFileInvalid(f"{code}: steps are a list, empty where no time limit is known")
    for step in value:
        known = isinstance(step, Mapping) and not step.keys() - STEP_KEYS
        if not known or step.get("unit") not in {"working_days", "days"}:
            raise LawFileInvalid(f"{code}: a step has code, title, count and a unit of days")
        count = step.get("count")
        if isinstance(count, bool) or not isinstance(count, int) or count <= 0:
            raise LawFileInvalid(f"{code}: a step lasts a whole number of days above 0")
        if not step.get("code") or not step.get("title"):
            raise LawFileInvalid(f"{code}: a step without code or title")
    named = [step["code"] for step in value]
    if any(step["inside"] not in named for step in value if step.get("inside")):
        raise LawFileInvalid(f"{code}: a step inside an unknown one")
    return tuple(dict(step) for step in value)


def _read_procedure(code: str, value: object) -> dict[str, Any]:
    """Read what a procedure gives and asks for; a list of papers may hold shared lists."""
    if not isinstance(value, Mapping) or value.keys() - PROCEDURE_KEYS:
        raise LawFileInvalid(f"{code}: a procedure has {sorted(PROCEDURE_KEYS)}")
    if not all(value.get(name) for name in ("time_limit", "authority", "result", "papers")):
        raise LawFileInvalid(f"{code}: a procedure without time limit, authority, result or papers")
    if not value.get("benefits") and not value.get("one_off"):
        raise LawFileInvalid(f"{code}: a procedure that gives nothing")
    papers: list[Mapping[str, Any]] = []
    for item in value["papers"]:
        papers.extend(item if isinstance(item, list) else [item])
    for paper in papers:
        if paper.keys() - PAPER_KEYS or not {"code", "title", "filed"} <= paper.keys():
            raise LawFileInvalid(f"{code}: a paper has code, title and whether it is filed")
    if len({paper["code"] for paper in papers}) != len(papers):
        raise LawFileInvalid(f"{code}: a paper twice")
    return {**value, "papers": tuple(dict(paper) for paper in papers)}


def _read_coefficient(code: str, value: object) -> Decimal:
    if not isinstance(value, str):
        raise LawFileInvalid(f'{code}: a coefficient is written as text, e.g. "1.5"')
    try:
        coefficient = Decimal(value)
    except InvalidOperation as error:
        raise LawFileInvalid(f"{code}: not a decimal") from error
    if coefficient <= 0 or coefficient * SCALE != int(coefficient * SCALE):
        raise LawFileInvalid(f"{code}: a coefficient is above 0 with at most two decimals")
    return coefficient


def _refuse_holes(code: str, values: Sequence[DatedValue]) -> None:
    for earlier, later in pairwise(values):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            raise LawFileInvalid(f"{code}: overlap at {later.valid_from.isoformat()}")
        if earlier.valid_to + timedelta(days=1) != later.valid_from:
            raise LawFileInvalid(f"{code}: gap before {later.valid_from.isoformat()}")
        if later.in_force < earlier.in_force:
            raise LawFileInvalid(f"{code}: a later value in force before an earlier one")
    if values[-1].valid_to is not None:
        raise LawFileInvalid(f"{code}: nothing after {values[-1].valid_to.isoformat()}")
    if any(value.valid_to is not None and value.valid_to < value.valid_from for value in values):
        raise LawFileInvalid(f"{code}: a period that ends before it begins")


def _refuse_foreign_choices(
    code: str, values: Sequence[DatedValue], choices: Sequence[object]
) -> None:
    if any(value.value not in choices for value in values):
        raise LawFileInvalid(f"{code}: a switch outside its choices")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


SCALE = 100
"""Coefficients travel as hundredths, so that no calculation leaves whole numbers."""


def hundredths(coefficient: Decimal) -> int:
    """Give a coefficient as a whole number of hundredths: 1.5 is 150."""
    return int(coefficient * SCALE)


def coefficient_text(scaled: int) -> str:
    """Write hundredths as the decimal that papers show: 150 is `1.5`, 100 is `1.0`."""
    whole, rest = divmod(scaled, SCALE)
    return f"{whole}.{rest:02d}".removesuffix("0") if rest % 10 == 0 else f"{whole}.{rest:02d}"
