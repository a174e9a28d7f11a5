"""Civil-status death notices: before the list, after it, and about people nobody knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from common.database.session import Scope
from registry.notices.service import match_next

TakeIn = Callable[..., Awaitable[dict[str, Any]]]
HEAD = "notice_number,full_name,birth_date,sex,personal_id,death_date,commune_code,notice_date"
LAN = {
    "stt": 1,
    "name": "Trần Thị Lan",
    "birth": date(1935, 6, 2),
    "sex": "Nữ",
    "number": "003135000005",
    "category": "Hưu trí xã hội",
    "coefficient": 1,
    "amount": 500000,
    "decision": "123/QĐ-UBND",
    "decided": date(2025, 7, 10),
    "method": "Tiền mặt",
}
NOTICE = "TLKT-7,Trần Thị Lan,1935-06-02,female,003135000005,2026-09-03,25000,2026-09-05"


async def send(registry: Any, drain: Any, *lines: str) -> dict[str, Any]:
    content = ("\ufeff" + "\n".join([HEAD, *lines]) + "\n").encode()
    answer = await registry.upload(content, kind="death_notices")
    assert answer.status_code == 202, answer.text
    await drain()
    state = await registry.get(f"/imports/{answer.json()['import_id']}")
    found: dict[str, Any] = state.json()
    assert found["state"] == "succeeded", found["problem"]
    return found


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"].split(".")[2] for event in events]


async def test_a_death_known_before_the_list_is_told_before_the_row(
    registry: Any, drain: Any, take_in: TakeIn
) -> None:
    state = await send(registry, drain, NOTICE)
    assert (state["counts"]["created"], state["findings"]) == (1, {"notice_without_person": 1})
    listed = await take_in([LAN])
    assert listed["findings"]["person_deceased"] == 1
    (row,) = await registry.rows_of(listed["import_id"])
    events = await registry.events(row["person_id"])
    assert kinds(events) == ["registered", "died", "intake_row_accepted"]
    assert [event["sequence"] for event in events] == [1, 2, 3]
    died = events[1]["data"]
    assert (died["death_date"], died["notice_number"]) == ("2026-09-03", "TLKT-7")
    assert events[2]["data"]["person"]["death_date"] == "2026-09-03"


async def test_a_death_known_after_the_list_reaches_its_rows_too(
    registry: Any, drain: Any, take_in: TakeIn
) -> None:
    listed = await take_in([LAN])
    state = await send(registry, drain, NOTICE)
    assert (state["counts"]["updated"], state["findings"]) == (1, {})
    again = (await registry.get(f"/imports/{listed['import_id']}")).json()
    assert again["findings"]["person_deceased"] == 1
    (row,) = await registry.rows_of(listed["import_id"], code="person_deceased")
    assert kinds(await registry.events(row["person_id"])) == [
        "registered",
        "intake_row_accepted",
        "died",
    ]
    person = (await registry.get("/persons/003135000005")).json()
    assert person["death_date"] == "2026-09-03"


async def test_the_same_notice_again_has_no_second_effect(
    registry: Any, drain: Any, take_in: TakeIn
) -> None:
    await take_in([LAN])
    await send(registry, drain, NOTICE)
    told = await registry.events()
    state = await send(registry, drain, NOTICE, NOTICE.replace("TLKT-7", "TLKT-8"))
    assert state["counts"]["unchanged"] == 2
    assert await registry.events() == told


async def test_a_notice_that_waits_is_found_when_an_officer_registers_the_person(
    registry: Any, drain: Any
) -> None:
    await send(registry, drain, NOTICE)
    answer = await registry.post(
        "/persons",
        json={
            "personal_id": "003135000005",
            "full_name": "Trần Thị Lan",
            "birth_date": "1935-06-02",
            "sex": "female",
            "commune_code": "25000",
        },
    )
    assert answer.status_code == 201, answer.text
    assert kinds(await registry.events(answer.json()["person_id"])) == ["registered", "died"]


async def test_a_notice_about_somebody_with_another_name_and_birth_kills_nobody(
    registry: Any, drain: Any, take_in: TakeIn
) -> None:
    await take_in([LAN])
    wrong = NOTICE.replace("Trần Thị Lan", "Lê Văn Ba").replace("1935-06-02", "1960-01-01")
    state = await send(registry, drain, wrong)
    assert state["findings"] == {"notice_does_not_match": 1}
    assert (await registry.get("/persons/003135000005")).json()["death_date"] is None
    page = (await registry.get("/verifications?commune_code=25000&status=unverified")).json()
    assert page["items"][0]["reasons"] == ["notice_does_not_match"]


async def register(registry: Any, **changed: Any) -> dict[str, Any]:
    body = {
        "personal_id": "003135000005",
        "full_name": "Trần Thị Lan",
        "birth_date": "1935-06-02",
        "sex": "female",
        "commune_code": "25000",
    }
    answer = await registry.post("/persons", json=body | changed)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def command(registry: Any, key: str, what: str, body: dict[str, Any]) -> None:
    tag = (await registry.get(f"/persons/{key}")).headers["ETag"]
    answer = await registry.post(f"/persons/{key}/{what}", json=body, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text


async def test_a_notice_with_a_number_of_before_finds_who_had_it(registry: Any, drain: Any) -> None:
    lan = await register(registry)
    new = {"personal_id": "003135000013", "cause": "reissued", "reason": "Cấp lại"}
    await command(registry, "003135000005", "rekey", new)
    state = await send(registry, drain, NOTICE)
    assert (state["counts"]["updated"], state["findings"]) == (1, {})
    assert kinds(await registry.events(lan["person_id"])) == ["registered", "rekeyed", "died"]


async def test_a_notice_with_an_old_card_finds_who_has_the_12_digits(
    registry: Any, drain: Any
) -> None:
    lan = await register(registry, former_number="250123456")
    state = await send(registry, drain, NOTICE.replace("003135000005", "250123456"))
    assert (state["counts"]["updated"], state["findings"]) == (1, {})
    assert kinds(await registry.events(lan["person_id"])) == ["registered", "died"]


async def test_a_notice_about_a_merged_record_is_about_the_one_that_stands(
    registry: Any, drain: Any
) -> None:
    gone, into = await register(registry), await register(registry, personal_id="003135000013")
    body = {"into": "003135000013", "into_version": 1, "reason": "Một người có hai hồ sơ"}
    await command(registry, "003135000005", "merge", body)
    await send(registry, drain, NOTICE)
    assert kinds(await registry.events(gone["person_id"])) == ["registered", "merged"]
    assert kinds(await registry.events(into["person_id"])) == ["registered", "corrected", "died"]


async def test_a_waiting_notice_is_found_when_its_number_becomes_one_of_before(
    registry: Any, drain: Any
) -> None:
    await send(registry, drain, NOTICE)
    lan = await register(registry, personal_id="003135000021")
    context = registry.client.context
    for number, cause in (("003135000005", "reissued"), ("003135000013", "reissued")):
        new = {"personal_id": number, "cause": cause, "reason": "Cấp lại"}
        await command(registry, lan["person_id"], "rekey", new)
    async with context.db.transaction(Scope.service("registry-intake")) as session:
        await match_next(session, None, now=context.clock.now())
    assert kinds(await registry.events(lan["person_id"])) == [
        *("registered", "rekeyed", "died", "rekeyed"),
    ]


async def test_a_namesake_without_the_number_is_a_task_and_lives(
    registry: Any, drain: Any, take_in: TakeIn
) -> None:
    await take_in([LAN])
    state = await send(registry, drain, NOTICE.replace("003135000005", "003135000999"))
    assert state["findings"] == {"notice_person_to_check": 1}
    (task,) = (await registry.get("/verifications/tasks")).json()["items"]
    assert task["reason"] == "notice_person_to_check"
    assert (await registry.get("/persons/003135000005")).json()["death_date"] is None


async def test_bad_notices_are_refused_line_by_line(registry: Any, drain: Any) -> None:
    state = await send(
        registry,
        drain,
        NOTICE,
        NOTICE.replace("2026-09-03", "2027-01-01").replace("TLKT-7", "TLKT-9"),
        NOTICE.replace("2026-09-03", "không rõ").replace("TLKT-7", "TLKT-10"),
        NOTICE.replace("2026-09-03", "1930-01-01").replace("TLKT-7", "TLKT-11"),
        NOTICE.replace("TLKT-7", ""),
        NOTICE.replace("Trần Thị Lan", "").replace("TLKT-7", "TLKT-12"),
    )
    assert state["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "refused": 5}
    assert state["findings"] == {
        "death_before_birth": 1,
        "death_date_unreadable": 1,
        "death_in_future": 1,
        "notice_number_missing": 1,
        "notice_without_person": 1,
        "row_without_name": 1,
    }


async def test_a_table_that_is_no_text_is_refused(registry: Any) -> None:
    answer = await registry.upload(b"\xff\xfe\x00bad", kind="death_notices")
    assert (answer.status_code, answer.json()["code"]) == (415, "table_not_text")
    answer = await registry.upload(b"a,b\n1,2\n", kind="death_notices")
    assert (answer.status_code, answer.json()["code"]) == (422, "header_not_found")
