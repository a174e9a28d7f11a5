"""Every benefit on one list: taken over, moved to the new level, told with group and payee."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.contracts.benefits import told_line
from common.contracts.registry import CircumstanceEstablished, NeutralFact
from common.database.ids import new_id

ROWS = [
    # benefit, stated category, birth, coefficient, listed, group, new amount
    ("social_pension", "pension_75", date(1946, 3, 10), "1.0", 500_000, "social_pension", 540_000),
    ("disability_allowance", "5.6_severe", date(1980, 1, 1), "1.5", 750_000, "5.6", 810_000),
    ("social_allowance", "5.1", date(2016, 1, 1), "1.5", 750_000, "5.1", 810_000),
    ("social_allowance", "5.1", date(2024, 1, 1), "2.5", 1_250_000, "5.1", 1_350_000),
    ("social_allowance", "5.2", date(2008, 1, 1), "1.5", 750_000, "5.2", 810_000),
    ("single_parent_allowance", "5.4", date(1990, 1, 1), "2.0", 1_000_000, "5.4", 1_080_000),
    ("social_allowance", "5.5a", date(1960, 1, 1), "1.5", 750_000, "5.5", 810_000),
    ("social_allowance", "5.7", date(2025, 1, 1), "1.5", 750_000, "5.7", 810_000),
    ("disabled_parent_support", "C2a", date(1995, 1, 1), "1.5", 750_000, "C2a", 810_000),
    ("care_support", "C1", date(2016, 1, 1), "1.5", 750_000, "C1", 810_000),
    ("care_support", "C2c", date(1980, 1, 1), "1.0", 500_000, "C2c", 540_000),
    ("care_support", "C2d", date(1980, 1, 1), "1.5", 750_000, "C2d", 810_000),
    ("facility_allowance", "facility", date(1980, 1, 1), "4.0", 2_000_000, "facility", 2_160_000),
]


@pytest.mark.law("335/2026 Art 32.3")
async def test_every_benefit_moves_to_the_new_level(office: Any, registry: Any) -> None:
    carer = await registry.register(date(1985, 5, 5))
    people = []
    for benefit, category, birth, coefficient, listed, _, _ in ROWS:
        person = await registry.register(birth)
        if category in {"C2c", "C2d", "C2a"}:
            await registry.certify(person, "very_severe")
        payee = carer.person_id if benefit == "care_support" else None
        await registry.list_row(
            person,
            benefit=benefit,
            stated_category=category,
            coefficient=coefficient,
            amount=listed,
            payee_person_id=payee,
            decision_date=date(2026, 1, 10),
        )
        people.append(person)
    await office.drain()
    draft = await office.draft_levels()
    page = await office.get(f"/decisions/{draft['decision_id']}/lines", limit=100)
    by_person = {line["person_id"]: line for line in page["items"]}
    wrong = []
    for row, person in zip(ROWS, people, strict=True):
        line = by_person[str(person.person_id)]
        if (line["outcome"], line["levels"][-1]["amount"]) != ("new_level", row[-1]):
            wrong.append((row, line["outcome"], line["levels"], line["lawful_coefficient"],
                          [c for c in line["explanation"]["conditions"] if not c["outcome"]]))  # fmt: skip
    assert not wrong
    assert (await office.sign(draft)).status_code == 200
    told = {
        event["data"]["entitlement"]["person_id"]: event["data"]["entitlement"]
        for event in await office.events("eligibility.entitlement")
    }
    for row, person in zip(ROWS, people, strict=True):
        state = told[str(person.person_id)]
        assert (state["benefit"], state["group"], state["status"]) == (
            row[0],
            told_line(row[0], row[5]).group,
            "active",
        )
        assert state["levels"][-1]["amount"] == row[-1]
        expected = str(carer.person_id) if row[0] == "care_support" else None
        assert state["payee_person_id"] == expected


async def test_a_sealed_group_is_told_by_the_label_that_it_shares(
    office: Any, registry: Any
) -> None:
    office.client.context.settings.neutral_group_code = "Q7K2MD"
    person = await registry.register(date(2018, 1, 1))
    await registry.tell(
        person,
        CircumstanceEstablished(
            person=person, circumstance_id=new_id(), fact=NeutralFact(code="Q7K2MD")
        ),
    )
    await registry.list_row(
        person, benefit="social_allowance", stated_category="Q7K2MD", coefficient="2.0",
        amount=1_000_000, decision_date=date(2026, 1, 10),
    )  # fmt: skip
    await office.drain()
    draft = await office.draft_levels()
    assert (await office.sign(draft)).status_code == 200
    found = await office.entitlement(person, "social_allowance")
    assert (found["group"], [level["provision"] for level in found["levels"]]) == (
        "5",
        ["5"],
    )
    assert found["levels"][-1]["amount"] == 1_080_000
    stored = await office.rows("""
        SELECT row_to_json(x)::text AS text FROM decision_explanation x
        UNION ALL SELECT row_to_json(l)::text FROM decision_line l
        UNION ALL SELECT row_to_json(e)::text FROM entitlement_level e
        UNION ALL SELECT payload::text FROM outbox
    """)
    for row in stored:
        text = str(row["text"])
        assert not any(word in text for word in ("HIV", "5.3", "5.8", "khoản 3 Điều 5 "))
    for event in await office.events("eligibility.entitlement"):
        assert event["data"]["entitlement"]["group"] == "5"
        assert "Q7K2MD" not in str(event["data"])


async def test_another_code_than_the_one_set_is_parked_not_taken(
    office: Any, registry: Any
) -> None:
    person = await registry.register(date(2018, 1, 1))
    await registry.tell(
        person,
        CircumstanceEstablished(
            person=person, circumstance_id=new_id(), fact=NeutralFact(code="OTHER1")
        ),
    )
    with pytest.raises(AssertionError, match="neutral_code_differs"):
        await office.drain()
    rows = await office.rows("SELECT count(*) AS n FROM circumstance_fact WHERE kind = 'neutral'")
    assert rows[0]["n"] == 0
    parked = await office.rows("SELECT count(*) AS n FROM dead_letter WHERE status = 'open'")
    assert parked[0]["n"] == 1
