"""What the words of a list mean: headings, categories, banks. The words themselves are data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

from common.kernel.names import search_key
from registry.households.domain import read_class
from registry.lists.domain.banks import BankBook, BankReading
from registry.lists.domain.lawful import GroupLaw
from registry.lists.domain.remarks import Remarks

Degree = Literal["severe", "very_severe", "mild"]
PovertyClass = Literal["poor", "near_poor", "none"]
Method = Literal["account", "cash"]
Sex = Literal["male", "female"]


_SEVERAL = re.compile(r"[+;&\n]|\bvà\b")


@dataclass(frozen=True, slots=True)
class Category:
    """What a text of the category column says (loại đối tượng).

    `code` is neutral and travels in events; `converted_from` names the clause of Decree 20/2021
    from which the person was moved to the social pension without a request. `sealed`: the words
    reveal what only the sealed room may know; such a category travels as the neutral code alone.
    Căn cứ: Điều 5, 18 đến 20, 25 Nghị định 20/2021/NĐ-CP; Điều 5, 15 đến 17, 22 Nghị định
    335/2026/NĐ-CP; Điều 2, Điều 7 Nghị định 176/2025/NĐ-CP.
    """

    code: str
    benefit: str
    """Code of the catalogue (`common.contracts.benefits`)."""
    degree: Degree | None = None
    converted_from: str | None = None
    facts: tuple[Mapping[str, Any], ...] = ()
    """What the words state of the person: bodies of facts, each of another kind."""
    names_children: bool = False
    """The row names the children whom the person raises."""
    paid_to_carer: bool = False
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """A category and the phrases that name it."""

    category: Category
    groups: tuple[tuple[str, ...], ...]
    none: tuple[str, ...] = ()
    """Phrases that must not stand there."""

    def fits(self, words: str) -> bool:
        """Say whether the text (as given by `phrase`) names this category."""
        return all(_holds(words, group) for group in self.groups) and not _holds(words, self.none)


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact that some phrase states, in the categories to which it matters."""

    codes: frozenset[str]
    phrases: tuple[str, ...]
    fact: Mapping[str, Any]


@dataclass(frozen=True)
class Vocabulary:
    """Every table of words that reading a list needs."""

    columns: Mapping[str, Mapping[str, tuple[str, ...]]]
    """File kind -> field -> headings."""
    rules: Sequence[CategoryRule]
    remarks: Remarks
    methods: Mapping[str, tuple[str, ...]]
    sexes: Mapping[str, tuple[str, ...]]
    banks: BankBook
    surnames: frozenset[str]
    law: Mapping[str, GroupLaw] = field(default_factory=dict)
    """Category -> what the law says about its group."""
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field -> headings that may mean the same."""
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Unit of amounts -> words that say so."""
    benefit_words: tuple[str, ...] = ()
    """Words by which a heading names one benefit among several."""
    headings: frozenset[str] = frozenset()
    """Every heading of a list of beneficiaries."""
    statements: Sequence[Statement] = ()
    """In this order: of each kind the first that fits counts."""
    _known: dict[str, Category | None] = field(default_factory=dict, repr=False)

    def category(self, text: str) -> Category | None:
        """Give what the category column says, None when no rule fits."""
        words = phrase(text)
        if words not in self._known:
            found = next((r.category for r in self.rules if r.fits(words)), None)
            self._known[words] = found and self._with_statements(found, words)
        return self._known[words]

    def _with_statements(self, category: Category, words: str) -> Category:
        stated: dict[str, Mapping[str, Any]] = {}
        for one in self.statements:
            if category.code in one.codes and _holds(words, one.phrases):
                stated.setdefault(str(one.fact["kind"]), one.fact)
        if not stated:
            return category
        kept = [fact for fact in category.facts if fact["kind"] not in stated]
        return replace(category, facts=(*kept, *stated.values()))

    def poverty_class(self, *texts: str) -> PovertyClass | None:
        """Give the class that the first of these texts states; None when none states one."""
        return next((found for text in texts if (found := read_class(text).poverty_class)), None)

    def poverty_unclear(self, *texts: str) -> bool:
        """Say whether a text names classes so that nobody can tell which one holds."""
        return any(read_class(text).unclear for text in texts)

    def exact(self, field_name: str) -> tuple[str, ...]:
        """Give the headings of a field of a list of beneficiaries."""
        return self.columns["beneficiary_list"].get(field_name, ())

    def names_benefit(self, title: str) -> bool:
        """Say whether the heading of a column names one benefit among several."""
        return _holds(phrase(title), self.benefit_words)

    def heading(self, text: str) -> str:
        """Give a heading as headings are compared."""
        return phrase(text)

    def categories(self, text: str) -> set[str]:
        """Give the benefits that the parts of a text name; several are a question."""
        parts = [part for part in _SEVERAL.split(text) if part.strip()]
        found = [self.category(part) for part in parts] if len(parts) > 1 else []
        return {one.benefit for one in found if one is not None}

    def method(self, text: str) -> Method | None:
        """Give how the list says that the person is paid."""
        words = phrase(text)
        if _holds(words, self.methods["account"]):
            return "account"
        return "cash" if _holds(words, self.methods["cash"]) else None

    def sex(self, text: str) -> Sex | None:
        """Give the sex that a cell states."""
        words = phrase(text)
        if words in self.sexes["male"]:
            return "male"
        return "female" if words in self.sexes["female"] else None

    def bank(self, text: str) -> BankReading:
        """Give the bank that a text names, and its branch."""
        return self.banks.read(text)


@lru_cache(maxsize=20_000)
def phrase(text: str) -> str:
    """Give a text as it is compared: no accents, lower case, letters and digits, single spaces."""
    return search_key(text)


def _holds(words: str, phrases: Sequence[str]) -> bool:
    padded = f" {words} "
    return any(f" {one} " in padded for one in phrases)
