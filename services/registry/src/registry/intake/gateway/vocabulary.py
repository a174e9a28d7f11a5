"""The words of lists, read from the data files of this room."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from registry.intake.domain.vocabulary import (
    Category,
    CategoryRule,
    Statement,
    Vocabulary,
    phrase,
)

_DATA = resources.files("registry.intake").joinpath("data")


@cache
def vocabulary() -> Vocabulary:
    """Load every table of words once."""
    columns = _read("columns")
    categories = _read("categories")
    banks = _read("banks")["bank"]
    return Vocabulary(
        columns={
            kind: {name: _phrases([*headings, name]) for name, headings in fields.items()}
            for kind, fields in columns.items()
        },
        rules=tuple(_rule(row) for row in categories["rule"]),
        statements=tuple(_statement(row) for row in categories["statement"]),
        poverty={key: _phrases(words) for key, words in categories["poverty"].items()},
        methods={key: _phrases(words) for key, words in categories["method"].items()},
        sexes={key: _phrases(words) for key, words in categories["sex"].items()},
        banks={phrase(name): bank["bin"] for bank in banks for name in bank["names"]},
        surnames=frozenset(_read("surnames")["names"].lower().split()),
    )


def _rule(row: dict[str, Any]) -> CategoryRule:
    return CategoryRule(
        category=Category(
            code=row["code"],
            benefit=row["benefit"],
            degree=row.get("degree"),
            converted_from=row.get("converted_from"),
            facts=tuple(row.get("facts", ())),
            names_children=row.get("names_children", False),
            paid_to_carer=row.get("paid_to_carer", False),
            sealed=row.get("sealed", False),
        ),
        groups=tuple(_phrases(group) for group in row["all"]),
        none=_phrases(row.get("none", [])),
    )


def _statement(row: dict[str, Any]) -> Statement:
    return Statement(frozenset(row["of"]), _phrases(row["any"]), row["fact"])


def _phrases(texts: list[str]) -> tuple[str, ...]:
    return tuple(phrase(text) for text in texts)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(_DATA.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
