"""Exact counts by group: kept as they came, opened in the sealed scope only, and added up."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from sqlalchemy import text

from common.contracts.eligibility import GroupsCounted
from common.kernel.months import Month
from common.sealing import seal_for
from common.testing.keys import new_private_key, public_key_of

BASE = "/reporting/v1"
MONTH = {"month": "2026-12"}


def counted(commune: str, public_key: str | None, people: int) -> GroupsCounted:
    rows = [
        {
            "group": group,
            "benefit": "social_allowance",
            "people": people,
            "amount": people * 810_000,
        }
        for group in ("5.1", "5.3")
    ]
    box = seal_for(public_key, json.dumps(rows).ljust(4000)) if public_key else None
    return GroupsCounted(
        commune_code=commune, month=Month(2026, 12), counted_on=date(2026, 12, 1), counts=(),
        sealed_counts=box,
    )  # fmt: skip


async def test_exact_counts_open_in_the_sealed_scope_only_and_never_stand_on_disk(
    service_client: Callable[..., Awaitable[Any]],
    make_token: Callable[..., str],
    publish_event: Callable[..., Awaitable[Any]],
    drain: Callable[..., Awaitable[None]],
) -> None:
    key = new_private_key()
    client = await service_client(
        "reporting", token=make_token(["reporting:sealed"]), sealed_counts_private_key=key
    )
    public = public_key_of(key)
    tellings = (
        ("25000", public, 9),
        ("25000", public, 2),
        ("24997", public, 3),
        ("24931", None, 0),
    )
    versions: dict[str, int] = {}
    for commune, seal, people in tellings:
        versions[commune] = versions.get(commune, 0) + 1
        await publish_event(
            counted(commune, seal, people), aggregate_id=commune, version=versions[commune]
        )
    await drain()
    body = (await client.get(f"{BASE}/group-counts", params=MONTH)).json()
    assert [(one["group"], one["people"], one["amount"]) for one in body["counts"]] == [
        ("5.1", 5, 5 * 810_000),
        ("5.3", 5, 5 * 810_000),
    ]
    assert (body["communes"], body["closed"]) == (["24997", "25000"], ["24931"])
    own = make_token(["reporting:sealed"], communes=["24997"], subject="can_bo")
    client.headers["Authorization"] = f"Bearer {own}"
    body = (await client.get(f"{BASE}/group-counts", params=MONTH)).json()
    assert [one["people"] for one in body["counts"]] == [3, 3]
    foreign = await client.get(f"{BASE}/group-counts", params={**MONTH, "commune_code": "25000"})
    assert foreign.status_code == 404
    client.headers["Authorization"] = f"Bearer {make_token(['reporting:read', 'reporting:lists'])}"
    assert (await client.get(f"{BASE}/group-counts", params=MONTH)).status_code == 403
    async with client.context.db.engine.connect() as connection:
        kept = (await connection.execute(text("SELECT sealed_counts FROM group_count"))).scalars()
        assert not any("5.3" in box for box in kept if box)
        opened = await connection.execute(
            text("SELECT count(*) FROM audit_entry WHERE action = 'group_counts.opened'")
        )
        assert opened.scalar_one() == 2
