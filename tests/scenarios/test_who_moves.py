"""People who move within the province: the old place stops, the new one pays, no month twice."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sandbox.demo.chapters_moves import follow_moves

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

MONTHS = ["2026-12", "2027-01", "2027-02"]


@pytest.fixture(scope="module")
def moves(story: Any) -> list[dict[str, Any]]:
    """Tell the chapter of those who move, after everything else, and tell it again."""
    case = replace(story.case, moves_told=True)
    for _ in range(2):
        follow_moves(story.client, case)
    told: list[dict[str, Any]] = json.loads(
        (story.case.folder / "moves.json").read_text(encoding="utf-8")
    )
    return told


def owed(entitlement: dict[str, Any]) -> dict[str, int]:
    return {
        month: level["amount"]
        for level in entitlement["levels"]
        for month in MONTHS
        if level["from_month"] <= month <= (level["to_month"] or MONTHS[-1])
    }


@pytest.mark.law("335/2026 Art 8.3", "335/2026 Art 31.2")
def test_the_old_place_pays_the_month_of_the_move_and_the_new_one_from_the_next(
    story: Any, moves: list[dict[str, Any]]
) -> None:
    assert len(moves) == 2
    path = "/eligibility/v1/entitlements"
    for move in moves:
        planned = next(p for p in story.plan["people"] if p["key"] == move["key"])
        (row,) = planned["rows"]
        person_id, amount = story.person_id(row), row["money"]["december"]
        found = list(story.client.pages("can_bo_tinh", path, person_id=person_id))
        by_commune = {one["commune_code"]: one for one in found}
        assert by_commune.keys() == {"25000", move["to_commune"]}
        old, new = by_commune["25000"], by_commune[move["to_commune"]]
        assert (old["status"], old["status_reason"]) == ("stopped", "moved")
        assert owed(old) == {"2026-12": amount}
        assert new["status"] == "active"
        assert owed(new) == dict.fromkeys(MONTHS[1:], amount)


def test_the_people_belong_to_the_new_place_now(story: Any, moves: list[dict[str, Any]]) -> None:
    for move in moves:
        path = f"/registry/v1/persons/{move['personal_id']}"
        assert story.client.attempt("can_bo", "GET", path).status_code == 404
        known = story.client.get("can_bo_tinh", path)
        assert known["commune_code"] == move["to_commune"]
