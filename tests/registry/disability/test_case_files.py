"""A case from the application to the certificate, and the doubts on the way."""

from __future__ import annotations

from typing import Any

import pytest

NUMBER = "003180000019"
CHILD = "003221000017"
PERSON = {
    "personal_id": NUMBER,
    "full_name": "Phạm Thị Hoa",
    "birth_date": "1980-04-12",
    "birth_precision": "day",
    "sex": "female",
    "commune_code": "25000",
}
ROLES = ("chair", "health_station", "labour_official", "fatherland_front", "women", "youth")
ABILITIES = dict.fromkeys(("moving", "eating", "toilet", "hygiene", "dressing"), "with_help")


@pytest.fixture
async def council(registry: Any) -> list[str]:
    """Six members of Di Linh's council, and a registered applicant."""
    assert (await registry.post("/persons", json=PERSON)).status_code == 201
    ids = []
    for role in ROLES:
        body = {
            "commune_code": "25000",
            "full_name": f"Ông {role}",
            "role": role,
            "appointed_on": "2026-07-01",
        }
        answer = await registry.post("/disability/council-members", json=body)
        assert answer.status_code == 201, answer.text
        ids.append(answer.json()["appointment_id"])
    return ids


async def opened(registry: Any, number: str = NUMBER) -> dict[str, Any]:
    body = {"personal_id": number, "received_on": "2026-10-20"}
    answer = await registry.post("/disability/cases", json=body)
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()
    return case


def minutes(case_id: str, present: list[str], findings: list[str], **more: Any) -> dict[str, Any]:
    opinions = [
        {
            "appointment_id": member,
            "finding": finding,
            "kinds": ["movement"],
            "reasons": "Đi lại cần người dìu",
        }
        for member, finding in zip(present, findings, strict=True)
    ]
    return {
        "commune_code": "25000",
        "held_on": "2026-11-05",
        "minutes_number": "04/BB-HĐ",
        "present": present,
        "cases": [{"case_id": case_id, "opinions": opinions}],
    } | more


@pytest.mark.law("P001", "D090")
@pytest.mark.law("Circular 01/2019 council sessions")
async def test_a_concluded_session_becomes_a_certified_circumstance(
    registry: Any, council: list[str]
) -> None:
    case = await opened(registry)
    # Twenty working days from 20/10/2026.
    assert (case["state"], case["due_on"]) == ("received", "2026-11-17")
    path = f"/disability/cases/{case['case_id']}"
    sheet = {"form": "from_6", "filled_on": "2026-11-01", "abilities": ABILITIES}
    filled = await registry.post(f"{path}/sheets", json=sheet | {"kinds": ["movement"]})
    assert (filled.status_code, filled.json()["suggested"]) == (201, "severe")
    held = await registry.post(
        "/disability/sessions",
        json=minutes(
            case["case_id"], council[:4], ["severe"] * 4, certificates_signed_on="2026-11-09"
        ),
    )
    assert held.status_code == 201, held.text
    (conclusion,) = held.json()["conclusions"]
    assert (conclusion["finding"], conclusion["decided_by"]) == ("severe", "majority")
    assert conclusion["case"]["state"] == "certified"
    (fact,) = (await registry.get(f"/persons/{NUMBER}/circumstances")).json()
    assert fact["certificate_number"] == "00001/2026/25000"
    assert (fact["degree"], fact["valid_from"]) == ("severe", "2026-11-09")
    assert fact["content"] == {"disability_kinds": ["movement"]}
    assert fact["paper"]["number"] == "00001/2026/25000"
    (told,) = [e["data"] for e in await registry.events() if "circumstance" in e["type"]]
    assert told["fact"]["certificate_date"] == "2026-11-09"
    file = (await registry.get(path)).json()
    assert len(file["opinions"]) == 4
    assert file["certificates"][0]["number"] == "00001/2026/25000"
    shown = await registry.get(f"/disability/sessions/{held.json()['session_id']}")
    assert (shown.json()["council_size"], len(shown.json()["present"])) == (6, 4)


