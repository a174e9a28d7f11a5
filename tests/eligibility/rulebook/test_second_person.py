"""Nobody changes the province's law alone, and nobody confirms what nobody has seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import asyncpg
import pytest

from eligibility.law.domain.installed import install

WRITER = ["eligibility:read", "law:write"]
APPROVER = ["eligibility:read", "law:approve"]
ORIGIN = {"resolution": "Nghị quyết 10/2026", "source": "Công báo", "confidence": "text seen"}
LEVEL = {
    "benefits": ["disability_allowance"],
    "settings": ["community"],
    "kind": "standard",
    "amount": 600_000,
    "valid_from": "2026-10-01",
    **ORIGIN,
}
GIFT = {"code": "longevity", "ages": [80, 90], "cash": 400_000, "valid_from": "2026-01-01"} | ORIGIN
SWITCH = {
    "code": "emergency_death_beside_funeral",
    "value": "both",
    "valid_from": "2026-11-01",
    "resolution": "Công văn 1234/SYT-BTXH",
    "reason": "Theo hướng dẫn của Bộ Y tế",
}
ROUTES = {"/law/levels": LEVEL, "/law/local-benefits": GIFT, "/law/switches": SWITCH}


@pytest.fixture(autouse=True)
def _forget_local_law() -> Iterator[None]:
    yield
    install(None)


async def entered(office: Any, path: str, body: Any, who: str = "so_y_te") -> str:
    answer = await office.post(path, body, who=who, scopes=WRITER)
    assert (answer.status_code, answer.json()["state"]) == (201, "proposed"), answer.text
    return str(answer.json()["proposal_id"])


async def law_rows(office: Any) -> int:
    (row,) = await office.rows(
        "SELECT (SELECT count(*) FROM law_level) + (SELECT count(*) FROM law_choice)"
        " + (SELECT count(*) FROM law_local_benefit) AS entries"
    )
    return int(row["entries"])


async def test_a_change_shows_what_it_would_change_and_counts_after_a_second_persons_word(
    office: Any, registry: Any
) -> None:
    """Two severely disabled people, 1.5 x 540,000 in October and November; then 1.5 x 600,000."""
    office.client.context.settings.sweep_slice_people = 1
    for year in (1985, 1990):
        await registry.disabled(date(year, 1, 1), "severe", "1.5", 810_000)
    await registry.register(date(1946, 3, 10))
    for path, body in ROUTES.items():
        before = await law_rows(office)
        proposal_id = await entered(office, path, body)
        await office.drain()
        seen = await office.get(f"/law/proposals/{proposal_id}")
        figures = seen["effect"]["receiving"]
        if path == "/law/levels":
            assert (seen["effect"]["first_month"], seen["effect"]["last_month"]) == (
                "2026-10",
                "2026-11",
            )
            assert (figures["people"], figures["amount"]) == (4, 3_240_000)
            assert (figures["amount_changed"], figures["difference"]) == (3_600_000, 360_000)
        else:
            assert figures["difference"] == 0
        assert seen["effect"]["people_of_age"] == (1 if path == "/law/local-benefits" else None)
        alone = await office.decide_law(proposal_id, who="so_y_te")
        assert (alone.status_code, alone.json()["code"]) == (403, "law_proposer_confirms")
        assert await law_rows(office) == before
        confirmed = await office.decide_law(proposal_id)
        assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
        assert await law_rows(office) == before + 1
        again = await office.decide_law(proposal_id, "reject")
        assert (again.status_code, again.json()["code"]) == (409, "law_proposal_decided")


async def test_the_effect_of_another_law_is_no_effect(office: Any) -> None:
    first = await entered(office, "/law/levels", LEVEL)
    unseen = await office.decide_law(first)
    assert (unseen.status_code, unseen.json()["code"]) == (409, "law_effect_unknown")
    second = await entered(office, "/law/switches", SWITCH)
    await office.drain()
    assert (await office.decide_law(second)).status_code == 200
    stale = await office.decide_law(first)
    assert (stale.status_code, stale.json()["code"]) == (409, "law_effect_unknown")
    again = await office.post(f"/law/proposals/{first}/effect", {}, who="so_y_te", scopes=WRITER)
    assert (again.status_code, again.json()["effect"]) == (200, None)
    await office.drain()
    assert (await office.decide_law(first)).status_code == 200
    listed = await office.get("/law/proposals", state="confirmed")
    assert {item["proposal_id"] for item in listed["items"]} == {first, second}


async def test_who_confirms_has_just_logged_in_and_answers_for_the_whole_province(
    office: Any,
) -> None:
    proposal_id = await entered(office, "/law/switches", SWITCH)
    await office.drain()
    path = f"/eligibility/v1/law/proposals/{proposal_id}/confirm"
    for claims, status, code in (
        ({"scopes": APPROVER, "communes": ("25000",)}, 403, "province_scope_required"),
        ({"scopes": WRITER, "communes": ("*",)}, 403, "scope_missing"),
        ({"scopes": APPROVER, "communes": ("*",), "auth_time": 1}, 401, "log_in_not_fresh"),
    ):
        token = office.make_token(**claims, subject="lanh_dao_so")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": code}
        answer = await office.client.post(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    rejected = await office.decide_law(proposal_id, "reject")
    assert (rejected.json()["state"], rejected.json()["reason"]) == (
        "rejected",
        "Sai số nghị quyết",
    )
    assert await law_rows(office) == 0


async def test_the_database_itself_keeps_no_change_of_one_person(office: Any) -> None:
    proposal_id = await entered(office, "/law/switches", SWITCH)
    await office.drain()
    with pytest.raises(asyncpg.CheckViolationError):
        await office.rows(
            "UPDATE law_proposal SET state = 'confirmed', decided_by = proposed_by,"
            " decided_at = now() WHERE proposal_id = $1 RETURNING state",
            proposal_id,
        )
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await office.rows(
            "INSERT INTO law_choice (choice_id, proposal_id, province_code, code, value, valid_from,"
            " resolution, reason, recorded_by, recorded_at) VALUES (gen_random_uuid(),"
            " gen_random_uuid(), '68', 'x', 'y', now(), 'r', 'r', 'one', now()) RETURNING code"
        )
