"""Facts that reveal HIV: sealed, read for a reason, counted, and told as a neutral code only."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from common.sealing import SealBroken
from registry.sealed_facts.domain import SealedStatement
from registry.sealed_facts.service import Keeper

NUMBER = "003180000019"
SCOPES = ["registry:read", "registry:write", "registry:sealed_facts"]
PERSON = {
    "personal_id": NUMBER,
    "full_name": "Phạm Thị Hoa",
    "birth_date": "1980-04-12",
    "birth_precision": "day",
    "sex": "female",
    "commune_code": "25000",
}
MARKERS = ("DAUVETMOT", "DAUVETHAI", "DAUVETBA")
RECORD = {
    "personal_id": NUMBER,
    "found_on": "2019-03-07",
    "valid_from": "2026-02-01",
    "paper_kind": "Phiếu xét nghiệm",
    "paper_number": MARKERS[0],
    "paper_issuer": MARKERS[1],
    "note": MARKERS[2],
}
READ = {"personal_id": NUMBER, "purpose": "review", "reason": "Rà soát hồ sơ quý IV"}


@pytest.fixture
async def keeper(registry: Any, make_token: Callable[..., str]) -> Any:
    """The registry as its keeper of sealed facts calls it, with one person."""
    allow(registry, make_token, SCOPES)
    answer = await registry.post("/persons", json=PERSON)
    assert answer.status_code == 201, answer.text
    return registry


def allow(
    registry: Any, make_token: Callable[..., str], scopes: Sequence[str], commune: str = "25000"
) -> None:
    token = make_token(list(scopes), communes=[commune], subject="thu_kho")
    registry.client.headers["Authorization"] = f"Bearer {token}"


async def test_a_sealed_fact_is_read_as_it_was_recorded(keeper: Any) -> None:
    made = await keeper.post("/sealed-facts", json=RECORD)
    assert made.status_code == 201, made.text
    assert made.json().keys() == {"fact_id"}
    read = await keeper.post("/sealed-facts/read", json=READ)
    assert read.status_code == 200, read.text
    assert read.headers["Cache-Control"] == "no-store"
    told = read.json()
    assert {name: told[name] for name in RECORD if name != "personal_id"} == {
        name: value for name, value in RECORD.items() if name != "personal_id"
    }


@pytest.mark.law("D046", "D091")
async def test_the_world_hears_a_neutral_code_only(keeper: Any) -> None:
    await keeper.post("/sealed-facts", json=RECORD)
    await keeper.post("/sealed-facts/read", json=READ)
    (told,) = [e["data"] for e in await keeper.events() if "circumstance" in e["type"]]
    assert told["fact"] == {"kind": "neutral", "code": "Q7K2MD"}
    assert told["valid_from"] == "2026-02-01"
    (shown,) = (await keeper.get(f"/persons/{NUMBER}/circumstances")).json()
    assert (shown["kind"], shown["content"]) == ("neutral", {"code": "Q7K2MD"})
    everything = (await keeper.everything()).lower()
    for marker in (*MARKERS, "2019-03-07"):
        assert marker.lower() not in everything
        assert marker.encode().hex() not in everything
    (row,) = await keeper.query("SELECT content FROM sealed_fact")
    assert len(row["content"]) == 4 + 12 + 512 + 16


async def test_every_read_is_audited_with_its_reason_and_names_no_person(keeper: Any) -> None:
    fact_id = (await keeper.post("/sealed-facts", json=RECORD)).json()["fact_id"]
    await keeper.post("/sealed-facts/read", json=READ)
    rows = await keeper.query(
        "SELECT action, actor, subject_id, detail::text AS detail FROM audit_entry"
        " WHERE subject_type = 'sealed_fact' ORDER BY recorded_at"
    )
    assert [(row["action"], row["actor"], row["subject_id"]) for row in rows] == [
        ("sealed_fact.recorded", "thu_kho", fact_id),
        ("sealed_fact.read", "thu_kho", fact_id),
    ]
    assert "Rà soát hồ sơ quý IV" in rows[1]["detail"]
    bare = await keeper.post("/sealed-facts/read", json={"personal_id": NUMBER})
    assert bare.status_code == 422
    assert {e["pointer"] for e in bare.json()["errors"]} == {"/purpose", "/reason"}


async def test_nobody_reads_without_the_scope_or_elsewhere(
    keeper: Any, make_token: Callable[..., str]
) -> None:
    await keeper.post("/sealed-facts", json=RECORD)
    allow(keeper, make_token, ["registry:read", "registry:write"])
    assert (await keeper.post("/sealed-facts/read", json=READ)).status_code == 403
    assert (await keeper.post("/sealed-facts", json=RECORD)).status_code == 403
    allow(keeper, make_token, SCOPES, commune="24931")
    assert (await keeper.post("/sealed-facts/read", json=READ)).status_code == 404


async def test_the_service_role_itself_cannot_touch_the_table(keeper: Any) -> None:
    await keeper.post("/sealed-facts", json=RECORD)
    connection = await asyncpg.connect(
        keeper.client.context.settings.database_url.get_secret_value()
    )
    try:
        for statement in (
            "SELECT * FROM sealed_fact",
            "DELETE FROM sealed_fact",
            "UPDATE sealed_fact SET content = ''",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        await connection.execute("SET ROLE registry_sealed")
        # The role sees no person, no event, and only rows of the communes of its transaction.
        assert await connection.fetchval("SELECT count(*) FROM sealed_fact") == 0
        for statement in (
            "SELECT * FROM person",
            "SELECT * FROM outbox",
            "DELETE FROM sealed_fact",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_neutral_code_changes_only_with_the_sealed_fact(keeper: Any) -> None:
    await keeper.post("/sealed-facts", json=RECORD)
    (shown,) = (await keeper.get(f"/persons/{NUMBER}/circumstances")).json()
    path = f"/persons/{NUMBER}/circumstances/{shown['circumstance_id']}/withdraw"
    refused = await keeper.post(path, json={"reason": "nhầm người"})
    assert (refused.status_code, refused.json()["code"]) == (409, "circumstance_sealed")
    ending = {"personal_id": NUMBER, "ended_on": "2026-11-01", "reason": f"kết luận {MARKERS[2]}"}
    ended = await keeper.post("/sealed-facts/end", json=ending)
    assert ended.status_code == 200, ended.text
    again = await keeper.post("/sealed-facts/end", json=ending)
    assert (again.status_code, again.json()["code"]) == (409, "sealed_fact_end_invalid")
    (shown,) = (await keeper.get(f"/persons/{NUMBER}/circumstances")).json()
    assert (shown["valid_from"], shown["valid_to"]) == ("2026-02-01", "2026-11-01")
    assert (await keeper.post("/sealed-facts/withdraw", json=READ)).status_code == 200
    assert (await keeper.get(f"/persons/{NUMBER}/circumstances")).json() == []
    assert (await keeper.post("/sealed-facts/read", json=READ)).status_code == 404
    assert MARKERS[2] not in await keeper.everything()
    last = (await keeper.events())[-1]["data"]
    assert (last["kind"], last["withdrawn"]) == ("neutral", True)


async def test_a_repeated_command_is_known_by_a_keyed_digest(keeper: Any) -> None:
    headers = {"Idempotency-Key": "niem-phong-1"}
    first = await keeper.post("/sealed-facts", json=RECORD, headers=headers)
    again = await keeper.post("/sealed-facts", json=RECORD, headers=headers)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    (row,) = await keeper.query("SELECT count(*) AS n FROM sealed_fact")
    assert row["n"] == 1


async def test_counts_hide_what_could_point_at_somebody(keeper: Any) -> None:
    await keeper.post("/sealed-facts", json=RECORD)
    body = {"on": "2026-11-30", "purpose": "report", "reason": "Báo cáo Mẫu 10a"}
    counts = await keeper.post("/sealed-facts/counts", json=body)
    assert counts.status_code == 200, counts.text
    # She is not of a poor household: nobody is counted.
    assert counts.json()["total"] == 0
    etag = (await keeper.get(f"/persons/{NUMBER}")).headers["ETag"]
    poor = {"poverty_class": "poor", "year": 2026}
    done = await keeper.client.put(
        f"/registry/v1/persons/{NUMBER}/household-class", json=poor, headers={"If-Match": etag}
    )
    assert done.status_code == 200, done.text
    counts = (await keeper.post("/sealed-facts/counts", json=body)).json()
    assert counts["total"] is None
    assert {row["code"]: row["total"] for row in counts["rows"]} == {
        "3.1": 0,
        "3.2": 0,
        "3.3": None,
    }


async def test_without_a_key_nothing_is_sealed(start_registry: Any, make_token: Any) -> None:
    bare = await start_registry(sealed_facts_key="", neutral_group_code="")
    allow(bare, make_token, SCOPES)
    answer = await bare.post("/sealed-facts", json=RECORD)
    assert (answer.status_code, answer.json()["code"]) == (503, "sealed_facts_off")


def test_a_sealed_row_opens_only_for_its_own_person() -> None:
    key = base64.b64encode(bytes(range(32))).decode()
    keeper = Keeper.of(key, "Q7K2MD")
    person, other = UUID(int=1), UUID(int=2)
    row = keeper.seal(SealedStatement(person, note="riêng"), "25000")
    assert keeper.open(row).note == "riêng"
    moved = type(row)(row.fact_id, other, row.commune_code, row.content)
    with pytest.raises(SealBroken):
        keeper.open(moved)