async def test_a_session_without_quorum_decides_nothing(registry: Any, council: list[str]) -> None:
    case = await opened(registry)
    body = minutes(case["case_id"], council[:3], ["severe"] * 3)
    refused = await registry.post("/disability/sessions", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "council_quorum_missing")
    file = (await registry.get(f"/disability/cases/{case['case_id']}")).json()
    assert (file["state"], file["opinions"]) == ("received", [])


@pytest.mark.law("P035")
@pytest.mark.law("Law 51/2010 Art 15.2")
async def test_what_the_council_cannot_conclude_goes_to_the_medical_council(
    registry: Any, council: list[str]
) -> None:
    case = await opened(registry)
    path = f"/disability/cases/{case['case_id']}"
    early = {"ground": "unresolved", "referred_on": "2026-11-01", "note": "chưa họp"}
    refused = await registry.post(f"{path}/referral", json=early)
    assert (refused.status_code, refused.json()["code"]) == (409, "disability_referral_ground")
    findings = ["refer", "severe", "severe", "mild", "mild"]
    held = await registry.post(
        "/disability/sessions", json=minutes(case["case_id"], council[:5], findings)
    )
    assert held.json()["conclusions"][0]["case"]["state"] == "unresolved"
    refer = early | {"referred_on": "2026-11-06", "note": "Hội đồng không kết luận được"}
    assert (await registry.post(f"{path}/referral", json=refer)).json()["state"] == "referred"
    result = {
        "result_on": "2026-11-10",
        "loss_percent": "83.5",
        "kinds": ["mental"],
        "document": "125/BB-GĐYK",
    }
    done = (await registry.post(f"{path}/medical-result", json=result)).json()
    assert (done["state"], done["degree"], done["concluded_by"]) == (
        "concluded",
        "very_severe",
        "medical",
    )
    before = await registry.post(f"{path}/certificate", json={"signed_on": "2026-11-09"})
    assert (before.status_code, before.json()["code"]) == (409, "disability_step_not_allowed")
    signed = await registry.post(f"{path}/certificate", json={"signed_on": "2026-11-12"})
    assert signed.status_code == 201, signed.text
    (fact,) = (await registry.get(f"/persons/{NUMBER}/circumstances")).json()
    assert (fact["degree"], fact["content"]["disability_kinds"]) == ("very_severe", ["mental"])


async def test_a_complaint_is_answered_in_time_and_may_reopen_the_question(
    registry: Any, council: list[str]
) -> None:
    case = await opened(registry)
    path = f"/disability/cases/{case['case_id']}"
    body = minutes(case["case_id"], council[:4], ["mild"] * 4, certificates_signed_on="2026-11-06")
    assert (await registry.post("/disability/sessions", json=body)).status_code == 201
    complaint = await registry.post(
        f"{path}/complaints", json={"received_on": "2026-11-10", "content": "Không đồng ý"}
    )
    assert complaint.json()["due_on"] == "2026-11-17"
    address = f"/registry/v1{path}/complaints/{complaint.json()['complaint_id']}"
    reply = {"answered_on": "2026-11-11", "outcome": "upheld", "answer": "Chuyển giám định"}
    answered = await registry.client.put(address, json=reply)
    assert answered.json()["complaints"][0]["outcome"] == "upheld"
    assert (await registry.client.put(address, json=reply)).status_code == 404
    refer = {"ground": "disputed", "referred_on": "2026-11-11", "note": "Theo khiếu nại"}
    assert (await registry.post(f"{path}/referral", json=refer)).json()["state"] == "referred"


async def test_a_person_has_one_open_case_and_numbers_run_on(
    registry: Any, council: list[str]
) -> None:
    case = await opened(registry)
    again = await registry.post(
        "/disability/cases", json={"personal_id": NUMBER, "received_on": "2026-10-21"}
    )
    assert (again.status_code, again.json()["code"]) == (409, "disability_case_open")
    for number, degree in (("04/BB-HĐ", "mild"), ("05/BB-HĐ", "severe")):
        body = minutes(
            case["case_id"],
            council[:5],
            [degree] * 5,
            certificates_signed_on="2026-11-06" if degree == "mild" else "2026-11-08",
            minutes_number=number,
        )
        assert (await registry.post("/disability/sessions", json=body)).status_code == 201
        if degree == "mild":
            case = await opened(registry)
    numbers = await registry.query("SELECT number FROM disability_certificate ORDER BY number")
    assert [row["number"] for row in numbers] == ["00001/2026/25000", "00002/2026/25000"]
    facts = (await registry.get(f"/persons/{NUMBER}/circumstances")).json()
    assert [(f["degree"], f["valid_from"], f["valid_to"]) for f in facts] == [
        ("mild", "2026-11-06", "2026-11-08"),
        ("severe", "2026-11-08", None),
    ]
    pages = (await registry.get("/disability/cases", params={"commune_code": "25000"})).json()
    assert [one["state"] for one in pages["items"]] == ["certified", "certified"]


