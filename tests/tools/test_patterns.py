"""Every regular expression that may see text from outside does linear work on its worst input.

The patterns are found, not listed: module constants of the four services and of the common
library, and literals handed to `re.search` and its like. Patterns of pydantic fields are not here:
pydantic runs them on an engine without backtracking, which the last test makes sure of.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import re
import re._constants as codes  # type: ignore[import-not-found]  # the parser has no public name
import re._parser as parser  # type: ignore[import-not-found]
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "libs/common/src", *sorted(ROOT.glob("services/*/src"))]
FUNCTIONS = frozenset({"search", "match", "fullmatch", "sub", "split", "findall", "finditer"})
SMALL, FACTOR = 1_000, 8
"""A cell of a workbook holds 32,767 characters; quadratic work on 8,000 shows clearly enough."""
QUADRATIC = 4 * FACTOR
"""Linear work grows 8 times with the input, quadratic work 64 times: the border lies between."""
BELOW_NOTICE = 2e-3
"""Processor seconds for 8,000 characters that no growth makes dangerous."""

ANCHORED: frozenset[str] = frozenset(
    {
        "registry.lists.domain.dates:_WORDS",
        "registry.lists.domain.listing:_NUMBERING",
        "registry.lists.domain.numbers:_PLAIN",
    }
)
"""Patterns that the code applies with `match` or `fullmatch` only, so that one start is tried."""


def modules() -> Iterator[tuple[str, Path]]:
    for source in SOURCES:
        for file in sorted(source.rglob("*.py")):
            if "migrations" in file.parts or "testing" in file.parts:
                continue
            name = ".".join(file.relative_to(source).with_suffix("").parts)
            yield name.removesuffix(".__init__"), file


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Give every pattern by the name of its constant, or by its text where it has none."""
    for name, file in modules():
        text = file.read_text(encoding="utf-8")
        if "import re" not in text:
            continue
        module = importlib.import_module(name)
        for constant, value in vars(module).items():
            if isinstance(value, re.Pattern) and re.search(rf"^{constant}\b", text, re.MULTILINE):
                yield f"{name}:{constant}", value
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and _is_re(node.func) and node.args:
                first = node.args[0]
                assert isinstance(first, ast.Constant), f"{name}:{node.lineno}: name the pattern"
                yield f"{name}:{first.value!r}", re.compile(first.value)


def _is_re(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in FUNCTIONS
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
    )


def characters(tree: Any) -> Iterator[int]:
    """Give a few characters for each element that the pattern names."""
    for operation, argument in tree:
        if operation in {codes.LITERAL, codes.NOT_LITERAL}:
            yield argument
        elif operation is codes.RANGE:
            yield argument[0]
        elif operation is codes.CATEGORY:
            yield ord({"DIGIT": "7", "SPACE": " "}.get(str(argument).split("_")[-1], "a"))
        elif operation is codes.ANY:
            yield ord("a")
        elif operation is codes.IN:
            yield from characters(argument)
        elif isinstance(argument, tuple | list):
            for inner in subpatterns(argument):
                yield from characters(inner)


def subpatterns(argument: tuple[Any, ...] | list[Any]) -> Iterator[Any]:
    for part in argument:
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, parser.SubPattern):
                yield inner


def attacks(pattern: re.Pattern[Any]) -> Iterator[str]:
    """Give units that, repeated, keep the pattern busy: its characters, alone and in short rows."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE & ~re.DEBUG)
    known = [chr(code) for code in dict.fromkeys(characters(tree))][:8]
    literal = "".join(known)
    yield from known
    yield from (first + second for first, second in itertools.permutations(known, 2))
    yield literal


def seconds(run: Callable[[Any], Any], text: Any) -> float:
    def once() -> float:
        began = time.thread_time()
        run(text)
        return time.thread_time() - began

    return min(once() for _ in range(2))


def quadratic(name: str, pattern: re.Pattern[Any]) -> list[str]:
    def run(text: Any) -> None:
        if name in ANCHORED:
            pattern.match(text)
        else:
            for _ in pattern.finditer(text):
                pass

    found = []
    for unit in attacks(pattern):
        for start in ("", unit[:1] + '"'):
            small, large = (
                start + unit * (size // len(unit)) + "\x01" for size in (SMALL, SMALL * FACTOR)
            )
            if isinstance(pattern.pattern, bytes):
                small, large = small.encode("latin-1"), large.encode("latin-1")  # type: ignore[assignment]
            long = seconds(run, large)
            if long > BELOW_NOTICE and long > QUADRATIC * seconds(run, small):
                found.append(unit)
    return found


FOUND = dict(patterns())


@pytest.mark.parametrize("name", FOUND)
def test_the_worst_input_costs_linear_work(name: str) -> None:
    assert quadratic(name, FOUND[name]) == []


def test_a_quadratic_pattern_would_be_noticed() -> None:
    assert quadratic("x", re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL))
    assert quadratic("x", re.compile(r"\s*\w+\s*\Z"))


def test_fields_keep_the_engine_without_backtracking() -> None:
    for _, file in modules():
        assert "regex_engine" not in file.read_text(encoding="utf-8")
