from __future__ import annotations

from typing import Any

import httpx
import pytest

THINGS = "/demo/v1/things"


async def test_a_thing_that_was_made_is_there_when_the_answer_arrives(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    made = await client.post(THINGS, json={"name": "bàn"}, headers=issuer.headers())
    assert made.status_code == 201
    read = await client.get(f"{THINGS}/{made.json()['id']}", headers=issuer.headers())
    assert read.json()["name"] == "bàn"


async def test_a_commit_that_fails_is_never_answered_as_created(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    """The unique constraint is deferred: only the commit, after the route returned, can fail."""
    first = await client.post(THINGS, json={"name": "bàn"}, headers=issuer.headers())
    second = await client.post(THINGS, json={"name": "bàn"}, headers=issuer.headers())
    assert first.status_code == 201
    assert second.status_code == 409
    assert second.json()["code"] == "duplicate_record"


async def test_an_error_in_the_route_rolls_back(client: httpx.AsyncClient, issuer: Any) -> None:
    made = await client.post(THINGS, json={"name": "bàn"}, headers=issuer.headers())
    address = f"{THINGS}/{made.json()['id']}"
    stale = await client.put(
        address, json={"name": "ghế"}, headers={**issuer.headers(), "If-Match": '"v9"'}
    )
    assert stale.status_code == 412
    read = await client.get(address, headers=issuer.headers())
    assert read.json() == {"id": made.json()["id"], "name": "bàn", "version": 1}


async def test_a_caller_neither_sees_nor_makes_things_of_another_commune(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    made = await client.post(THINGS, json={"name": "bàn"}, headers=issuer.headers())
    elsewhere = issuer.headers(communes=["00001"])
    read = await client.get(f"{THINGS}/{made.json()['id']}", headers=elsewhere)
    written = await client.post(THINGS, json={"name": "ghế"}, headers=elsewhere)
    nobody = await client.get(f"{THINGS}/{made.json()['id']}", headers=issuer.headers(communes=[]))
    province = await client.get(
        f"{THINGS}/{made.json()['id']}", headers=issuer.headers(communes=["*"])
    )
    assert (read.status_code, nobody.status_code, province.status_code) == (404, 404, 200)
    assert written.status_code == 404
    assert written.json()["code"] == "outside_communes"


async def test_if_match_is_required_and_must_be_current(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    made = await client.post(THINGS, json={"name": "bàn"}, headers=issuer.headers())
    address = f"{THINGS}/{made.json()['id']}"
    body = {"name": "ghế"}
    tag = (await client.get(address, headers=issuer.headers())).headers["etag"]
    without = await client.put(address, json=body, headers=issuer.headers())
    weak = await client.put(
        address, json=body, headers={**issuer.headers(), "If-Match": f"W/{tag}"}
    )
    good = await client.put(address, json=body, headers={**issuer.headers(), "If-Match": tag})
    again = await client.put(address, json=body, headers={**issuer.headers(), "If-Match": tag})
    assert tag == '"v1"'
    assert without.status_code == 428
    assert without.json()["code"] == "if_match_required"
    assert weak.status_code == 412
    assert good.json()["version"] == 2
    assert again.status_code == 412
    assert again.json()["current_etag"] == '"v2"'


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ('"v1"', 200),
        ('W/"v7", "v1"', 200),
        ('"other", "v1" , "v0"', 200),
        ('"v1", "v2"', 412),
        ('W/"v1"', 412),
        ("*", 412),
        ('"v1", nonsense', 412),
    ],
)
async def test_if_match_lists_are_understood(
    client: httpx.AsyncClient, issuer: Any, header: str, status: int
) -> None:
    made = await client.post(THINGS, json={"name": "bàn"}, headers=issuer.headers())
    headers = {**issuer.headers(), "If-Match": header}
    address = f"{THINGS}/{made.json()['id']}"
    answer = await client.put(address, json={"name": "ghế"}, headers=headers)
    assert answer.status_code == status
