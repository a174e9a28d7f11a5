"""Dated facts over HTTP: every kind, its paper, corrected, ended, withdrawn, replayed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from common.contracts.registry import CircumstanceEstablished
from registry.circumstances.schemas import StateCircumstance

NUMBER = "003180000019"
CIRCUMSTANCES = f"/persons/{NUMBER}/circumstances"
PERSON = {
    "personal_id": NUMBER,
    "full_name": "Phạm Thị Hoa",
    "birth_date": "1980-04-12",
    "birth_precision": "day",
    "sex": "female",
    "commune_code": "25000",
}
Put = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def hoa(registry: Any) -> dict[str, Any]:
    """A registered woman of Di Linh."""
    answer = await registry.post("/persons", json=PERSON)
    assert answer.status_code == 201, answer.text
    person: dict[str, Any] = answer.json()
    return person


@pytest.fixture
def put(registry: Any) -> Put:
    """Correct a fact with the present ETag."""

    async def send(path: str, body: dict[str, Any], etag: str | None = None) -> httpx.Response:
        current = etag or (await registry.get(CIRCUMSTANCES)).headers["ETag"]
        answer: httpx.Response = await registry.client.put(
            f"/registry/v1{path}", json=body, headers={"If-Match": current}
        )
        return answer

    return send


def examples() -> list[dict[str, Any]]:
    shapes = StateCircumstance.__origin__.__args__  # type: ignore[attr-defined]  # a union
    return [shape.model_config["json_schema_extra"]["examples"][0] for shape in shapes]


async def test_every_kind_is_recorded_with_its_paper_and_told(registry: Any, hoa: Any) -> None:
    paper = {
        "kind": "Giấy xác nhận",
        "number": "12/GXN",
        "issued_on": "2026-01-15",
        "issuer": "UBND xã Di Linh",
        "place": "Di Linh",
    }
    stated = {
        kind["kind"]: kind | {"paper": paper} for kind in examples() if kind["kind"] != "couple"
    } | {"couple": {"kind": "couple", "spouse_supported": False, "paper": paper}}
    for body in stated.values():
        answer = await registry.post(CIRCUMSTANCES, json=body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["paper"] == paper
    shown = {fact["kind"]: fact for fact in (await registry.get(CIRCUMSTANCES)).json()}
    assert shown.keys() == stated.keys()
    assert len(shown) == 16
    assert shown["care_source"]["content"] == {
        "abandoned": False,
        "adopted": False,
        "father": "dead",
        "mother": "missing",
    }
    assert (shown["child"]["child_key"], shown["child"]["content"]["studying"]) == ("1", True)
    told = [e["data"] for e in await registry.events() if "circumstance" in e["type"]]
    facts = {CircumstanceEstablished.model_validate(data).fact.kind for data in told}
    assert facts == stated.keys()
    # A paper's number proves; what it proves is all that other services need.
    assert "12/GXN" not in str(told)


async def test_two_children_are_two_facts(registry: Any, hoa: Any) -> None:
    for key, born in (("1", "2010-01-01"), ("2", "2014-01-01")):
        body = {"kind": "child", "child_key": key, "birth_date": born}
        assert (await registry.post(CIRCUMSTANCES, json=body)).status_code == 201
    facts = (await registry.get(CIRCUMSTANCES)).json()
    assert [(f["child_key"], f["content"]["birth_date"]) for f in facts] == [
        ("1", "2010-01-01"),
        ("2", "2014-01-01"),
    ]


async def test_a_correction_names_what_it_supersedes(registry: Any, hoa: Any, put: Put) -> None:
    body = {"kind": "study", "level": "general", "valid_from": "2026-09-05"}
    made = (await registry.post(CIRCUMSTANCES, json=body)).json()
    change = {"fact": body | {"level": "college"}, "reason": "Ghi nhầm bậc học"}
    path = f"{CIRCUMSTANCES}/{made['circumstance_id']}"
    stale = await put(path, change, '"v1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    bare = await registry.client.put(f"/registry/v1{path}", json=change)
    assert bare.status_code == 428
    done = await put(path, change)
    assert done.status_code == 200, done.text
    assert (done.json()["supersedes"], done.json()["reason"]) == (
        made["circumstance_id"],
        "Ghi nhầm bậc học",
    )
    again = await put(path, change)
    assert (again.status_code, again.json()["code"]) == (409, "circumstance_superseded")
    (told,) = [e for e in await registry.events() if "circumstance_changed" in e["type"]]
    assert told["data"]["supersedes"] == made["circumstance_id"]
    other = await put(
        f"{CIRCUMSTANCES}/{done.json()['circumstance_id']}",
        {"fact": {"kind": "support", "support": "none"}, "reason": "thử"},
    )
    assert (other.status_code, other.json()["code"]) == (422, "circumstance_kind_differs")


async def test_a_fact_ends_for_a_reason_and_the_end_is_told(registry: Any, hoa: Any) -> None:
    body = {"kind": "study", "level": "general", "valid_from": "2026-01-05"}
    made = (await registry.post(CIRCUMSTANCES, json=body)).json()
    path = f"{CIRCUMSTANCES}/{made['circumstance_id']}/end"
    refused = await registry.post(path, json={"ended_on": "2026-11-01"})
    assert refused.json()["errors"][0]["pointer"] == "/reason"
    early = await registry.post(path, json={"ended_on": "2026-01-05", "reason": "thôi học"})
    assert (early.status_code, early.json()["code"]) == (422, "circumstance_end_outside_period")
    done = await registry.post(path, json={"ended_on": "2026-11-01", "reason": "thôi học"})
    assert (done.status_code, done.json()["valid_to"]) == (200, "2026-11-01")
    changed, ended = (await registry.events())[-2:]
    assert changed["data"]["supersedes"] == made["circumstance_id"]
    assert ended["type"].split(".")[2] == "circumstance_ended"
    assert ended["data"]["ended_on"] == "2026-11-01"
    assert ended["data"]["circumstance_id"] == done.json()["circumstance_id"]
    assert [e["sequence"] for e in await registry.events()] == [1, 2, 3, 4]


async def test_a_withdrawn_row_never_held(registry: Any, hoa: Any) -> None:
    made = (await registry.post(CIRCUMSTANCES, json={"kind": "support", "support": "none"})).json()
    path = f"{CIRCUMSTANCES}/{made['circumstance_id']}/withdraw"
    done = await registry.post(path, json={"reason": "Nhập nhầm người"})
    assert done.status_code == 200, done.text
    assert (await registry.get(CIRCUMSTANCES)).json() == []
    ended = (await registry.events())[-1]["data"]
    assert (ended["withdrawn"], ended["ended_on"]) == (True, None)
    again = await registry.post(path, json={"reason": "Nhập nhầm người"})
    assert (again.status_code, again.json()["code"]) == (409, "circumstance_superseded")
    unknown = f"{CIRCUMSTANCES}/019a0000-0000-7000-8000-000000000002/withdraw"
    assert (await registry.post(unknown, json={"reason": "nhầm"})).status_code == 404


@pytest.mark.law("P037")
async def test_the_past_is_shown_as_it_was_known(
    registry: Any, hoa: Any, business_clock: Any
) -> None:
    body = {"kind": "marital", "status": "married", "valid_from": "2005-01-01"}
    await registry.post(CIRCUMSTANCES, json=body)
    first = datetime.fromisoformat(business_clock.path.read_text(encoding="utf-8")).date()
    business_clock.set("2026-12-20T09:00:00")
    widowed = {"kind": "marital", "status": "widowed", "valid_from": "2026-10-02"}
    assert (await registry.post(CIRCUMSTANCES, json=widowed)).status_code == 201

    async def statuses(**query: str) -> list[str]:
        rows = (await registry.get(CIRCUMSTANCES, params=query)).json()
        return [row["content"]["status"] for row in rows]

    assert await statuses() == ["married", "widowed"]
    assert await statuses(as_of="2026-10-01") == ["married"]
    assert await statuses(as_of="2026-10-05") == ["widowed"]
    assert await statuses(known_on=first.isoformat()) == ["married"]
    assert await statuses(known_on=first.isoformat(), as_of="2026-10-05") == ["married"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (
            {"kind": "disability", "degree": "severe", "certificate_date": "1979-01-01"},
            "/certificate_date",
            "before_birth",
        ),
        (
            {"kind": "child", "child_key": "1", "birth_date": "1975-01-01"},
            "/birth_date",
            "child_older_than_parent",
        ),
        (
            {"kind": "child", "child_key": "1", "birth_date": "2099-01-01"},
            "/birth_date",
            "in_future",
        ),
        (
            {
                "kind": "care",
                "care": "none",
                "carer_person_id": "019a0000-0000-7000-8000-000000000002",
            },
            "/carer_person_id",
            "no_care",
        ),
        (
            {"kind": "care_need", "cannot_live_in_community": False, "taken_in": True},
            "/taken_in",
            "lives_in_community",
        ),
        (
            {"kind": "study", "level": "general", "valid_from": "1970-01-01"},
            "/valid_from",
            "before_birth",
        ),
        (
            {
                "kind": "support",
                "support": "none",
                "paper": {"kind": "x", "issued_on": "2099-01-01"},
            },
            "/paper/issued_on",
            "in_future",
        ),
    ],
)
async def test_contradictions_are_named_by_their_field(
    registry: Any, hoa: Any, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await registry.post(CIRCUMSTANCES, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "circumstance_contradicts")
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in answer.json()["errors"]}
    assert (await registry.get(CIRCUMSTANCES)).json() == []


async def test_a_spouse_who_is_missing_gets_no_support(registry: Any, hoa: Any) -> None:
    missing = {"kind": "marital", "status": "spouse_missing", "valid_from": "2026-01-01"}
    assert (await registry.post(CIRCUMSTANCES, json=missing)).status_code == 201
    couple = {"kind": "couple", "spouse_supported": True, "valid_from": "2026-05-01"}
    answer = await registry.post(CIRCUMSTANCES, json=couple)
    assert [e["code"] for e in answer.json()["errors"]] == ["no_spouse"]
    before = couple | {"valid_from": "2025-01-01", "valid_to": "2026-01-01"}
    assert (await registry.post(CIRCUMSTANCES, json=before)).status_code == 201


async def test_each_wrong_field_has_its_pointer(registry: Any, hoa: Any) -> None:
    body = {"kind": "study", "level": "phd", "continuous": "maybe", "surprise": 1}
    answer = await registry.post(CIRCUMSTANCES, json=body)
    assert answer.status_code == 422
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"/level", "/continuous", "/surprise"}
    missing = await registry.post(CIRCUMSTANCES, json={"kind": "study"})
    assert [e["pointer"] for e in missing.json()["errors"]] == ["/level"]
    neutral = await registry.post(CIRCUMSTANCES, json={"kind": "neutral", "code": "Q7K2MD"})
    assert neutral.status_code == 422


async def test_facts_move_with_their_person(
    start_registry: Any, make_token: Callable[..., str]
) -> None:
    registry = await start_registry(communes=["25000", "24931"])
    made = (await registry.post("/persons", json=PERSON)).headers["ETag"]
    await registry.post(CIRCUMSTANCES, json={"kind": "support", "support": "none"})
    made = (await registry.get(f"/persons/{NUMBER}")).headers["ETag"]
    body = {k: v for k, v in PERSON.items() if k != "personal_id"} | {"commune_code": "24931"}
    moved = await registry.client.put(
        f"/registry/v1/persons/{NUMBER}", json=body, headers={"If-Match": made}
    )
    assert moved.status_code == 200, moved.text
    rows = await registry.query("SELECT DISTINCT commune_code FROM circumstance")
    assert rows == [{"commune_code": "24931"}]
