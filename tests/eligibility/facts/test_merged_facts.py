"""Two records of one human: what either one says counts, and the one that stays is believed."""

from __future__ import annotations

from datetime import date
from typing import Any

from common.contracts.registry import (
    ChildFact,
    CircumstanceEstablished,
    CircumstanceFact,
    DisabilityFact,
    MaritalFact,
    PersonMerged,
    PersonState,
    PersonUnmerged,
)
from common.database.ids import new_id
from common.database.session import Scope
from common.kernel.months import Month
from eligibility.facts import service as facts

NOV = Month(2026, 11)


async def establish(registry: Any, person: PersonState, *stated: CircumstanceFact) -> None:
    for fact in stated:
        data = CircumstanceEstablished(
            person=person, circumstance_id=new_id(), fact=fact, valid_from=date(2020, 1, 1)
        )
        await registry.tell(person, data)


async def known(office: Any, person: PersonState) -> dict[str, Any]:
    """What the dated rows and the flat sheet say of November; they say the same."""
    async with office.client.context.db.read(Scope.service("test")) as session:
        dated = await facts.months_frame(session, [person.person_id], NOV, NOV)
        (sheet,) = await facts.sheet_months(session, (NOV, NOV))
    flat = [row for row in sheet.to_dicts() if row["person_id"] == str(person.person_id)]
    (row,) = dated.to_dicts()
    for name in ("disability_degree", "marital_status", "children"):
        assert row[name] == flat[0][name]
    return row


async def test_the_record_that_stays_is_believed_and_completed_by_the_merged_one(
    office: Any, registry: Any
) -> None:
    stays = await registry.register(date(1966, 3, 10))
    gone = await registry.register(date(1966, 3, 10))
    widow = MaritalFact(status="widowed")
    child = ChildFact(child_key="1", birth_date=date(2015, 8, 1))
    await establish(registry, stays, widow, child)
    # Said later, and of the same child under another key: neither counts beside the own facts.
    same_child = child.model_copy(update={"child_key": str(new_id())})
    await establish(
        registry, gone, MaritalFact(status="married"), same_child, DisabilityFact(degree="severe")
    )
    await office.drain()
    before = {one.person_id: await known(office, one) for one in (stays, gone)}
    assert before[stays.person_id]["disability_degree"] is None

    merged = gone.model_copy(update={"merged_into": stays.person_id})
    await registry.tell(
        merged, PersonMerged(person=merged, into=stays, into_version=4, recorded_by="test")
    )
    await office.drain()
    for one in (stays, gone):
        united = await known(office, one)
        assert (united["marital_status"], united["disability_degree"]) == ("widowed", "severe")
        assert united["children"] == before[stays.person_id]["children"]

    await registry.tell(
        gone, PersonUnmerged(person=gone, out_of=stays, out_of_version=5, recorded_by="test")
    )
    await office.drain()
    assert {one.person_id: await known(office, one) for one in (stays, gone)} == before
