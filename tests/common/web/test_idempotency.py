from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from common.database.session import Database, Scope
from common.web.housekeeping import forget_expired
from common.web.idempotency import fingerprint_of

ONCE = "/demo/v1/things/once"
PROVINCE = Scope.service("test")


async def _count(database: Database, table: str) -> int:
    async with database.read(PROVINCE) as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


async def test_a_command_without_a_key_is_refused(client: httpx.AsyncClient, issuer: Any) -> None:
    answer = await client.post(ONCE, json={"name": "bàn"}, headers=issuer.headers())
    assert answer.status_code == 400
    assert answer.json()["code"] == "idempotency_key_required"


async def test_a_repeated_command_gets_the_same_answer_and_has_one_effect(
    client: httpx.AsyncClient, issuer: Any, database: Database
) -> None:
    headers = {**issuer.headers(), "Idempotency-Key": "a-1"}
    first = await client.post(ONCE, json={"name": "bàn", "size": 2}, headers=headers)
    second = await client.post(
        ONCE,
        content='{"size" : 2,  "name":"bàn"}',
        headers={**headers, "Content-Type": "application/json"},
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert await _count(database, "thing") == 1


async def test_the_same_key_with_another_body_is_refused(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    headers = {**issuer.headers(), "Idempotency-Key": "a-1"}
    await client.post(ONCE, json={"name": "bàn"}, headers=headers)
    other = await client.post(ONCE, json={"name": "ghế"}, headers=headers)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"


async def test_keys_of_two_callers_never_meet(
    client: httpx.AsyncClient, issuer: Any, database: Database
) -> None:
    one = {**issuer.headers(), "Idempotency-Key": "a-1"}
    other = {**issuer.headers(sub="can-bo-2"), "Idempotency-Key": "a-1"}
    first = await client.post(ONCE, json={"name": "bàn"}, headers=one)
    second = await client.post(ONCE, json={"name": "ghế"}, headers=other)
    assert (first.status_code, second.status_code) == (201, 201)
    assert await _count(database, "thing") == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"client_id": "a/b", "sub": "c"}, {"client_id": "a", "sub": "b/c"}),
        ({"client_id": "a|b", "sub": "c"}, {"client_id": "a", "sub": "b|c"}),
        ({"client_id": 'a", "b', "sub": "c"}, {"client_id": "a", "sub": 'b", "c'}),
        ({"client_id": "a", "sub": "c"}, {"client_id": "A", "sub": "c"}),
        ({"client_id": "a\u0301", "sub": "c"}, {"client_id": "\u00e1", "sub": "c"}),
    ],
    ids=["slash", "bar", "quote", "case", "composed"],
)
async def test_names_that_look_alike_when_joined_have_keys_of_their_own(
    client: httpx.AsyncClient, issuer: Any, database: Database, first: Any, second: Any
) -> None:
    answers = [
        await client.post(
            ONCE, json={"name": name}, headers={**issuer.headers(**who), "Idempotency-Key": "a-1"}
        )
        for name, who in (("bàn", first), ("ghế", second))
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert await _count(database, "idempotency") == 2


@pytest.mark.parametrize(
    ("then", "today", "status"),
    [
        (["25000"], ["25000"], 201),
        (["25000"], ["25000", "24637"], 201),
        (["25000"], ["*"], 201),
        (["25000"], ["24637"], 403),
        (["25000", "24637"], ["25000"], 403),
        (["*"], ["25000"], 403),
        (["25000"], [], 403),
    ],
)
async def test_an_officer_who_moved_does_not_get_old_answers_again(
    client: httpx.AsyncClient, issuer: Any, then: list[str], today: list[str], status: int
) -> None:
    key = {"Idempotency-Key": "a-1"}
    before = {**issuer.headers(communes=then), **key}
    now = {**issuer.headers(communes=today), **key}
    first = await client.post(ONCE, json={"name": "tủ hồ sơ"}, headers=before)
    again = await client.post(ONCE, json={"name": "tủ hồ sơ"}, headers=now)
    assert (first.status_code, again.status_code) == (201, status)
    assert ("tủ hồ sơ" in again.text) is (status == 201)


async def test_a_refusal_is_not_kept_so_the_key_may_be_used_again(
    client: httpx.AsyncClient, issuer: Any, database: Database
) -> None:
    await client.post("/demo/v1/things", json={"name": "bàn"}, headers=issuer.headers())
    headers = {**issuer.headers(), "Idempotency-Key": "a-1"}
    refused = await client.post(ONCE, json={"name": "bàn"}, headers=headers)
    assert refused.status_code == 409
    assert await _count(database, "idempotency") == 0
    async with database.transaction(PROVINCE) as session:
        await session.execute(text("DELETE FROM thing"))
    again = await client.post(ONCE, json={"name": "bàn"}, headers=headers)
    assert again.status_code == 201


async def test_fifty_parallel_commands_with_one_key_have_one_effect(
    client: httpx.AsyncClient, issuer: Any, database: Database
) -> None:
    headers = {**issuer.headers(), "Idempotency-Key": "a-1"}
    answers = await asyncio.gather(
        *(client.post(ONCE, json={"name": "bàn"}, headers=headers) for _ in range(50))
    )
    statuses = {answer.status_code for answer in answers}
    made = [answer for answer in answers if answer.status_code == 201]
    assert statuses <= {201, 409}
    assert len({answer.content for answer in made}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in made) == 1
    running = [answer for answer in answers if answer.status_code == 409]
    assert all(answer.json()["code"] == "idempotency_key_in_use" for answer in running)
    assert all(answer.headers["retry-after"] == "1" for answer in running)
    assert await _count(database, "thing") == 1


async def test_while_the_first_runs_the_second_is_told_so_at_once(
    client: httpx.AsyncClient, issuer: Any, database: Database
) -> None:
    from common.web.idempotency_store import Caller, try_lock

    async with database.transaction(PROVINCE) as session:
        assert await try_lock(session, Caller("cli", "can-bo-1"), "a-1")
        headers = {**issuer.headers(), "Idempotency-Key": "a-1"}
        answer = await client.post(ONCE, json={"name": "bàn"}, headers=headers)
    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_key_in_use"


async def test_old_answers_are_forgotten_and_new_ones_kept(
    client: httpx.AsyncClient, issuer: Any, database: Database
) -> None:
    headers = {**issuer.headers(), "Idempotency-Key": "a-1"}
    await client.post(ONCE, json={"name": "bàn"}, headers=headers)
    job = SimpleNamespace(db=database)
    await forget_expired(job)
    assert await _count(database, "idempotency") == 1
    async with database.transaction(PROVINCE) as session:
        await session.execute(
            text("UPDATE idempotency SET created_at = now() - interval '36 days'")
        )
        nonce = "INSERT INTO signature_nonce VALUES ('k', :nonce, now() + cast(:age AS interval))"
        for name, age in (("old", timedelta(minutes=-1)), ("new", timedelta(minutes=1))):
            await session.execute(text(nonce), {"nonce": name, "age": age})
    await forget_expired(job)
    assert await _count(database, "idempotency") == 0
    assert await _count(database, "signature_nonce") == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_the_order_of_members_does_not_change_a_fingerprint(body: dict[str, Any]) -> None:
    turned = dict(reversed(list(body.items())))
    assert fingerprint_of("POST /x", body) == fingerprint_of("POST /x", turned)
    assert fingerprint_of("POST /x", body) != fingerprint_of("POST /y", body)


FILE = "/demo/v1/things/file"


async def _send(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    *,
    content: str = "bàn",
    size: str = "1",
    note: str = "",
) -> httpx.Response:
    return await client.post(
        FILE,
        params={"note": note},
        files={"file": ("a.txt", content.encode())},
        data={"size": size},
        headers=headers,
    )


async def test_a_repeated_upload_is_known_by_its_bytes_and_its_fields(
    client: httpx.AsyncClient, issuer: Any, database: Database
) -> None:
    headers = {**issuer.headers(), "Idempotency-Key": "a-1", "If-Match": '"v3"'}
    first = await _send(client, headers)
    again = await _send(client, {**headers, "If-Match": '"v4"'})
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.headers["etag"] == again.headers["etag"] == '"v3"'
    for changed in ({"content": "ghế"}, {"size": "2"}, {"note": "khác"}):
        other = await _send(client, headers, **changed)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    noted = await _send(client, {**headers, "Idempotency-Key": "a-2"}, content="ghế", note="n")
    assert noted.status_code == 200
    assert await _count(database, "thing") == 2


async def test_a_keyed_command_stores_only_its_digest_and_may_answer_without_a_body(
    client: httpx.AsyncClient, issuer: Any, database: Database
) -> None:
    headers = {**issuer.headers(), "Idempotency-Key": "a-1"}
    answers = [
        await client.post("/demo/v1/things/sealed", json={"name": name, "size": 4}, headers=headers)
        for name in ("bàn", "ghế")
    ]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b""), (204, b"")]
    assert answers[1].headers["idempotency-replayed"] == "true"
    other = await client.post("/demo/v1/things/sealed", json={"name": "tủ"}, headers=headers)
    assert other.json()["code"] == "idempotency_key_reused"
    async with database.read(PROVINCE) as session:
        stored = await session.scalar(text("SELECT fingerprint FROM idempotency"))
    assert stored == fingerprint_of("POST /demo/v1/things/sealed", "keyed 4")
