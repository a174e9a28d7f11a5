"""Who may act for a person, and who may receive their money on a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

A, B, C = "003151000017", "003048000012", "003175000013"
AUTHORISATION = {
    "kind": "authorised_recipient",
    "representative_personal_id": B,
    "paper_kind": "authorisation",
    "paper_number": "17/2026/UQ",
    "paper_date": "2026-10-30",
    "paper_issuer": "UBND xã Di Linh",
    "valid_from": "2026-11-01",
    "valid_to": "2027-11-01",
}
PATH = f"/persons/{A}/representations"


@pytest.fixture
async def ids(registry: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, number in enumerate((A, B, C)):
        answer = await registry.post(
            "/persons",
            json={
                "personal_id": number,
                "full_name": f"Nguyễn Thị Mẫu {chr(65 + place)}",
                "birth_date": f"19{number[4:6]}-03-10",
                "sex": "female" if number[3] == "1" else "male",
                "commune_code": "25000",
            },
        )
        assert answer.status_code == 201, answer.text
        found[number] = answer.json()["person_id"]
    return found


async def post(registry: Any, path: str, *, json: dict[str, Any]) -> httpx.Response:
    """Command about A at the version last read."""
    seen = await registry.get(f"/persons/{A}")
    tag = seen.headers.get("ETag", '"v1"')
    answer: httpx.Response = await registry.post(path, json=json, headers={"If-Match": tag})
    return answer


async def recipients(registry: Any, on: str) -> list[str]:
    answer = await registry.get(f"/persons/{A}/recipients?on={on}")
    assert answer.status_code == 200, answer.text
    return [one["role"] for one in answer.json()]


@pytest.mark.law("P033")
async def test_nobody_but_the_person_receives_without_a_valid_authorisation(
    registry: Any, ids: dict[str, str]
) -> None:
    assert await recipients(registry, "2026-11-15") == ["self"]
    made = await post(registry, PATH, json=AUTHORISATION)
    assert made.status_code == 201, made.text
    assert made.json()["representative_person_id"] == ids[B]
    assert made.json()["representative_name"] == "Nguyễn Thị Mẫu B"
    assert await recipients(registry, "2026-10-31") == ["self"]
    assert await recipients(registry, "2026-11-01") == ["self", "authorised_recipient"]
    assert await recipients(registry, "2027-11-01") == ["self"]
    *_, event = await registry.events(ids[A])
    assert (event["type"], event["sequence"]) == (
        "registry.person.representation_appointed.v1",
        2,
    )
    assert event["data"]["representation"]["representative_person_id"] == ids[B]
    assert "17/2026" not in str(event)


async def test_a_revoked_authorisation_no_longer_holds_from_that_day(
    registry: Any, ids: dict[str, str]
) -> None:
    made = (await post(registry, PATH, json=AUTHORISATION)).json()
    revoke = f"{PATH}/{made['representation_id']}/revoke"
    body = {"revoked_on": "2026-11-10", "reason": "Người được ủy quyền chuyển đi"}
    early = await post(registry, revoke, json=body | {"revoked_on": "2026-10-01"})
    assert early.json()["errors"][0]["pointer"] == "/revoked_on"
    ended = await post(registry, revoke, json=body)
    assert (ended.status_code, ended.json()["valid_to"]) == (200, "2026-11-10")
    assert await recipients(registry, "2026-11-09") == ["self", "authorised_recipient"]
    assert await recipients(registry, "2026-11-10") == ["self"]
    again = await post(registry, revoke, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "representation_ended")
    *_, event = await registry.events(ids[A])
    assert event["type"] == "registry.person.representation_revoked.v1"
    assert event["data"]["revoked_on"] == "2026-11-10"
    rows = await registry.query("SELECT superseded_at FROM representation ORDER BY recorded_at")
    assert [row["superseded_at"] is None for row in rows] == [False, True]
    missing = await post(registry, f"{PATH}/{ids[A]}/revoke", json=body)
    assert (missing.status_code, missing.json()["code"]) == (404, "representation_not_found")


@pytest.mark.law("P018", "D054")
async def test_one_authorised_recipient_at_a_time(registry: Any, ids: dict[str, str]) -> None:
    assert (await post(registry, PATH, json=AUTHORISATION)).status_code == 201
    other = AUTHORISATION | {"representative_personal_id": C}
    clash = await post(registry, PATH, json=other)
    assert (clash.status_code, clash.json()["code"]) == (409, "recipient_exists")
    twice = await post(registry, PATH, json=AUTHORISATION | {"valid_from": "2026-12-01"})
    assert (twice.status_code, twice.json()["code"]) == (409, "representation_repeated")
    after = await post(
        registry, PATH, json=other | {"valid_from": "2027-11-01", "valid_to": "2028-01-01"}
    )
    assert after.status_code == 201
    for number in (B, C):
        guardian = AUTHORISATION | {"kind": "guardian", "representative_personal_id": number}
        assert (await post(registry, PATH, json=guardian | {"valid_to": None})).status_code == 201
    stranger = {
        "kind": "guardian",
        "representative_personal_id": None,
        "representative_name": "Lê X",
    }
    third = await post(registry, PATH, json=AUTHORISATION | stranger)
    assert (third.status_code, third.json()["code"]) == (409, "guardians_too_many")
    assert await recipients(registry, "2026-11-15") == [
        "self",
        "authorised_recipient",
        "guardian",
        "guardian",
    ]


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"representative_personal_id": A}, "/representative_personal_id", "represents_himself"),
        ({"representative_personal_id": "003048000099"}, "/representative_name", "field_required"),
        ({"valid_to": None}, "/valid_to", "term_required"),
        ({"valid_to": "2026-11-01"}, "/valid_to", "period_reversed"),
        ({"valid_from": "2026-10-01"}, "/valid_from", "before_paper"),
        ({"paper_date": "2030-01-01"}, "/paper_date", "paper_in_future"),
        ({"may_receive_money": False}, "/may_receive_money", "recipient_receives"),
        ({"representative_personal_id": None}, "", "representative_required"),
        ({"kind": "friend"}, "/kind", "choice_expected"),
    ],
)
async def test_each_wrong_field_has_its_pointer_code_and_message(
    registry: Any, ids: dict[str, str], changed: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await post(registry, PATH, json=AUTHORISATION | changed)
    assert answer.status_code == 422
    assert (pointer, code) in [(e["pointer"], e["code"]) for e in answer.json()["errors"]]
    assert all(error["message"] for error in answer.json()["errors"])
    assert await registry.query("SELECT 1 FROM representation") == []
    assert len(await registry.events(ids[A])) == 1


async def test_commands_say_which_version_of_the_person_was_seen(
    registry: Any, ids: dict[str, str]
) -> None:
    missing = await registry.post(PATH, json=AUTHORISATION)
    assert (missing.status_code, missing.json()["code"]) == (428, "if_match_required")
    made = await registry.post(PATH, json=AUTHORISATION, headers={"If-Match": '"v1"'})
    assert (made.status_code, made.headers["ETag"]) == (201, '"v2"')
    revoke = f"{PATH}/{made.json()['representation_id']}/revoke"
    body = {"revoked_on": "2026-11-10", "reason": "Thôi ủy quyền"}
    stale = await registry.post(revoke, json=body, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert (await registry.post(revoke, json=body)).status_code == 428
    ended = await registry.post(revoke, json=body, headers={"If-Match": '"v2"'})
    assert (ended.status_code, ended.headers["ETag"]) == (200, '"v3"')


@pytest.mark.parametrize(("born", "status"), [("2008-11-02", 422), ("2008-11-01", 201)])
async def test_a_representative_is_of_age_on_the_first_day(
    registry: Any, ids: dict[str, str], born: str, status: int
) -> None:
    young = {
        "personal_id": "003208000012",
        "full_name": "Trần Văn Trẻ",
        "birth_date": born,
        "sex": "male",
        "commune_code": "25000",
    }
    assert (await registry.post("/persons", json=young)).status_code == 201
    answer = await post(
        registry, PATH, json=AUTHORISATION | {"representative_personal_id": "003208000012"}
    )
    assert answer.status_code == status, answer.text
    if status == 422:
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == (
            "/representative_personal_id",
            "representative_under_age",
        )


async def test_somebody_outside_the_registry_is_known_by_name(
    registry: Any, ids: dict[str, str]
) -> None:
    stranger = {"representative_personal_id": "003048000099", "representative_name": "Lê Văn Lạ"}
    made = await post(registry, PATH, json=AUTHORISATION | stranger)
    assert made.status_code == 201, made.text
    assert made.json()["representative_person_id"] is None
    listed = (await registry.get(PATH)).json()
    assert [row["representative_name"] for row in listed] == ["Lê Văn Lạ"]
    carer = AUTHORISATION | {"kind": "carer", "valid_to": None}
    assert (await post(registry, PATH, json=carer)).json()["may_receive_money"] is False
    assert await recipients(registry, "2026-11-15") == ["self", "authorised_recipient"]
    assert "003048000099" not in str(await registry.events())


async def test_a_foreign_officer_finds_nobody(
    registry: Any, ids: dict[str, str], make_token: Callable[..., str]
) -> None:
    officer = make_token(["registry:read", "registry:write"], communes=["24637"])
    registry.client.headers["Authorization"] = f"Bearer {officer}"
    assert (await registry.get(PATH)).status_code == 404
    assert (await registry.get(f"/persons/{A}/recipients")).status_code == 404
    refused = await post(registry, PATH, json=AUTHORISATION)
    assert (refused.status_code, refused.json()["code"]) == (404, "person_not_found")


async def die(registry: Any, number: str, on: str) -> httpx.Response:
    tag = (await registry.get(f"/persons/{number}")).headers["ETag"]
    answer: httpx.Response = await registry.post(
        f"/persons/{number}/death",
        json={"death_date": on, "source": "family"},
        headers={"If-Match": tag},
    )
    return answer


async def test_the_dead_receive_for_nobody_and_nobody_receives_for_the_dead(
    registry: Any, ids: dict[str, str]
) -> None:
    assert (await post(registry, PATH, json=AUTHORISATION)).status_code == 201
    home = await registry.post(
        "/households",
        json={
            "commune_code": "25000",
            "members": [
                {"personal_id": A, "relation": "head"},
                {"personal_id": B, "relation": "spouse"},
            ],
        },
    )
    assert home.status_code == 201, home.text
    gone = await die(registry, B, "2026-11-09")
    assert gone.status_code == 200, gone.text
    assert await recipients(registry, "2026-11-09") == ["self", "authorised_recipient"]
    assert await recipients(registry, "2026-11-10") == ["self"]
    told = [event["type"].split(".")[2] for event in await registry.events(ids[A])]
    assert told[-1] == "representation_revoked"
    path = f"/households/{home.json()['household_id']}"
    alive = (await registry.get(f"{path}?on=2026-11-09")).json()["members"]
    after = (await registry.get(f"{path}?on=2026-11-10")).json()["members"]
    assert [m["person_id"] for m in alive] == [ids[A], ids[B]]
    assert [m["person_id"] for m in after] == [ids[A]]
    again = await post(registry, PATH, json=AUTHORISATION | {"valid_from": "2026-12-01"})
    assert again.json()["errors"][0]["code"] == "representative_deceased"
    assert (await die(registry, A, "2026-11-12")).status_code == 200
    assert await recipients(registry, "2026-11-13") == []


async def test_a_death_taken_back_gives_back_household_and_appointments(
    registry: Any, ids: dict[str, str]
) -> None:
    made = await post(registry, PATH, json=AUTHORISATION)
    members = [{"personal_id": B, "relation": "head"}, {"personal_id": A, "relation": "spouse"}]
    home = await registry.post("/households", json={"commune_code": "25000", "members": members})
    path = f"/households/{home.json()['household_id']}?on=2026-11-12"
    stood = (await registry.get(path)).json()["members"]
    gone = await die(registry, B, "2026-11-09")
    assert gone.json()["household_id"] is None
    tag = gone.headers["ETag"]
    assert (await registry.get(f"/persons/{B}")).headers["ETag"] == tag
    back = await registry.post(
        f"/persons/{B}/death/take-back", json={"reason": "Nhầm"}, headers={"If-Match": tag}
    )
    assert back.json()["household_id"] == home.json()["household_id"]
    assert (await registry.get(path)).json()["members"] == stood
    assert await recipients(registry, "2026-11-15") == ["self", "authorised_recipient"]
    (row,) = (await registry.get(PATH)).json()
    assert row == made.json()
    told = [event["type"].split(".")[2] for event in await registry.events(ids[A])]
    assert told[-2:] == ["representation_revoked", "representation_appointed"]


async def test_a_merge_carries_appointments_to_the_record_that_stands_and_back(
    registry: Any, ids: dict[str, str]
) -> None:
    await post(registry, PATH, json=AUTHORISATION)
    merge = {"into": C, "into_version": 1, "reason": "Một người có hai hồ sơ"}

    async def send(key: str, what: str, body: dict[str, Any]) -> None:
        tag = (await registry.get(f"/persons/{key}")).headers["ETag"]
        done = await registry.post(f"/persons/{key}/{what}", json=body, headers={"If-Match": tag})
        assert done.status_code == 200, done.text

    async def roles(number: str) -> list[tuple[str, str | None]]:
        found = await registry.get(f"/persons/{number}/recipients?on=2026-11-15")
        return [(one["role"], one["person_id"]) for one in found.json()]

    # Who represents is merged: the record that stands receives.
    await send(B, "merge", merge)
    assert await roles(A) == [("self", ids[A]), ("authorised_recipient", ids[C])]
    version = (await registry.get(f"/persons/{C}")).json()["version"]
    await send(B, "unmerge", merge | {"into_version": version})
    assert await roles(A) == [("self", ids[A]), ("authorised_recipient", ids[B])]
    # Who is represented is merged: the appointment is one of the record that stands.
    await send(A, "merge", merge | {"into_version": version + 1})
    assert await roles(C) == [("self", ids[C]), ("authorised_recipient", ids[B])]
    *_, event = await registry.events(ids[C])
    assert event["type"] == "registry.person.representation_appointed.v1"
    rows = await registry.query(
        "SELECT cause, cause_person::text FROM representation"
        f" WHERE superseded_at IS NULL AND person_id = '{ids[C]}'"
    )
    assert [tuple(row.values()) for row in rows] == [("merge", ids[A])]
    version = (await registry.get(f"/persons/{C}")).json()["version"]
    await send(A, "unmerge", merge | {"into_version": version})
    assert await roles(C) == [("self", ids[C])]
    assert await roles(A) == [("self", ids[A]), ("authorised_recipient", ids[B])]
