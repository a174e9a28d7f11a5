"""What rows state about people, as facts: ordinary ones for all to hear, sealed ones for one room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from common.contracts.registry import CircumstanceFact
from common.kernel.months import Month
from registry.circumstances import service as circumstances
from registry.circumstances.domain import Circumstance, Fact
from registry.lists.domain.rows import RowReading
from registry.lists.domain.vocabulary import Category
from registry.persons.domain import Person
from registry.persons.service import People
from registry.sealed_facts import service as sealed_facts
from registry.sealed_facts.domain import SealedFactsOff, SealedStatement
from registry.sealed_facts.service import Keeper

if TYPE_CHECKING:
    from registry.settings import RegistrySettings

Topic = tuple[UUID, str, str]
_FACTS: Final[TypeAdapter[CircumstanceFact]] = TypeAdapter(CircumstanceFact)


@dataclass(frozen=True, slots=True)
class Stated:
    """A row that is taken in, the person it is about, and who cares for that person."""

    person_id: UUID
    reading: RowReading
    carer: Person | None = None

    @property
    def category(self) -> Category | None:
        """The row's category; None on a list that pays nothing."""
        return self.reading.benefit.category

    def bodies(self) -> list[Mapping[str, Any]]:
        """Give the facts of the row as the contract writes them."""
        own = self.category
        bodies: list[Mapping[str, Any]] = [*self.reading.benefit.beside.facts]
        if own is None:
            return bodies
        kinds = {body["kind"] for body in bodies}
        bodies += [body for body in own.facts if body["kind"] not in kinds]
        if own.degree is not None:
            bodies.append({"kind": "disability", "degree": own.degree})
        if self.carer is None:
            return bodies
        carer = {"carer_person_id": str(self.carer.person_id)}
        return [{**body, **carer} if body["kind"] == "care" else body for body in bodies]


def keeper_of(settings: RegistrySettings) -> Keeper | None:
    """Give who seals, None where this installation has no key or no neutral code."""
    key = settings.sealed_facts_key.get_secret_value()
    return Keeper.of(key, settings.neutral_group_code) if settings.neutral_group_code else None


def stated_category(category: Category, keeper: Keeper | None) -> str:
    """Give the category as it leaves this service: the neutral code, where its words reveal.

    Raises:
        SealedFactsOff: this installation has no neutral code.
    """
    if not category.sealed:
        return category.code
    if keeper is None:
        raise SealedFactsOff
    return keeper.neutral_code


async def record_stated(
    people: People, rows: Sequence[Stated], list_month: Month, *, keeper: Keeper | None
) -> set[UUID]:
    """Record what rows state; gives whose facts were news.

    What nobody knew holds since before it was written down; what differs from something known
    holds from the list's month on, and a row that changes a degree of disability says so.

    Raises:
        SealedFactsOff: a row reveals what this installation cannot seal.
    """
    known = await _known(people, rows)
    facts: dict[Topic, Fact] = {}
    for row in rows:
        for body in row.bodies():
            fact = circumstances.fact_of(row.person_id, _FACTS.validate_python(body))
            current = known.get(fact.topic, [])
            if fact.topic in facts or any(fact.same_content(old.fact) for old in current):
                continue
            facts[fact.topic] = fact
            if current:
                facts[fact.topic] = replace(fact, valid_from=list_month.first_day)
                if fact.kind == "disability":
                    row.reading.note("disability_changed", "category")
    changed = await circumstances.establish(people, list(facts.values()))
    return changed | await _seal(people, rows, keeper)


async def _known(people: People, rows: Sequence[Stated]) -> dict[Topic, list[Circumstance]]:
    """Give the facts without an end of everybody whom the rows are about."""
    known: dict[Topic, list[Circumstance]] = {}
    ids = [row.person_id for row in rows]
    for found in (await circumstances.current(people.session, ids)).values():
        for one in found:
            if one.valid_to is None:
                known.setdefault(one.fact.topic, []).append(one)
    return known


async def _seal(people: People, rows: Sequence[Stated], keeper: Keeper | None) -> set[UUID]:
    sealed = [
        SealedStatement(row.person_id) for row in rows if row.category and row.category.sealed
    ]
    if not sealed:
        return set()
    if keeper is None:
        raise SealedFactsOff
    return await sealed_facts.record_sealed(people, keeper, sealed)
