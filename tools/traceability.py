"""Trace the law: article to provision to case, and row of the digest to the test that proves it.

Read by `generate.py`. Cases are the YAML files of tests/eligibility/law and law_one_off; rows and
articles of tests are their `law` markers, and the rows that a case is named after.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from common.kernel.months import Month
from eligibility.law.domain.provisions import Registered, provisions
from eligibility.law.store import load_law

ROOT = Path(__file__).resolve().parents[1]
MONTHLY, ONE_OFF = "eligibility/law/cases", "eligibility/law_one_off/cases"
ROW = re.compile(r"[A-Z]\d{1,3}")
NAMED_AFTER = re.compile(r"(?:[FWE]\d{1,3})(?=\W)")
IN_TEST = re.compile(r"(?<=_)(?:[fdp]\d{3}|w\d{1,2})(?=_)")
"""Rows that a test is named after: `test_f004_and_w3_forty_seven_funerals...`."""
SHOWN = 6
"""So many cases of a provision are named; the others are counted."""

Found = dict[str, dict[str, None]]


def traceability_document(tests: Path = ROOT / "tests") -> dict[str, str]:
    """Write the whole page."""
    marked = marked_tests(tests)
    rows = {row: names for row, names in marked.items() if ROW.fullmatch(row)}
    for row, name in named_after(tests):
        rows.setdefault(row, {})[name] = None
    lines = [
        "<!-- Made by tools/generate.py; do not edit. -->",
        "# The law and what stands for it",
        "",
        "A test fails when a provision below has no case, and when a number, a day, a switch or a",
        "condition can be changed without breaking one (tests/eligibility/law/test_mut*.py).",
        "",
        "## Monthly provisions: article, provision, cases",
        "",
        *_monthly(tests),
        "",
        "## One-off benefits: article, cases",
        "",
        *_table(("article", "cases"), one_off_cases(tests)),
        "",
        "## Rows of the digest: the tests that prove them",
        "",
        "F figures, P pain points, D duties, W worked examples, E corrections; from markers, and from",
        "cases and marked tests that are named after a row.",
        "",
        *_table(("row", "tests"), rows),
        "",
        "## Articles: the tests that stand for them",
        "",
        'Collected from `@pytest.mark.law("335/2026 Art 32.4", ...)`.',
        "",
        *_table(("provision", "tests"), {k: v for k, v in marked.items() if k not in rows}),
    ]
    return {"docs/law/traceability.md": "\n".join(lines) + "\n"}


def _table(head: Sequence[str], found: Mapping[str, Mapping[str, None]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for name in sorted(found, key=_natural):
        yield f"| {_cell(name)} | {'<br>'.join(_cell(item) for item in sorted(found[name]))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def marked_tests(tests: Path) -> Found:
    """Give what the markers name, with the tests that are marked."""
    found: Found = {}
    for path in sorted(tests.rglob("test_*.py")):
        name = path.relative_to(tests.parent).as_posix()
        for test, named in law_marks(path.read_text(encoding="utf-8")):
            rows = (row.upper() for row in IN_TEST.findall(test))
            for item in (*named, *rows):
                found.setdefault(item, {})[f"`{name}::{test}`"] = None
    return found


def _documents(tests: Path, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((tests / folder).glob("*.yaml")):
        name = path.relative_to(tests.parent).as_posix()
        yield name, yaml.safe_load(path.read_text(encoding="utf-8"))


def named_after(tests: Path) -> Iterator[tuple[str, str]]:
    """Give the cases that are named after a row: `W7 ...`, `F004 và W3 ...`."""
    for folder in (MONTHLY, ONE_OFF):
        for path, document in _documents(tests, folder):
            for kind in ("evaluations", "differences", "deadlines", "reviews", "cases"):
                for case in document.get(kind, ()):
                    for row in NAMED_AFTER.findall(f"{case['name']} "):
                        yield row, f"`{path}`: {case['name']}"


def monthly_cases(tests: Path) -> Iterator[tuple[str, Month, date | None, str]]:
    """Give each expected provision with its month, its day of signature and its case."""
    for _, document in _documents(tests, MONTHLY):
        for case in document.get("evaluations", ()):
            facts = {**document.get("defaults", {}), **case["facts"]}
            for said in case["expect"]:
                month = Month.parse(said["month"])
                if said.get("provision") and said.get("payable", True) is not None:
                    yield said["provision"], month, facts.get("signed_on"), case["name"]
        for block in document.get("conditions", ()):
            months = block.get("months", document.get("months", ()))
            said = block["provision"]
            codes = said if isinstance(said, list) else [said] * len(months)
            for month, code in zip(months, codes, strict=True):
                yield code, Month.parse(month), None, block["name"]


def cases_of(found: Registered, tests: Path) -> list[str]:
    """Give the cases that expect a provision on days of its regime."""
    names: dict[str, None] = {}
    for code, month, signed, name in monthly_cases(tests):
        day = signed if signed is not None and Month.of(signed) == month else month.last_day
        end = found.valid_to or date.max
        if code == found.provision.code and found.valid_from <= day <= end:
            names[name] = None
    return list(names)


def _monthly(tests: Path) -> Iterator[str]:
    yield "| article | in force | benefit | provision | cases |"
    yield "| --- | --- | --- | --- | --- |"
    if not (tests / MONTHLY).is_dir():
        return
    for found in provisions(load_law().latest):
        names = cases_of(found, tests)
        more = f"<br>and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        end = "" if found.valid_to is None else f"{found.valid_to:%d/%m/%Y}"
        cells = (
            found.provision.article,
            f"{found.valid_from:%d/%m/%Y}-{end}",
            found.benefit.code,
            f"`{found.provision.code}` {found.provision.title}",
            "<br>".join(_cell(name) for name in names[:SHOWN]) + more,
        )
        yield f"| {' | '.join(cells)} |"


def one_off_cases(tests: Path) -> Found:
    """Give the cases of one-off benefits by the articles that they name."""
    found: Found = {}
    for _, document in _documents(tests, ONE_OFF):
        for case in document.get("cases", ()):
            for article in case.get("articles", ()):
                found.setdefault(article, {})[f"{document['title']}: {case['name']}"] = None
    return found


def law_marks(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each test with the provisions that it, its class or its module is marked with.

    Marks inside `pytest.param(..., marks=...)` count for the test that they belong to.
    """
    tree = ast.parse(source)
    of_module = [
        provision
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id == "pytestmark" for name in node.targets)
        for provision in _provisions(node.value)
    ]
    yield from _marks_in(tree.body, "", of_module)


def _marks_in(
    body: Sequence[ast.stmt], prefix: str, inherited: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        own = [part for mark in node.decorator_list for part in _provisions(mark)]
        named = [*inherited, *own]
        if isinstance(node, ast.ClassDef):
            yield from _marks_in(node.body, f"{prefix}{node.name}::", named)
        elif node.name.startswith("test") and named:
            yield f"{prefix}{node.name}", tuple(dict.fromkeys(named))


def _provisions(node: ast.expr) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.law":
            for argument in call.args:
                if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                    msg = f"line {call.lineno}: a law mark names its provisions as plain texts"
                    raise SystemExit(msg)
                yield argument.value


def _natural(text: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|\D+", text)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
