"""A sweep tells how many people are paid which benefit: openly by labels, exactly in a sealed box."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from common.sealing import unseal
from common.testing.keys import new_private_key, public_key_of
from common.testing.services import ServiceClient

SWEEPS = "/eligibility/v1/reviews/sweeps"
SOCIAL = {"benefit": "social_allowance", "stated_category": "Q7K2MD", "coefficient": "1.5"}


async def counted(office: Any) -> list[dict[str, Any]]:
    headers = office.headers("giam_sat", ["eligibility:read", "decisions:write"], ("*",))
    client: ServiceClient = office.client
    answer = await client.post(SWEEPS, json={"month": "2026-12"}, headers=headers)
    assert answer.status_code == 202, answer.text
    await office.drain()
    found: list[dict[str, Any]] = await office.events("groups_counted")
    return found


async def test_counts_name_labels_and_hide_few_and_the_box_has_every_group(
    office: Any, registry: Any
) -> None:
    key = new_private_key()
    office.client.context.settings.reporting_public_key = public_key_of(key)
    for _ in range(5):
        await registry.pensioner()
    for born in (date(2018, 5, 1), date(1985, 1, 1)):
        person = await registry.register(born)
        await registry.list_row(person, amount=750_000, **SOCIAL)
    await office.drain()
    first, *later = [
        event for event in await counted(office) if event["data"]["month"] == "2026-12"
    ]
    told = {(item["benefit"], item["group"]): item["people"] for item in first["data"]["counts"]}
    assert told == {("social_allowance", "5"): None, ("social_pension", "social_pension"): 5}
    box = unseal(key, first["data"]["sealed_counts"])
    exact = {item["group"]: (item["people"], item["amount"]) for item in json.loads(box)}
    assert exact == {
        "5.3": (1, 750_000),
        "5.8": (1, 750_000),
        "social_pension": (5, 2_500_000),
    }
    assert len(box) % 8192 == 0
    assert not later
    again = await counted(office)
    assert [event["sequence"] for event in again] == list(range(1, len(again) + 1))
    assert {event["subject"] for event in again} == {"25000"}


async def test_without_a_key_exact_counts_stay_here(office: Any, registry: Any) -> None:
    await registry.pensioner()
    await office.drain()
    events = await counted(office)
    assert events
    assert {event["data"]["sealed_counts"] for event in events} == {None}
