"""The cases of tests/eligibility/law/cases as frames: many judged at once against any law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from common.kernel.months import Month
from eligibility.law.domain.evaluate import FACTS, evaluate
from eligibility.law.domain.law import Law, LawAsOf
from eligibility.law.domain.parameters import hundredths
from eligibility.law.domain.switches import LocalChoice
from eligibility.law.store import load_law

CASES = Path(__file__).parent / "cases"
FIELDS = ("provision", "coefficient", "amount", "payable", "excluded_by")


@dataclass(frozen=True)
class Line:
    """One expectation: what a benefit (or the total) is in one month for the facts of a case."""

    case: str
    facts: Mapping[str, Any]
    month: Month
    benefit: str | None
    expected: Mapping[str, Any]


Key = tuple[date | None, tuple[tuple[str, str], ...]]
"""The day of the decision (None: with everything loaded), and switches that stand elsewhere."""


def read_cases() -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Give each evaluated case as title, its document and itself."""
    for file in sorted(CASES.glob("*.yaml")):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        for case in (*document.get("evaluations", ()), *_lacking(document)):
            yield f"{document['title']}: {case['name']}", document, case


def _lacking(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give who meets every condition of a provision, then who lacks one of them, month by month."""
    for block in document.get("conditions", ()):
        months = [Month.parse(month) for month in block.get("months", document.get("months", ()))]
        for variant in ({}, *block.get("lacking", ())):
            amounts = variant.get("amounts", [0] * len(months)) if variant else block["amounts"]
            said = variant.get("provision") if variant else block["provision"]
            codes = said if isinstance(said, list) else [said] * len(months)
            name = f"{block['name']} - {variant['name']}" if variant else block["name"]
            for month, amount, code in zip(months, amounts, codes, strict=True):
                facts = {**block["facts"], **variant.get("facts", {})}
                expected = {"month": str(month), "benefit": block["benefit"], "amount": amount}
                expected["payable"] = amount > 0
                if code is not None:
                    expected["provision"] = code
                elif amount == 0:
                    expected["provision"] = None
                yield {
                    "name": f"{name}, {month.display()}",
                    "facts": dated(facts, month),
                    "expect": [expected],
                }


def dated(facts: Mapping[str, Any], month: Month) -> dict[str, Any]:
    """Put the dates of a month in the place of ages and of words for days beside the month."""
    days = {
        "end_of_month_before_last": (month + -2).last_day,
        "start_of_last_month": (month + -1).first_day,
        "end_of_last_month": (month + -1).last_day,
        "start_of_next_month": (month + 1).first_day,
    }
    found: dict[str, Any] = {}
    for name, value in facts.items():
        if name == "age":
            found["birth_date"] = date(month.year - value, 1, 10)
        elif name == "children":
            found[name] = [dated(child, month) for child in value]
        else:
            found[name] = days.get(value, value) if isinstance(value, str) else value
    return found


@cache
def sheets() -> Mapping[Key, tuple[Line, ...]]:
    """Give all expectations by the law that they ask for."""
    found: dict[Key, list[Line]] = {}
    for name, document, case in read_cases():
        facts = {"birth_precision": "day", **document.get("defaults", {}), **case["facts"]}
        key = (case.get("as_of"), tuple(sorted(case.get("switches", {}).items())))
        lines = found.setdefault(key, [])
        for said in case["expect"]:
            expected = {field: said[field] for field in FIELDS if field in said}
            if "coefficient" in expected:
                expected["coefficient"] = hundredths(Decimal(expected["coefficient"]))
            lines.append(Line(name, facts, Month.parse(said["month"]), said["benefit"], expected))
        for said in case.get("totals", ()):
            expected = {"total": said["total"]}
            lines.append(Line(name, facts, Month.parse(said["month"]), None, expected))
    return {key: tuple(lines) for key, lines in found.items()}


def by_case() -> dict[str, tuple[Key, list[Line]]]:
    """Give the expectations of each case by its name, with the law that it asks for."""
    found: dict[str, tuple[Key, list[Line]]] = {}
    for key, lines in sheets().items():
        for line in lines:
            name = f"{line.case} (ngày {key[0]})" if key[0] else line.case
            found.setdefault(name, (key, []))[1].append(line)
    return found


def with_switches(law: Law, chosen: Sequence[tuple[str, str]]) -> Law:
    """Give the law in which the province chose some positions, from the first day."""
    start = law.first_day
    choices = tuple(
        LocalChoice(code, value, start, None, start, "Công văn của tỉnh", "trường hợp kiểm thử")
        for code, value in chosen
    )
    return replace(law, choices=choices) if choices else law


def view_of(law: Law, key: Key) -> LawAsOf:
    """Give the view of a law that a group of cases asks for."""
    day, chosen = key
    switched = with_switches(law, chosen)
    return switched.latest if day is None else switched.as_of(day)


class Sheet:
    """Expectations as one frame of facts, judged by one evaluation."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        names = [name for name in FACTS if name != "month"]
        self.frame = pl.DataFrame(
            [
                {**{name: line.facts.get(name) for name in names}, "month": line.month.ordinal}
                for line in lines
            ],
            schema=FACTS,
        )
        self.asked = self._asked()

    def _asked(self) -> dict[str, tuple[pl.Series, pl.Series]]:
        """Give per column of the answer the places that are asked and what is expected there."""
        found: dict[str, tuple[list[int], list[Any]]] = {}
        for place, line in enumerate(self.lines):
            for field, value in line.expected.items():
                column = "total" if line.benefit is None else f"{line.benefit}.{field}"
                places, values = found.setdefault(column, ([], []))
                places.append(place)
                values.append(value)
        kinds = {"provision": pl.String, "excluded_by": pl.String, "payable": pl.Boolean}
        return {
            column: (
                pl.Series(places, dtype=pl.UInt32),
                pl.Series(values, dtype=kinds.get(column.rpartition(".")[2], pl.Int64)),
            )
            for column, (places, values) in found.items()
        }

    def wrong(self, view: LawAsOf, *, by_name: bool = True) -> list[str]:
        """Name the cases that this law does not give; `by_name`: provisions are compared too."""
        answer = evaluate(self.frame, view)
        names: dict[str, None] = {}
        for column, (places, expected) in self.asked.items():
            if column.endswith(".provision") and not by_name:
                continue
            got = answer[column].gather(places)
            if column.endswith(".payable"):
                got = got > 0
            for place in places.filter(got.ne_missing(expected)):
                names[f"{self.lines[place].case} [{self.lines[place].month.display()}]"] = None
        return list(names)

    def about(self, benefit: str) -> Sheet:
        """Give what is expected of one benefit, whatever is paid beside it."""
        own = ("provision", "coefficient", "amount")
        found = []
        for line in self.lines:
            expected = {name: line.expected[name] for name in own if name in line.expected}
            if line.benefit == benefit and expected:
                found.append(replace(line, expected=expected))
        return Sheet(found)

    def of_regimes(self, codes: Sequence[str]) -> Sheet:
        """Give the part that the plans of some regimes judge."""
        regimes = evaluate(self.frame, load_law().latest)["regime"].to_list()
        kept = zip(self.lines, regimes, strict=True)
        return Sheet([line for line, regime in kept if regime in codes])


@cache
def sheet(key: Key) -> Sheet:
    """Give the sheet of a group of cases."""
    return Sheet(sheets()[key])


def broken_by(law: Law, *, by_name: bool = True) -> list[str]:
    """Name cases that a law does not give, of the first group in which there are some."""
    for key in sheets():
        found = sheet(key).wrong(view_of(law, key), by_name=by_name)
        if found:
            return found
    return []
