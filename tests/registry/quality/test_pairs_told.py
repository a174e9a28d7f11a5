"""Pairs that may be one human, as the registry tells them to who pays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from registry.quality.jobs import refresh_stale

DI_LINH = "25000"
NUMBERS = [f"00315100000{n}" for n in range(1, 8)]
MAU = {
    "full_name": "Nguyễn Thị Mẫu",
    "birth_date": "1951-03-10",
    "sex": "female",
    "commune_code": DI_LINH,
    "village": "Thôn 3",
}


async def register(registry: Any, **changed: Any) -> dict[str, Any]:
    answer = await registry.post("/persons", json=MAU | changed)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def look(registry: Any, drain: Callable[..., Any]) -> Callable[..., Any]:
    """Look through Di Linh and give the open findings as kind -> reasons (await it)."""

    async def run(state: str = "open") -> dict[str, list[dict[str, Any]]]:
        answer = await registry.post("/quality/refreshes", json={"commune_code": DI_LINH})
        assert answer.status_code == 202, answer.text
        await drain()
        operation = await registry.get(f"/operations/{answer.json()['operation_id']}")
        assert operation.json()["state"] == "succeeded", operation.text
        page = await registry.get(f"/quality/findings?commune_code={DI_LINH}&state={state}")
        assert page.status_code == 200, page.text
        found: dict[str, list[dict[str, Any]]] = {}
        for item in page.json()["items"]:
            found.setdefault(item["kind"], []).append(item)
        return found

    return run


async def test_a_pair_is_told_once_settled_by_a_word_and_told_again_when_it_is_found_again(
    registry: Any, look: Callable[..., Any]
) -> None:
    first = await register(registry, personal_id=NUMBERS[0])
    second = await register(registry, personal_id=NUMBERS[1])
    third = await register(registry, former_number="250123456", birth_date="1951-10-03")

    async def told() -> list[tuple[str, str, str, int]]:
        return [
            (
                event["data"]["earlier_person_id"],
                event["data"]["later_person_id"],
                event["data"].get("outcome", "suspected"),
                event["sequence"],
            )
            for event in await registry.events()
            if ".duplicate." in event["type"]
        ]

    one, two, three = (person["person_id"] for person in (first, second, third))
    found = {item["other"]["person_id"]: item for item in (await look())["duplicate"]}
    await look()
    pairs = await told()
    assert sorted(pairs) == sorted(
        [(one, two, "suspected", 1), (one, three, "suspected", 1), (two, three, "suspected", 1)]
    )
    note = {"note": "Hai người khác nhau, đã gặp cả hai"}
    finding = found[two]["finding_id"]
    assert (
        await registry.post(f"/quality/findings/{finding}/dismiss", json=note)
    ).status_code == 200
    assert (await told())[3:] == [(one, two, "two_people", 2)]
    merged = await registry.post(
        f"/persons/{three}/merge",
        json={"into": one, "into_version": 1, "reason": "Một người"},
        headers={"If-Match": '"v1"'},
    )
    assert merged.status_code == 200, merged.text
    assert (await told())[4:] == [(one, three, "merged", 2)]
    await look()
    # The merged record is looked at no more; what was said of the first pair stands.
    assert (await told())[5:] == [(two, three, "not_found", 2)]


async def test_who_is_registered_by_hand_is_looked_at_in_the_next_turn(registry: Any) -> None:
    context = registry.client.context
    await register(registry, personal_id=NUMBERS[0])
    await refresh_stale(context)
    await register(registry, former_number="250123456")
    await refresh_stale(context)
    suspected = [e for e in await registry.events() if ".duplicate." in e["type"]]
    assert [e["type"] for e in suspected] == ["registry.duplicate.suspected.v1"]
