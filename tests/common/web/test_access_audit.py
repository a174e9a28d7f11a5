"""The edge of the audit log: reads, files and refusals leave an entry before the answer leaves."""

from __future__ import annotations

from typing import Any

import asyncpg
import httpx
import pytest

THINGS = "/demo/v1/things"


async def entries(superuser_url: str, actor: str) -> list[dict[str, Any]]:
    admin = await asyncpg.connect(superuser_url)
    rows = await admin.fetch(
        "SELECT actor, client_id, communes, action, outcome, purpose, subject_type, subject_id,"
        " detail->>'status' AS status FROM audit_entry WHERE actor = $1 ORDER BY seq",
        actor,
    )
    await admin.close()
    return [dict(row) for row in rows]


async def test_a_read_leaves_who_what_and_what_for(
    client: httpx.AsyncClient, issuer: Any, superuser_url: str
) -> None:
    headers = issuer.headers(sub="doc-1", client_id="portal")
    await client.get(THINGS, headers={**headers, "X-Purpose": "1.001776/H36.01"})
    await client.get(THINGS, headers={**headers, "X-Purpose": "xem cho vui\t"})
    stated, unstated = await entries(superuser_url, "doc-1")
    assert stated["purpose"] == "1.001776/H36.01"
    assert unstated["purpose"] == "list_things"
    assert (stated["action"], stated["outcome"]) == ("list_things.read", "read")
    assert (stated["client_id"], stated["communes"]) == ("portal", "25000")


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        ("things:read", "/demo/v1/things/00000000-0000-0000-0000-000000000000", 404),
        ("other", THINGS, 403),
    ],
)
async def test_a_refusal_of_a_known_caller_leaves_an_entry(
    client: httpx.AsyncClient,
    issuer: Any,
    superuser_url: str,
    scopes: str,
    path: str,
    status: int,
) -> None:
    actor = f"tu-choi-{status}"
    answer = await client.get(path, headers=issuer.headers(scopes, sub=actor))
    assert answer.status_code == status
    (entry,) = await entries(superuser_url, actor)
    assert (entry["outcome"], entry["status"]) == ("refused", str(status))


async def test_a_command_that_its_room_did_not_record_is_recorded_here(
    client: httpx.AsyncClient, issuer: Any, superuser_url: str
) -> None:
    headers = issuer.headers(sub="ghi-1")
    await client.post(THINGS, json={"name": "bàn"}, headers=headers)
    (entry,) = await entries(superuser_url, "ghi-1")
    assert (entry["action"], entry["outcome"]) == ("create_thing.done", "done")


async def test_without_its_entry_there_is_no_answer(
    client: httpx.AsyncClient, issuer: Any, superuser_url: str
) -> None:
    admin = await asyncpg.connect(superuser_url)
    await admin.execute("ALTER TABLE audit_entry RENAME TO audit_entry_away")
    try:
        answer = await client.get(THINGS, headers=issuer.headers(sub="khong-dau-vet"))
    finally:
        await admin.execute("ALTER TABLE audit_entry_away RENAME TO audit_entry")
        await admin.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")


async def test_a_stranger_and_a_wrong_address_leave_none(
    client: httpx.AsyncClient, issuer: Any, superuser_url: str
) -> None:
    await client.get(THINGS)
    await client.get("/nowhere", headers=issuer.headers(sub="lac-duong"))
    await client.get("/livez", headers=issuer.headers(sub="lac-duong"))
    assert await entries(superuser_url, "lac-duong") == []