@pytest.mark.law("P036")
@pytest.mark.law("Circular 01/2019 re-assessment")
async def test_a_child_is_assessed_anew_on_turning_six(registry: Any, council: list[str]) -> None:
    child = PERSON | {"personal_id": CHILD, "full_name": "Phạm Văn Bé", "birth_date": "2021-01-15"}
    child |= {"sex": "male"}
    assert (await registry.post("/persons", json=child)).status_code == 201
    case = await opened(registry, CHILD)
    sheet = {"form": "from_6", "filled_on": "2026-11-01"}
    wrong = await registry.post(f"/disability/cases/{case['case_id']}/sheets", json=sheet)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "sheet_form_wrong")
    body = minutes(
        case["case_id"], council[:4], ["severe"] * 4, certificates_signed_on="2026-11-06"
    )
    assert (await registry.post("/disability/sessions", json=body)).status_code == 201
    known = {"kind": "disability", "degree": "severe", "certificate_date": "2019-01-01"}
    await registry.post(f"/persons/{NUMBER}/circumstances", json=known)

    async def due(until: str) -> list[tuple[str, str]]:
        query = {"commune_code": "25000", "until": until}
        items = (await registry.get("/disability/reassessments", params=query)).json()["items"]
        return [(one["personal_id"], one["due_on"]) for one in items]

    assert await due("2027-01-14") == []
    assert await due("2027-01-15") == [(CHILD, "2027-01-15")]


async def test_what_lies_ahead_has_not_happened(registry: Any, council: list[str]) -> None:
    body = {"personal_id": NUMBER, "received_on": "9999-12-31"}
    answer = await registry.post("/disability/cases", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/received_on")
    case = await opened(registry)
    held = minutes(case["case_id"], council[:4], ["mild"] * 4, held_on="2099-01-01")
    answer = await registry.post("/disability/sessions", json=held)
    assert (answer.status_code, answer.json()["code"]) == (422, "disability_day_impossible")


async def test_another_commune_sees_nothing(
    registry: Any, council: list[str], make_token: Any
) -> None:
    case = await opened(registry)
    token = make_token(["registry:read", "registry:write"], communes=["24931"], subject="khac")
    registry.client.headers["Authorization"] = f"Bearer {token}"
    assert (await registry.get(f"/disability/cases/{case['case_id']}")).status_code == 404
    body = minutes(case["case_id"], council[:5], ["severe"] * 5)
    refused = await registry.post("/disability/sessions", json=body)
    assert refused.status_code in {403, 422}
    listed = await registry.get("/disability/council-members", params={"commune_code": "25000"})
    assert listed.json() == []


@pytest.mark.law("D106")
async def test_a_council_has_one_chair_and_members_come_and_go(
    registry: Any, council: list[str]
) -> None:
    second = {
        "commune_code": "25000",
        "full_name": "Bà Hai",
        "role": "chair",
        "appointed_on": "2026-10-01",
    }
    assert (await registry.post("/disability/council-members", json=second)).status_code == 409
    path = f"/registry/v1/disability/council-members/{council[0]}"
    early = await registry.client.put(path, json={"ended_on": "2026-07-01"})
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (422, "/ended_on")
    ended = await registry.client.put(path, json={"ended_on": "2026-10-01"})
    assert ended.json()["ended_on"] == "2026-10-01"
    assert (await registry.post("/disability/council-members", json=second)).status_code == 201
    query = {"commune_code": "25000", "on": "2026-10-15"}
    sitting = (await registry.get("/disability/council-members", params=query)).json()
    assert [one["full_name"] for one in sitting if one["role"] == "chair"] == ["Bà Hai"]
