"""Two records of one human are paid a benefit once."""

from __future__ import annotations

from typing import Any

from common.contracts.registry import PersonMerged, PersonUnmerged


async def test_a_merged_record_is_held_beside_the_same_benefit_and_released_when_undone(
    office: Any, registry: Any
) -> None:
    gone, stays = await registry.pensioner(), await registry.pensioner()
    await office.drain()
    merged = gone.model_copy(update={"merged_into": stays.person_id})
    await registry.tell(
        merged, PersonMerged(person=merged, into=stays, into_version=3, recorded_by="test")
    )
    await office.drain()
    held = await office.entitlement(gone)
    assert (held["status"], held["status_reason"]) == ("held", "merged")
    assert (await office.entitlement(stays))["status"] == "active"
    await registry.tell(
        gone, PersonUnmerged(person=gone, out_of=stays, out_of_version=4, recorded_by="test")
    )
    await office.drain()
    assert (await office.entitlement(gone))["status"] == "active"
