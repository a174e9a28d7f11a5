"""The quality board over the API: looked through, counted, listed, worked off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from common.contracts.eligibility import EntitlementState, EntitlementTakenOver
from common.database.ids import new_id
from registry.quality.jobs import refresh_stale

DI_LINH, BAO_LOC = "25000", "24829"
NUMBERS = [f"00315100000{n}" for n in range(1, 8)]
MAU = {
    "full_name": "Nguyễn Thị Mẫu",
    "birth_date": "1951-03-10",
    "sex": "female",
    "commune_code": DI_LINH,
    "village": "Thôn 3",
}


async def register(registry: Any, **changed: Any) -> dict[str, Any]:
    answer = await registry.post("/persons", json=MAU | changed)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def look(registry: Any, drain: Callable[..., Any]) -> Callable[..., Any]:
    """Look through Di Linh and give the open findings as kind -> reasons (await it)."""

    async def run(state: str = "open") -> dict[str, list[dict[str, Any]]]:
        answer = await registry.post("/quality/refreshes", json={"commune_code": DI_LINH})
        assert answer.status_code == 202, answer.text
        await drain()
        operation = await registry.get(f"/operations/{answer.json()['operation_id']}")
        assert operation.json()["state"] == "succeeded", operation.text
        page = await registry.get(f"/quality/findings?commune_code={DI_LINH}&state={state}")
        assert page.status_code == 200, page.text
        found: dict[str, list[dict[str, Any]]] = {}
        for item in page.json()["items"]:
            found.setdefault(item["kind"], []).append(item)
        return found

    return run


def codes(item: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in item["reasons"]}


async def test_what_is_missing_or_wrong_about_a_person_is_found(
    registry: Any, look: Callable[..., Any]
) -> None:
    wrong = {"sex": "male", "birth_date": "1960-01-01", "village": None}
    await register(registry, personal_id=NUMBERS[0], **wrong)
    await register(registry, former_number="250123456", full_name="Trần Văn Quyết", sex="male")
    found = await look()
    assert set(found) == {"missing_id", "unverified", "contradictory", "no_village"}
    assert codes(found["contradictory"][0]) == {"sex_contradicts_id", "birth_year_contradicts_id"}
    assert found["missing_id"][0]["person"]["full_name"] == "Trần Văn Quyết"
    assert all(item["title"] and item["reasons"][0]["text"] for item in found["unverified"])
    board = (await registry.get(f"/quality?commune_code={DI_LINH}")).json()
    assert board["refreshed_at"] is not None
    assert {kind["kind"]: kind["open"] for kind in board["kinds"] if kind["open"]} == {
        "missing_id": 1,
        "unverified": 2,
        "contradictory": 1,
        "no_village": 1,
    }


async def test_a_duplicate_is_merged_by_its_link_and_gone(
    registry: Any, look: Callable[..., Any]
) -> None:
    await register(registry, personal_id=NUMBERS[0])
    await register(registry, former_number="250123456")
    (item,) = (await look())["duplicate"]
    assert codes(item) == {"same_name_birth", "same_commune", "same_village", "without_number"}
    assert item["action"]["href"].endswith(f"/persons/{NUMBERS[0]}/merge")
    into = str(item["other"]["personal_id"] or item["other"]["person_id"])
    merged = await registry.post(
        item["action"]["href"].removeprefix("/registry/v1"),
        json={"into": into, "into_version": item["other"]["version"], "reason": "Một người"},
        headers={"If-Match": f'"v{item["person"]["version"]}"'},
    )
    assert merged.status_code == 200, merged.text
    assert "duplicate" not in await look()


async def test_what_is_dismissed_stays_so_and_what_is_only_said_to_be_resolved_does_not(
    registry: Any, look: Callable[..., Any]
) -> None:
    for number in NUMBERS[:2]:
        await register(registry, personal_id=number, village=None)
    found = await look()
    note = {"note": "Hai người khác nhau, đã gặp cả hai"}
    pair = found["duplicate"][0]["finding_id"]
    dismissed = await registry.post(f"/quality/findings/{pair}/dismiss", json=note)
    assert (dismissed.status_code, dismissed.json()["state"]) == (200, "dismissed")
    for item in found["no_village"]:
        path = f"/quality/findings/{item['finding_id']}/resolve"
        assert (await registry.post(path, json=note)).status_code == 200
    again = await look()
    assert "duplicate" not in again
    assert len(again["no_village"]) == 2
    twice = await registry.post(f"/quality/findings/{pair}/resolve", json=note)
    assert (twice.status_code, twice.json()["code"]) == (409, "quality_finding_closed")


async def test_the_dead_who_are_paid_are_found_from_what_eligibility_tells(
    registry: Any,
    look: Callable[..., Any],
    publish_event: Callable[..., Any],
    drain: Callable[..., Any],
) -> None:
    person = await register(registry, personal_id=NUMBERS[0])
    example = EntitlementTakenOver.example["entitlement"]
    entitlement = new_id()

    async def paid(version: int, **changed: Any) -> None:
        state = example | {
            "entitlement_id": str(entitlement),
            "person_id": person["person_id"],
            "commune_code": DI_LINH,
        }
        data = EntitlementTakenOver(entitlement=EntitlementState.model_validate(state | changed))
        await publish_event(data, aggregate_id=entitlement, version=version)
        await drain()

    await paid(1)
    died = await registry.post(
        f"/persons/{NUMBERS[0]}/death",
        json={"death_date": "2026-09-03", "source": "family"},
        headers={"If-Match": '"v1"'},
    )
    assert died.status_code == 200, died.text
    (item,) = (await look())["dead_receiving"]
    assert codes(item) == {"recipient_died"}
    assert UUID(item["person"]["person_id"]) == UUID(person["person_id"])
    await paid(2, status="held", status_reason="deceased")
    assert "dead_receiving" not in await look()


async def test_certificates_papers_and_representatives_that_end_are_found(
    registry: Any, look: Callable[..., Any]
) -> None:
    await register(registry, personal_id=NUMBERS[0], birth_date="1951-03-10")
    today = registry.client.context.clock.now().date()
    soon = date.fromordinal(today.toordinal() + 10).isoformat()
    facts = [
        {
            "kind": "disability",
            "degree": "severe",
            "certificate_number": "17/2019/KT",
            "certificate_date": "2019-05-06",
            "reassess_on": today.isoformat(),
        },
        {"kind": "study", "level": "college", "valid_from": "2026-01-05"},
    ]
    version = 1
    for fact in facts:
        made = await registry.post(
            f"/persons/{NUMBERS[0]}/circumstances",
            json=fact,
            headers={"If-Match": f'"v{version}"'},
        )
        assert made.status_code in {200, 201}, made.text
        version += 1
    appointed = await registry.post(
        f"/persons/{NUMBERS[0]}/representations",
        json={
            "kind": "authorised_recipient",
            "representative_name": "Trần Văn Quyết",
            "paper_date": "2026-01-02",
            "paper_issuer": "UBND xã",
            "paper_kind": "authorisation",
            "valid_from": "2026-01-02",
            "valid_to": soon,
        },
        headers={"If-Match": f'"v{version}"'},
    )
    assert appointed.status_code == 201, appointed.text
    found = await look()
    assert codes(found["certificate_due"][0]) == {"reassessment_due"}
    assert [codes(item) for item in found["missing_paper"]] == [{"paper_of_study"}]
    assert found["representative_expiring"][0]["due_on"] == soon


async def test_a_pair_of_two_communes_is_seen_only_by_who_may_see_both(
    start_registry: Any, make_token: Callable[..., str], drain: Callable[..., Any]
) -> None:
    registry = await start_registry(communes=(DI_LINH, BAO_LOC))
    await register(registry, personal_id=NUMBERS[0])
    await register(registry, personal_id=NUMBERS[1], commune_code=BAO_LOC)
    scopes = ["registry:read", "registry:write"]
    whole = {"Authorization": f"Bearer {make_token(scopes, communes=['*'])}"}
    started = await registry.post("/quality/refreshes", json={}, headers=whole)
    assert started.status_code == 202, started.text
    await drain()
    path = f"/quality/findings?commune_code={DI_LINH}&kind=duplicate"
    one = {"Authorization": f"Bearer {make_token(scopes, communes=[DI_LINH])}"}
    assert len((await registry.get(path)).json()["items"]) == 1
    assert len((await registry.get(path, headers=whole)).json()["items"]) == 1
    assert (await registry.get(path, headers=one)).json()["items"] == []
    refused = await registry.post("/quality/refreshes", json={}, headers=one)
    assert (refused.status_code, refused.json()["code"]) == (404, "commune_not_yours")


async def test_what_is_stale_is_looked_through_by_and_by(registry: Any) -> None:
    for number in NUMBERS[:2]:
        await register(registry, personal_id=number)
    await refresh_stale(registry.client.context)
    rows = await registry.query("SELECT commune_code FROM quality_refresh ORDER BY 1")
    assert [row["commune_code"] for row in rows] == [DI_LINH, "province"]
    page = (await registry.get(f"/quality/findings?commune_code={DI_LINH}&kind=duplicate")).json()
    assert len(page["items"]) == 1


async def test_a_household_without_a_head_and_a_child_without_a_carer_are_tasks(
    registry: Any, look: Callable[..., Any]
) -> None:
    grandmother, child = NUMBERS[0], "003217000011"
    await register(registry, personal_id=grandmother)
    await register(registry, personal_id=child, full_name="Lê Văn Bé", sex="male",
                   birth_date="2017-05-04")  # fmt: skip
    members = [
        {"personal_id": grandmother, "relation": "head"},
        {"personal_id": child, "relation": "grandchild"},
    ]
    home = await registry.post("/households", json={"commune_code": DI_LINH, "members": members})
    assert home.status_code == 201, home.text
    key = home.json()["household_id"]
    kinds = {"household_without_head", "child_without_carer"}
    assert not kinds & set(await look())
    version = (await registry.get(f"/persons/{grandmother}")).json()["version"]
    died = await registry.post(
        f"/persons/{grandmother}/death",
        json={"death_date": "2026-10-01", "source": "family"},
        headers={"If-Match": f'"v{version}"'},
    )
    assert died.status_code == 200, died.text
    found = await look()
    (headless,), (alone,) = (found[kind] for kind in sorted(kinds, reverse=True))
    assert (codes(headless), codes(alone)) == ({"head_died_or_left"}, {"no_adult_in_household"})
    assert headless["action"]["href"] == f"/registry/v1/households/{key}/members"
    assert {item["person"]["personal_id"] for item in (headless, alone)} == {child}
    version = (await registry.get(f"/persons/{child}")).json()["version"]
    appointed = await registry.post(
        alone["action"]["href"].removeprefix("/registry/v1"),
        json={
            "kind": "carer",
            "representative_name": "Trần Văn Quyết",
            "paper_date": "2026-11-02",
            "paper_issuer": "UBND xã",
            "paper_kind": "commune_decision",
            "valid_from": "2026-11-02",
        },
        headers={"If-Match": f'"v{version}"'},
    )
    assert appointed.status_code == 201, appointed.text
    assert set(await look()) & kinds == {"household_without_head"}
