"""The list of new levels on real servers: taken over, drafted, signed, told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.kernel.months import Month


def owed(entitlement: Any) -> list[tuple[str, str | None, int, str]]:
    return [
        (level["from_month"], level["to_month"], level["amount"], level["coefficient"])
        for level in entitlement["levels"]
    ]


@pytest.mark.law("176/2025 Art 7.1", "176/2025 Art 7.2")
async def test_a_list_row_becomes_an_entitlement_at_the_listed_level(
    office: Any, registry: Any
) -> None:
    person = await registry.pensioner()
    await office.drain()
    found = await office.entitlement(person)
    assert found["status"] == "active"
    assert found["decision"]["origin"] == "taken_over"
    assert owed(found) == [("2026-07", None, 500_000, "1.0")]
    (event,) = await office.events("entitlement.taken_over")
    assert event["sequence"] == 1


@pytest.mark.law("335/2026 Art 32.4")
async def test_nothing_changes_for_anyone_before_the_signature(office: Any, registry: Any) -> None:
    person = await registry.pensioner()
    await office.drain()
    draft = await office.draft_levels()
    assert draft["status"] == "draft"
    assert owed(await office.entitlement(person)) == [("2026-07", None, 500_000, "1.0")]
    assert await office.events("entitlement.adjusted") == []


@pytest.mark.law("335/2026 Art 32.3", "335/2026 Art 32.4")
async def test_signing_moves_five_months_to_the_new_level(office: Any, registry: Any) -> None:
    person = await registry.pensioner()
    await office.drain()
    signed = await office.sign(await office.draft_levels())
    assert signed.status_code == 200, signed.text
    assert signed.json()["signed_on"] == "2026-11-19"
    found = await office.entitlement(person)
    assert owed(found) == [("2026-07", None, 540_000, "1.0")]
    assert found["decision"]["origin"] == "level_review"
    arrears = await office.get(f"/entitlements/{found['entitlement_id']}/arrears")
    assert arrears["arrears"] == 200_000  # 5 x (540.000 - 500.000)
    assert arrears["overpaid"] == 0
    told = await office.events("entitlement.adjusted")
    assert [event["sequence"] for event in told] == [2]
    (decision,) = await office.events("decision.signed")
    assert decision["data"]["lines"] == 1


async def test_months_paid_later_have_fewer_arrears(office: Any, registry: Any) -> None:
    person = await registry.pensioner(paid_from=Month(2026, 9), decision_date=date(2026, 9, 4))
    await office.drain()
    assert (await office.sign(await office.draft_levels())).status_code == 200
    found = await office.entitlement(person)
    arrears = await office.get(f"/entitlements/{found['entitlement_id']}/arrears")
    assert arrears["arrears"] == 3 * 40_000


async def test_coefficients_of_disability_give_their_arrears(office: Any, registry: Any) -> None:
    adult = date(1980, 1, 1)
    people = {
        300_000: await registry.disabled(adult, "severe", "1.5", 750_000),
        400_000: await registry.disabled(adult, "very_severe", "2.0", 1_000_000),
        500_000: await registry.disabled(date(2014, 1, 1), "very_severe", "2.5", 1_250_000),
    }
    await office.drain()
    draft = await office.draft_levels()
    assert draft["totals"] == {
        "new_level": {
            "lines": 3,
            "owed": 6 * (810_000 + 1_080_000 + 1_350_000),
            "pay_month_amount": 810_000 + 1_080_000 + 1_350_000,
        }
    }
    assert (await office.sign(draft)).status_code == 200
    for expected, person in people.items():
        found = await office.entitlement(person, "disability_allowance")
        arrears = await office.get(f"/entitlements/{found['entitlement_id']}/arrears")
        assert arrears["arrears"] == expected


@pytest.mark.law("335/2026 Art 6.1.e", "335/2026 Art 32.4")
async def test_a_child_of_sixteen_follows_the_law_without_netting(
    office: Any, registry: Any
) -> None:
    person = await registry.disabled(date(2010, 9, 20), "very_severe", "2.5", 1_250_000)
    await office.drain()
    assert (await office.sign(await office.draft_levels())).status_code == 200
    found = await office.entitlement(person, "disability_allowance")
    assert owed(found) == [
        ("2026-07", "2026-09", 1_350_000, "2.5"),
        ("2026-10", None, 1_080_000, "2.0"),
    ]
    arrears = await office.get(f"/entitlements/{found['entitlement_id']}/arrears")
    assert arrears["arrears"] == 3 * 100_000
    assert arrears["overpaid"] == 2 * 170_000


async def test_a_coefficient_that_differs_is_paid_as_signed_and_proposed_by_law(
    office: Any, registry: Any
) -> None:
    wrong = await registry.disabled(date(1980, 1, 1), "severe", "2.0", 1_000_000)
    listed = await registry.disabled(date(1980, 1, 1), "severe", "1.5", 700_000)
    await registry.pensioner()
    await office.drain()
    at_once = await office.get("/proposals", commune_code="25000")
    draft = await office.draft_levels()
    assert draft["totals"]["amount_differs"]["lines"] == 2
    assert (await office.sign(draft)).status_code == 200
    found = await office.entitlement(wrong, "disability_allowance")
    assert owed(found) == [("2026-07", None, 1_080_000, "2.0")]
    assert owed(await office.entitlement(listed, "disability_allowance")) == [
        ("2026-07", None, 810_000, "1.5")
    ]
    page = await office.get("/proposals", commune_code="25000", code="amount_differs")
    shown = {item["person_id"]: item for item in page["items"]}
    assert {item["person_id"] for item in at_once["items"]} == shown.keys()
    proposal = shown[str(wrong.person_id)]
    assert proposal["reasons"] == ["coefficient"]
    assert (proposal["signed_coefficient"], proposal["lawful_coefficient"]) == ("2.0", "1.5")
    assert (proposal["proposed_amount"], proposal["lawful_amount"]) == (1_080_000, 810_000)
    assert shown[str(listed.person_id)]["reasons"] == ["listed_amount"]


async def test_every_line_carries_the_explanation_it_was_drafted_with(
    office: Any, registry: Any
) -> None:
    await registry.pensioner()
    await registry.pensioner(date(1948, 5, 6))
    await office.drain()
    draft = await office.draft_levels()
    page = await office.get(f"/decisions/{draft['decision_id']}/lines")
    assert len(page["items"]) == 2
    for line in page["items"]:
        conditions = {item["code"]: item for item in line["explanation"]["conditions"]}
        assert conditions["age_75"]["outcome"] is True
        assert "đủ 75 tuổi" in conditions["age_75"]["value"]
        assert conditions["age_75"]["article"] == "điểm a khoản 1 Điều 2 Nghị định 176/2025/NĐ-CP"
    kept = await office.rows("SELECT count(*) AS n FROM decision_explanation")
    assert kept[0]["n"] == 2  # two regimes, one set of outcomes for both people


@pytest.mark.law("176/2025 Art 3.1", "335/2026 Art 6.2")
async def test_of_two_benefits_the_lower_is_held_and_owed_nothing(
    office: Any, registry: Any
) -> None:
    person = await registry.disabled(date(1946, 1, 1), "severe", "2.0", 1_000_000)
    await registry.list_row(person)
    await office.drain()
    lower = await office.entitlement(person)
    assert (lower["status"], lower["status_reason"]) == ("held", "highest_only")
    draft = await office.draft_levels()
    assert draft["totals"]["highest_only"] == {"lines": 1, "owed": 0, "pay_month_amount": 0}
    assert (await office.sign(draft)).status_code == 200
    lower = await office.entitlement(person)
    assert (lower["status"], lower["levels"]) == ("stopped", [])
    arrears = await office.get(f"/entitlements/{lower['entitlement_id']}/arrears")
    assert arrears["overpaid"] == 5 * 500_000
    higher = await office.entitlement(person, "disability_allowance")
    assert owed(higher) == [("2026-07", None, 1_080_000, "2.0")]


@pytest.mark.law("176/2025 Art 4.3", "335/2026 Art 31.2")
async def test_a_death_holds_at_once_and_cuts_after_its_month(office: Any, registry: Any) -> None:
    person = await registry.pensioner()
    await office.drain()
    await registry.die(person, date(2026, 9, 3))
    await office.drain()
    found = await office.entitlement(person)
    assert (found["status"], found["status_reason"]) == ("held", "deceased")
    assert owed(found) == [("2026-07", "2026-09", 500_000, "1.0")]
    draft = await office.draft_levels()
    assert draft["totals"]["deceased"]["owed"] == 3 * 540_000
    assert (await office.sign(draft)).status_code == 200
    found = await office.entitlement(person)
    assert (found["status"], found["status_reason"]) == ("stopped", "deceased")
    assert owed(found) == [("2026-07", "2026-09", 540_000, "1.0")]
    arrears = await office.get(f"/entitlements/{found['entitlement_id']}/arrears")
    assert (arrears["arrears"], arrears["overpaid"]) == (3 * 40_000, 2 * 500_000)


async def test_a_death_known_before_the_list_row_holds_too(office: Any, registry: Any) -> None:
    person = await registry.register(date(1946, 1, 1))
    dead = await registry.die(person, date(2026, 8, 31))
    await registry.list_row(dead)
    await office.drain()
    found = await office.entitlement(person)
    assert (found["status"], found["status_reason"]) == ("held", "deceased")
    assert owed(found) == [("2026-07", "2026-08", 500_000, "1.0")]


async def test_a_death_between_draft_and_signature_asks_for_a_new_draft(
    office: Any, registry: Any
) -> None:
    person = await registry.pensioner()
    await office.drain()
    draft = await office.draft_levels()
    await registry.die(person, date(2026, 9, 3))
    await office.drain()
    refused = await office.sign(draft)
    assert refused.status_code == 409
    assert refused.json()["code"] == "draft_outdated"
    again = await office.draft_levels()
    assert again["decision_id"] == draft["decision_id"]
    assert again["version"] == draft["version"] + 1
    assert list(again["totals"]) == ["deceased"]
    assert (await office.sign(again)).status_code == 200


async def test_the_drafter_may_not_sign(office: Any, registry: Any) -> None:
    await registry.pensioner()
    await office.drain()
    refused = await office.sign(await office.draft_levels(), who="can_bo")
    assert refused.status_code == 403
    assert refused.json()["code"] == "signer_is_drafter"


async def test_a_signature_names_the_version_it_read(office: Any, registry: Any) -> None:
    await registry.pensioner()
    await office.drain()
    draft = await office.draft_levels()
    await office.draft_levels()
    stale = await office.sign(draft)
    assert stale.status_code == 412
    path = f"/decisions/{draft['decision_id']}/sign"
    missing = await office.post(path, {}, who="chu_tich", scopes=["decisions:sign"])
    assert missing.status_code == 428


async def test_a_signed_list_drafted_again_is_the_same_and_changes_nothing(
    office: Any, registry: Any
) -> None:
    await registry.pensioner()
    await office.drain()
    draft = await office.draft_levels()
    assert (await office.sign(draft)).status_code == 200
    told = len(await office.events())
    again = await office.draft_levels()
    assert again["decision_id"] == draft["decision_id"]
    assert again["status"] == "signed"
    assert len(await office.events()) == told
    twice = await office.sign(again)
    assert twice.status_code == 409
    assert twice.json()["code"] == "decision_already_signed"
    other = await office.post(
        "/decisions",
        {
            "kind": "level_review",
            "commune_code": "25000",
            "number": "78/QĐ-UBND",
            "pay_month": "2026-12",
        },
    )
    assert other.json()["code"] == "nothing_to_review"


async def test_the_same_row_again_is_taken_over_once(office: Any, registry: Any) -> None:
    person = await registry.pensioner()
    await registry.list_row(person)
    await office.drain()
    assert len(await office.events("entitlement.taken_over")) == 1
    assert (await office.entitlement(person))["version"] == 1


async def test_a_month_far_from_now_is_refused(office: Any, registry: Any) -> None:
    await registry.pensioner()
    await office.drain()
    for month in ("2026-06", "2027-02", "2098-12"):
        body = {"kind": "level_review", "commune_code": "25000", "number": "1", "pay_month": month}
        refused = await office.post("/decisions", body)
        assert (refused.status_code, refused.json()["code"]) == (422, "pay_month_out_of_range")


async def test_another_commune_sees_nothing(office: Any, registry: Any) -> None:
    person = await registry.pensioner()
    await office.drain()
    draft = await office.draft_levels()
    found = await office.entitlement(person)
    stranger = office.headers("khac", ["eligibility:read", "decisions:write"], ("24637",))
    base = "/eligibility/v1"
    for path in (f"/decisions/{draft['decision_id']}", f"/entitlements/{found['entitlement_id']}"):
        answer = await office.client.get(base + path, headers=stranger)
        assert answer.status_code == 404
    listed = await office.client.get(base + "/entitlements", headers=stranger)
    assert listed.json()["items"] == []
    body = {"kind": "level_review", "commune_code": "25000", "number": "1", "pay_month": "2026-12"}
    refused = await office.client.post(base + "/decisions", json=body, headers=stranger)
    assert refused.status_code == 404


async def test_a_whole_commune_is_reviewed_and_signed_set_by_set(
    office: Any, registry: Any
) -> None:
    for place in range(300):
        await registry.pensioner(date(1930 + place % 20, 1 + place % 12, 1 + place % 28))
    await office.drain()
    draft = await office.draft_levels()
    assert draft["totals"]["new_level"] == {
        "lines": 300,
        "owed": 300 * 6 * 540_000,
        "pay_month_amount": 300 * 540_000,
    }
    assert (await office.sign(draft)).status_code == 200
    rows = await office.rows(
        "SELECT count(*) AS n, sum(amount) AS total FROM entitlement_level"
        " WHERE superseded_at IS NULL AND from_month = '2026-07-01' AND to_month IS NULL"
    )
    assert (rows[0]["n"], rows[0]["total"]) == (300, 300 * 540_000)
    assert len(await office.events("entitlement.adjusted")) == 300
    first = await office.get(f"/decisions/{draft['decision_id']}/lines", limit=200)
    rest = await office.get(
        f"/decisions/{draft['decision_id']}/lines", limit=200, cursor=first["next_cursor"]
    )
    seen = {line["line_id"] for line in (*first["items"], *rest["items"])}
    assert len(seen) == 300
    assert rest["next_cursor"] is None
