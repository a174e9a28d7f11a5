"""The catalogue of monthly benefits and groups, and what may be said of them outside the sealed scope.

Everything that names a benefit derives from here: contracts, checks, labels, texts. The entries are
data (`benefits.toml`); a later decree adds entries of its own (`Catalogue.with_entries`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

Paid = Literal["one", "first", "apart"]
"""one: of all such the highest alone; first: before every other; apart: beside any other."""


@dataclass(frozen=True, slots=True)
class Label:
    """What is said of a benefit outside the sealed scope.

    `shared`: groups of the law share it, sealed ones among them; group and provision are then not
    said. `benefit` is the code that stands for all benefits of a shared label.
    """

    code: str
    title: str
    shared: bool = False
    benefit: str | None = None


@dataclass(frozen=True, slots=True)
class MonthlyBenefit:
    """A monthly benefit (chế độ hằng tháng). `group` None: the group of the person tells."""

    code: str
    title: str
    payee_text: str
    label: str
    paid: Paid
    group: str | None = None
    payee: Literal["person", "carer"] = "person"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the law that reports count by (nhóm đối tượng); `beside`: paid beside these."""

    code: str
    benefit: str
    title: str
    sealed: bool = False
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A line as it is told to a reader: the codes that it may carry, and its words."""

    benefit: str
    group: str
    provision: str
    title: str


class Catalogue:
    """All benefits, in the order in which the law prefers one of equal amounts."""

    def __init__(self, entries: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Read entries as `benefits.toml` has them."""
        self._entries = entries
        self.labels = {item["code"]: Label(**item) for item in entries["label"]}
        self.benefits = {item["code"]: MonthlyBenefit(**item) for item in entries["benefit"]}
        self.groups = {
            item["code"]: Group(**{**item, "beside": tuple(item.get("beside", ()))})
            for item in entries["group"]
        }
        self.once: dict[str, str] = {
            item["code"]: item["payee_text"] for item in entries.get("once", ())
        }
        unknown = {item.label for item in self.benefits.values()} - self.labels.keys()
        unknown |= {item.benefit for item in self.groups.values()} - self.benefits.keys()
        if unknown:
            raise ValueError(f"the catalogue names what it does not have: {sorted(unknown)}")

    def with_entries(self, more: Mapping[str, Sequence[Mapping[str, Any]]]) -> Catalogue:
        """Give the catalogue with entries of a later decree; an entry of the same code replaces."""
        kinds = ("label", "benefit", "group", "once")
        return Catalogue(
            {
                kind: list(
                    {
                        item["code"]: item
                        for item in (*self._entries.get(kind, ()), *more.get(kind, ()))
                    }.values()
                )
                for kind in kinds
            }
        )

    def entries(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Give the entries of a kind as they were read: `label`, `benefit` or `group`."""
        return self._entries[kind]

    @property
    def order(self) -> tuple[str, ...]:
        """Give the codes of the benefits; of equal amounts the one named first is paid."""
        return tuple(self.benefits)

    def paid(self, how: Paid) -> tuple[str, ...]:
        """Give the benefits that are paid in a way."""
        return tuple(code for code, item in self.benefits.items() if item.paid == how)

    def groups_beside(self, benefit: str) -> tuple[str, ...]:
        """Give the groups that are paid beside a benefit."""
        return tuple(code for code, item in self.groups.items() if benefit in item.beside)

    def label_of(self, benefit: str) -> Label:
        """Give the label of a benefit outside the sealed scope; an unknown one says little."""
        found = self.benefits.get(benefit)
        return Label(benefit, "Trợ cấp hằng tháng") if found is None else self.labels[found.label]


def _loaded() -> Catalogue:
    path = resources.files("common.contracts").joinpath("benefits.toml")
    return Catalogue(tomllib.loads(path.read_text(encoding="utf-8")))


CATALOGUE = _loaded()


def told_line(
    benefit: str, group: str = "", provision: str = "", *, sealed_scope: bool = False
) -> Told:
    """Give what may be told of a line: the one place that decides it, for every output.

    Thuật ngữ: nhóm đối tượng có dữ kiện niêm phong. Outside the sealed scope a line under a shared
    label carries the label's code in place of benefit, group and provision: neither its own code nor
    its absence among other codes tells who is in a sealed group.

    Args:
        benefit: the benefit's code.
        group: the group it is counted in.
        provision: the provision, or the category of a list.
        sealed_scope: the reader holds the sealed scope; everything is told as it is.
    """
    label = CATALOGUE.label_of(benefit)
    if sealed_scope or not label.shared:
        known = CATALOGUE.benefits.get(benefit)
        return Told(benefit, group, provision, known.title if known else label.title)
    return Told(label.benefit or benefit, label.code, label.code, label.title)


ToldBenefit = Annotated[str, AfterValidator(lambda value: told_line(value).benefit)]
"""A benefit in an answer that is read outside the sealed scope."""


def told_benefits(benefit: str) -> tuple[str, ...]:
    """Give every benefit that is told as this one outside the sealed scope: filters use it."""
    label = CATALOGUE.label_of(benefit)
    if not label.shared:
        return (benefit,)
    return tuple(code for code, item in CATALOGUE.benefits.items() if item.label == label.code)


def payee_text(benefit: str) -> str:
    """Give what the payee reads on a statement; it names no condition of health."""
    known = CATALOGUE.benefits.get(benefit)
    if known:
        return known.payee_text
    return CATALOGUE.once.get(benefit, "Trợ giúp xã hội")


def _known(value: str) -> str:
    if value not in CATALOGUE.benefits:
        raise PydanticCustomError(
            "benefit_unknown",
            "không có chế độ này; các chế độ: {known}",
            {"known": ", ".join(CATALOGUE.order)},
        )
    return value


class _Enumerated:
    """Show the codes of the catalogue as an enumeration in OpenAPI."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core_schema)
        schema.pop("pattern", None)
        return {**schema, "enum": list(CATALOGUE.order)}


BenefitCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,39}$", examples=["social_pension"])]
"""A benefit's code in an event: a consumer takes what a later decree adds."""

KnownBenefit = Annotated[BenefitCode, AfterValidator(_known), _Enumerated()]
"""A benefit's code in a request: one of the catalogue."""
