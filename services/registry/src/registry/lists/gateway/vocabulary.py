"""The words of lists, read from the data files of this room."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from registry.areas import service as areas
from registry.lists.domain.banks import BankBook, BankName, FormerName, bank_phrase
from registry.lists.domain.lawful import GroupLaw
from registry.lists.domain.monthly_names import FIELDS as NAMED
from registry.lists.domain.monthly_names import MONTHLY_NAMES
from registry.lists.domain.people_rows import FIELDS, PEOPLE_KINDS
from registry.lists.domain.remarks import Remarks
from registry.lists.domain.vocabulary import (
    Category,
    CategoryRule,
    Statement,
    Vocabulary,
    phrase,
)

_KIND = re.compile(
    r"^(?:tỉnh|thành phố|thị xã|huyện|quận|xã|phường|thị trấn)\s+(?=\D)", re.IGNORECASE
)
_DATA = resources.files("registry.lists").joinpath("data")


@cache
def vocabulary() -> Vocabulary:
    """Load every table of words once."""
    columns = _read("columns")
    shared = {name: columns["beneficiary_list"][name] for name in FIELDS}
    columns |= {kind: shared | columns.get(kind, {}) for kind in PEOPLE_KINDS}
    columns[MONTHLY_NAMES] = {name: columns["beneficiary_list"][name] for name in NAMED}
    categories = _read("categories")
    return Vocabulary(
        columns={
            kind: {name: _phrases([*headings, name]) for name, headings in fields.items()}
            for kind, fields in columns.items()
            if kind not in {"rivals", "units", "benefits"}
        },
        rivals={name: _phrases(words) for name, words in columns["rivals"].items()},
        units={name: _phrases(words) for name, words in columns["units"].items()},
        benefit_words=_phrases(columns["benefits"]["words"]),
        headings=frozenset(
            text for words in columns["beneficiary_list"].values() for text in _phrases(words)
        ),
        rules=tuple(_rule(row) for row in categories["rule"]),
        statements=tuple(_statement(row) for row in categories["statement"]),
        law={code: GroupLaw.of(row) for code, row in categories["law"].items()},
        remarks=Remarks.of(_read("remarks")),
        methods={key: _phrases(words) for key, words in categories["method"].items()},
        sexes={key: _phrases(words) for key, words in categories["sex"].items()},
        banks=BankBook(_bank_names(), _places()),
        surnames=frozenset(_read("surnames")["names"].lower().split()),
    )


def _bank_names() -> dict[str, BankName]:
    names: dict[str, BankName] = {}
    for bank in _read("banks")["bank"]:
        code = bank["bin"]
        length = bank.get("zero_length")
        names |= {bank_phrase(name): BankName(code, True, None, length) for name in bank["brands"]}
        names |= {bank_phrase(name): BankName(code, False, None, length) for name in bank["names"]}
        for former in bank.get("former", ()):
            told = FormerName(former["until"], former["note"])
            names |= {
                bank_phrase(name): BankName(code, " " not in name, told, length)
                for name in former["names"]
            }
    return names


def _places() -> frozenset[str]:
    """Give the names of communes, districts and provinces, of now and before."""
    book = areas.book()
    former = [unit for code in book.communes for unit in book.former_of(code)]
    names = {unit.name for unit in former} | {unit.name for unit in book.communes.values()}
    names |= {province.name for province in book.provinces.values()}
    names |= {unit.former_province for unit in former} | {unit.district for unit in former}
    return frozenset(phrase(_KIND.sub("", name)) for name in names if name)


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
