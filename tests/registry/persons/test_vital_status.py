"""Life and death: recorded with source and notice, taken back, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

KEY = "003151000017"
DEATH = {"death_date": "2026-09-03", "source": "civil_status", "notice_number": "TLKT-1"}


@pytest.mark.law("P027", "D112")
async def test_a_death_is_told_with_its_source_and_taken_back_when_wrong(
    registry: Any, register: Any, send: Any, check_truths: Any
) -> None:
    await register()
    died = await send(KEY, "death", DEATH)
    assert (died.status_code, died.json()["death_date"]) == (200, "2026-09-03")
    told = (await registry.events())[-1]
    assert told["type"] == "registry.person.died.v1"
    assert told["data"]["source"] == "civil_status"
    again = await send(KEY, "death", DEATH)
    assert (again.status_code, again.json()["code"]) == (409, "person_deceased")
    alive = await send(KEY, "death/take-back", {"reason": "Báo tử nhầm người cùng tên"})
    assert (alive.status_code, alive.json()["death_date"]) == (200, None)
    told = (await registry.events())[-1]
    assert told["type"] == "registry.person.corrected.v1"
    assert told["data"]["changed"] == ["death_date"]
    assert told["data"]["person"]["death_date"] is None
    (row,) = (await registry.get(f"/persons/{KEY}/vital-status")).json()
    assert row["notice_number"] == "TLKT-1"
    assert row["superseded_reason"] == "Báo tử nhầm người cùng tên"
    nothing = await send(KEY, "death/take-back", {"reason": "Lần nữa"})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "vital_status_absent")
    assert (await send(KEY, "death", DEATH)).status_code == 200
    await check_truths()


async def test_somebody_declared_missing_may_come_back(
    registry: Any, register: Any, send: Any
) -> None:
    await register()
    body = {"missing_since": "2026-06-01", "decision_number": "12/2026/QĐST-VDS"}
    missing = await send(KEY, "missing", body)
    assert missing.json()["missing_since"] == "2026-06-01"
    assert (await registry.events())[-1]["data"]["person"]["missing_since"] == "2026-06-01"
    back = await send(KEY, "missing/take-back", {"reason": "Đã trở về địa phương"})
    assert back.json()["missing_since"] is None
    rows = (await registry.get(f"/persons/{KEY}/vital-status")).json()
    assert [(row["kind"], row["source"]) for row in rows] == [("missing", "court")]


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"death_date": "2026-11-13"}, "/death_date", "death_date_impossible"),
        ({"death_date": "1951-03-09"}, "/death_date", "death_date_impossible"),
        ({"source": "rumour"}, "/source", "choice_expected"),
    ],
)
async def test_a_death_that_cannot_be_is_refused(
    register: Any, send: Any, changed: dict[str, Any], pointer: str, code: str
) -> None:
    await register()
    answer = await send(KEY, "death", DEATH | changed)
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]


async def test_of_a_birth_known_by_its_year_only_the_year_is_compared(
    register: Any, send: Any
) -> None:
    await register(birth_date="1951-07-01", birth_precision="year")
    assert (await send(KEY, "death", DEATH | {"death_date": "1951-02-01"})).status_code == 200


async def test_a_command_needs_the_version_that_was_read(register: Any, send: Any) -> None:
    await register()
    stale = await send(KEY, "death", DEATH, version=7)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")


async def test_a_command_needs_an_if_match_header(registry: Any, register: Any) -> None:
    await register()
    missing = await registry.post(f"/persons/{KEY}/death", json=DEATH)
    assert (missing.status_code, missing.json()["code"]) == (428, "if_match_required")
    unknown = await registry.post(
        "/persons/003151000999/death", json=DEATH, headers={"If-Match": '"v1"'}
    )
    assert (unknown.status_code, unknown.json()["code"]) == (404, "person_not_found")
