"""A proposal becomes law for a person only when the chair signs it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.database.ids import new_id

ADULT = date(1980, 1, 1)


def owed(entitlement: Any) -> list[tuple[str, str | None, int, str]]:
    return [
        (level["from_month"], level["to_month"], level["amount"], level["coefficient"])
        for level in entitlement["levels"]
    ]


async def differing(office: Any, registry: Any, *, signed: bool = True) -> Any:
    """A person signed at 1.5 to whom the law gives 2.0; give the entitlement."""
    person = await registry.disabled(ADULT, "very_severe", "1.5", 750_000)
    await office.drain()
    if signed:
        assert (await office.sign(await office.draft_levels())).status_code == 200
    return await office.entitlement(person, "disability_allowance")


async def proposals(office: Any) -> list[tuple[str, str]]:
    page = await office.get("/proposals", commune_code="25000", code="amount_differs")
    return [(item["entitlement_id"], item["status"]) for item in page["items"]]


@pytest.mark.law("335/2026 Art 6.1", "335/2026 Art 32.4")
async def test_a_signed_correction_gives_the_lawful_level_and_its_arrears(
    office: Any, registry: Any
) -> None:
    before = await differing(office, registry)
    key = before["entitlement_id"]
    assert owed(before) == [("2026-07", None, 810_000, "1.5")]
    drafted = await office.draft_correction(key)
    assert drafted.status_code == 201, drafted.text
    draft = drafted.json()
    assert (draft["kind"], draft["status"], draft["lines"]) == ("correction", "draft", 1)
    assert draft["totals"] == {
        # July to November 2026, the month of the draft.
        "corrected": {"lines": 1, "owed": 5 * 1_080_000, "pay_month_amount": 1_080_000}
    }
    (line,) = (await office.get(f"/decisions/{draft['decision_id']}/lines"))["items"]
    assert owed({"levels": line["old_levels"]}) == [("2026-07", None, 810_000, "1.5")]
    assert owed(line) == [("2026-07", None, 1_080_000, "2.0")]
    assert (line["signed_coefficient"], line["lawful_coefficient"]) == ("1.5", "2.0")
    assert line["explanation"]["provision"] == "5.6_very_severe"

    signed = await office.sign(draft)
    assert signed.status_code == 200, signed.text
    after = await office.get(f"/entitlements/{key}")
    assert owed(after) == [("2026-07", None, 1_080_000, "2.0")]
    assert (after["status"], after["signed_coefficient"]) == ("active", "2.0")
    assert after["decision"]["origin"] == "correction"
    assert after["version"] == before["version"] + 1
    arrears = await office.get(f"/entitlements/{key}/arrears")
    assert arrears["arrears"] == 5 * (1_080_000 - 750_000)
    told = (await office.events("entitlement.adjusted"))[-1]
    assert told["sequence"] == after["version"]
    assert told["data"]["entitlement"]["decision"]["number"] == "90/QĐ-UBND"
    decision = (await office.events("decision.signed"))[-1]
    assert (decision["data"]["kind"], decision["data"]["lines"]) == ("correction", 1)
    (proposal,) = (await office.get("/proposals", commune_code="25000"))["items"]
    assert (proposal["status"], proposal["decision_id"]) == ("signed", draft["decision_id"])


@pytest.mark.law("335/2026 Art 32.4")
async def test_an_unsigned_correction_changes_nothing(office: Any, registry: Any) -> None:
    before = await differing(office, registry)
    told = len(await office.events())
    assert (await office.draft_correction(before["entitlement_id"])).status_code == 201
    assert await office.get(f"/entitlements/{before['entitlement_id']}") == before
    assert len(await office.events()) == told
    assert await proposals(office) == [(before["entitlement_id"], "open")]


async def test_a_correction_before_the_list_of_new_levels_settles_both(
    office: Any, registry: Any
) -> None:
    before = await differing(office, registry, signed=False)
    drafted = (await office.draft_correction(before["entitlement_id"])).json()
    assert (await office.sign(drafted)).status_code == 200
    after = await office.get(f"/entitlements/{before['entitlement_id']}")
    assert owed(after) == [("2026-07", None, 1_080_000, "2.0")]
    body = {
        "kind": "level_review",
        "commune_code": "25000",
        "number": "77/QĐ-UBND",
        "pay_month": "2026-12",
    }
    assert (await office.post("/decisions", body)).json()["code"] == "nothing_to_review"


@pytest.mark.law("335/2026 Art 6.1.e")
async def test_a_birthday_since_the_first_month_is_a_level_of_its_own(
    office: Any, registry: Any
) -> None:
    # Listed as an adult; a child until 20/9/2026, so the lower level starts in October.
    person = await registry.disabled(date(2010, 9, 20), "very_severe", "2.0", 1_000_000)
    await office.drain()
    found = await office.entitlement(person, "disability_allowance")
    drafted = (await office.draft_correction(found["entitlement_id"])).json()
    assert (await office.sign(drafted)).status_code == 200
    assert owed(await office.get(f"/entitlements/{found['entitlement_id']}")) == [
        ("2026-07", "2026-09", 1_350_000, "2.5"),
        ("2026-10", None, 1_080_000, "2.0"),
    ]


async def test_a_correction_repeated_is_the_same_one(office: Any, registry: Any) -> None:
    key = (await differing(office, registry))["entitlement_id"]
    draft = (await office.draft_correction(key)).json()
    again = (await office.draft_correction(key, key)).json()
    assert (again["decision_id"], again["version"]) == (draft["decision_id"], 2)
    assert (await office.sign(draft)).status_code == 412
    assert (await office.sign(again)).status_code == 200
    told = len(await office.events())
    signed = await office.draft_correction(key)
    assert (signed.status_code, signed.json()["status"]) == (201, "signed")
    assert (await office.sign(signed.json())).json()["code"] == "decision_already_signed"
    other = await office.draft_correction(key, number="91/QĐ-UBND")
    assert (other.status_code, other.json()["code"]) == (409, "proposal_already_signed")
    assert other.json()["entitlement_ids"] == [key]
    assert len(await office.events()) == told


async def test_the_same_key_answers_once_and_never_for_another_body(
    office: Any, registry: Any
) -> None:
    key = (await differing(office, registry))["entitlement_id"]
    body = {"kind": "correction", "commune_code": "25000", "number": "90", "entitlement_ids": [key]}
    same = {"Idempotency-Key": "one-key"}
    first = await office.post("/decisions", body, **same)
    replay = await office.post("/decisions", body, **same)
    assert (first.status_code, replay.json()) == (201, first.json())
    assert replay.headers["Idempotency-Replayed"] == "true"
    other = await office.post("/decisions", {**body, "number": "91"}, **same)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_two_corrections_of_one_person_are_not_both_signed(
    office: Any, registry: Any
) -> None:
    key = (await differing(office, registry))["entitlement_id"]
    first = (await office.draft_correction(key)).json()
    second = (await office.draft_correction(key, number="91/QĐ-UBND")).json()
    assert (await office.sign(first)).status_code == 200
    refused = await office.sign(second)
    assert (refused.status_code, refused.json()["code"]) == (409, "draft_outdated")


async def test_who_drafted_a_correction_may_not_sign_it(office: Any, registry: Any) -> None:
    key = (await differing(office, registry))["entitlement_id"]
    draft = (await office.draft_correction(key)).json()
    refused = await office.sign(draft, who="can_bo")
    assert (refused.status_code, refused.json()["code"]) == (403, "signer_is_drafter")
    # Whoever computes it again has drafted it, and may not sign it either.
    body = {
        "kind": "correction",
        "commune_code": "25000",
        "number": "90/QĐ-UBND",
        "entitlement_ids": [key],
    }
    again = await office.post("/decisions", body, who="chu_tich", scopes=["decisions:write"])
    refused = await office.sign(again.json())
    assert (refused.status_code, refused.json()["code"]) == (403, "signer_is_drafter")


async def test_nobody_corrects_what_is_not_theirs_or_has_no_proposal(
    office: Any, registry: Any
) -> None:
    key = (await differing(office, registry))["entitlement_id"]
    agreeing = await office.entitlement(await registered(office, registry))
    for wrong in (str(new_id()), agreeing["entitlement_id"]):
        refused = await office.draft_correction(key, wrong)
        assert (refused.status_code, refused.json()["code"]) == (404, "proposal_not_found")
        assert refused.json()["entitlement_ids"] == [wrong]
    body = {"kind": "correction", "number": "1", "entitlement_ids": [key]}
    stranger = office.headers("khac", ["decisions:write"], ("24637",))
    for commune in ("25000", "24637"):
        answer = await office.client.post(
            "/eligibility/v1/decisions",
            json={**body, "commune_code": commune},
            headers={**stranger, "Idempotency-Key": commune},
        )
        assert answer.status_code == 404, answer.text
    assert await proposals(office) == [(key, "open")]


async def registered(office: Any, registry: Any) -> Any:
    person = await registry.pensioner()
    await office.drain()
    return person


async def test_who_no_longer_differs_is_left_out(office: Any, registry: Any) -> None:
    key = (await differing(office, registry))["entitlement_id"]
    changed = await registry.disabled(ADULT, "severe", "2.0", 1_000_000)
    await office.drain()
    # A newer certificate gives what was signed.
    await registry.certify(changed, "very_severe")
    await office.drain()
    assert (await office.sign(await office.draft_levels("79/QĐ-UBND"))).status_code == 200
    other = await office.entitlement(changed, "disability_allowance")
    rows = await office.rows(
        "SELECT count(*) AS n FROM proposal WHERE entitlement_id = $1", other["entitlement_id"]
    )
    assert rows[0]["n"] == 0
    refused = await office.draft_correction(other["entitlement_id"])
    assert refused.json()["code"] == "proposal_not_found"

    listed = await registry.disabled(ADULT, "severe", "1.5", 700_000)
    await office.drain()
    assert (await office.sign(await office.draft_levels("80/QĐ-UBND"))).status_code == 200
    agrees = (await office.entitlement(listed, "disability_allowance"))["entitlement_id"]
    alone = await office.draft_correction(agrees)
    assert (alone.status_code, alone.json()["code"]) == (409, "nothing_to_correct")
    assert alone.json()["outcomes"] == {agrees: "agrees"}
    both = (await office.draft_correction(key, agrees)).json()
    assert both["lines"] == 1
    assert both["totals"]["agrees"]["lines"] == 1


async def test_a_death_between_draft_and_signature_outdates_the_correction(
    office: Any, registry: Any
) -> None:
    person = await registry.disabled(ADULT, "very_severe", "1.5", 750_000)
    await office.drain()
    key = (await office.entitlement(person, "disability_allowance"))["entitlement_id"]
    draft = (await office.draft_correction(key)).json()
    await registry.die(person, date(2026, 9, 3))
    await office.drain()
    refused = await office.sign(draft)
    assert (refused.status_code, refused.json()["code"]) == (409, "draft_outdated")
    again = await office.draft_correction(key)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_correct")
    assert again.json()["outcomes"] == {key: "not_active"}


async def test_a_new_certificate_between_draft_and_signature_outdates_the_correction(
    office: Any, registry: Any
) -> None:
    person = await registry.disabled(ADULT, "very_severe", "1.5", 750_000)
    await office.drain()
    before = await office.entitlement(person, "disability_allowance")
    draft = (await office.draft_correction(before["entitlement_id"])).json()
    await registry.certify(person, "severe")
    await office.drain()
    refused = await office.sign(draft)
    assert (refused.status_code, refused.json()["code"]) == (409, "draft_outdated")
    # The refusal takes everything back: levels, decision, proposal, events.
    assert await office.get(f"/entitlements/{before['entitlement_id']}") == before
    assert (await office.get(f"/decisions/{draft['decision_id']}"))["status"] == "draft"
    assert await proposals(office) == [(before["entitlement_id"], "open")]
    assert await office.events("decision.signed") == []


@pytest.mark.law("335/2026 Art 6.1")
async def test_whom_the_law_gives_nothing_is_not_corrected_but_to_be_stopped(
    office: Any, registry: Any
) -> None:
    person = await registry.disabled(ADULT, "severe", "1.5", 750_000)
    await registry.certify(person, "mild")
    await office.drain()
    key = (await office.entitlement(person, "disability_allowance"))["entitlement_id"]
    refused = await office.draft_correction(key)
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_correct")
    assert refused.json()["outcomes"] == {key: "not_eligible"}


async def test_a_hundred_people_are_corrected_by_one_signature(office: Any, registry: Any) -> None:
    people = [
        await registry.disabled(date(1970 + place % 20, 1, 1), "very_severe", "1.5", 750_000)
        for place in range(100)
    ]
    await office.drain()
    page = await office.get("/proposals", commune_code="25000", limit=1000)
    keys = [item["entitlement_id"] for item in page["items"]]
    assert len(keys) == len(people)
    draft = (await office.draft_correction(*keys)).json()
    assert draft["totals"]["corrected"]["pay_month_amount"] == 100 * 1_080_000
    assert (await office.sign(draft)).status_code == 200
    assert {status for _, status in await proposals(office)} == {"signed"}
    assert len(await office.events("entitlement.adjusted")) == 100


async def test_a_body_must_say_what_is_to_be_drafted(office: Any) -> None:
    for body in (
        {"commune_code": "25000", "number": "1", "entitlement_ids": [str(new_id())]},
        {"kind": "correction", "commune_code": "25000", "number": "1", "entitlement_ids": []},
        {"kind": "correction", "commune_code": "25000", "number": "1", "pay_month": "2026-12"},
        {"kind": "stop", "commune_code": "25000", "number": "1"},
    ):
        refused = await office.post("/decisions", body)
        assert refused.status_code == 422, refused.text
