"""The sample of Di Linh through registry and eligibility: what is owed equals the sample's plan."""

from __future__ import annotations

import base64
import json
from collections import Counter
from pathlib import Path
from typing import Any

import sandbox.sample
from common.database.session import Scope
from common.kernel.months import Month, months_between
from common.testing.keys import new_private_key, public_key_of
from eligibility.entitlements import service as entitlements

SAMPLE = Path(sandbox.sample.__file__).parent / "data" / "di-linh"
LIST = next(SAMPLE.glob("*.xlsx")).read_bytes()
DEATHS = (SAMPLE / "deaths.csv").read_bytes()
PLAN = json.loads((SAMPLE / "plan.json").read_text(encoding="utf-8"))
DECEMBER = Month(2026, 12)


async def take_in(client: Any, content: bytes, kind: str, **more: str) -> None:
    answer = await client.post(
        "/registry/v1/imports",
        files={"file": ("list.xlsx", content)},
        data={"kind": kind, "commune_code": "25000", **more},
        headers={"Idempotency-Key": kind},
    )
    assert answer.status_code == 202, answer.text
    confirmed = await client.put(
        f"/registry/v1/imports/{answer.json()['import_id']}/mapping",
        json={},
        headers={"Idempotency-Key": f"{kind}-mapping"},
    )
    assert confirmed.status_code == 202, confirmed.text


async def make_difficult(client: Any) -> None:
    """Record that the commune is specially difficult: children under 3 depend on it (5.7)."""
    answer = await client.post(
        "/registry/v1/areas/communes/25000/difficulty",
        json={
            "difficult": True,
            "decision_number": "861/QĐ-TTg",
            "decision_date": "2021-06-04",
            "valid_from": "2021-06-04",
        },
        headers={"Idempotency-Key": "difficult"},
    )
    assert answer.status_code == 201, answer.text


def expected(plan: Any) -> tuple[Counter[tuple[str, str, int]], int, int]:
    """Count (benefit, month, amount) that the plan's own computation owes."""
    owed: Counter[tuple[str, str, int]] = Counter()
    arrears = overpaid = 0
    for person in plan["people"]:
        for row in person["rows"]:
            if row["outcome"] != "accepted":
                continue
            money = row["money"]
            for month, amount in money["owed"].items():
                if amount:
                    owed[row["benefit"], month, amount] += 1
            arrears += sum(money["arrears"].values())
            overpaid += sum(money["recovery"].values())
    return owed, arrears, overpaid


async def test_the_signed_levels_of_di_linh_are_those_of_the_plan(
    office: Any, service_client: Any, make_token: Any, drain: Any
) -> None:
    scopes = ["registry:read", "registry:write", "imports:write"]
    client = await service_client(
        "registry",
        token=make_token(scopes, communes=["25000"], subject="can_bo"),
        disbursement_public_key=public_key_of(new_private_key()),
        upload_key=base64.b64encode(bytes(32)).decode(),
        sealed_facts_key=base64.b64encode(bytes(range(32))).decode(),
        neutral_group_code="Q7K2MD",
    )
    await make_difficult(client)
    await take_in(client, DEATHS, "death_notices")
    await drain(90)
    await take_in(
        client,
        LIST,
        "beneficiary_list",
        list_month="2026-11",
        paid_since="2026-07",
    )
    await drain(90)
    draft = await office.draft_levels()
    totals = {outcome: value["lines"] for outcome, value in draft["totals"].items()}
    assert totals["amount_differs"] == PLAN["summary"]["proposals"]
    assert totals["highest_only"] == PLAN["summary"]["situations"]["two_benefits"]
    assert totals["deceased"] == PLAN["summary"]["dirt"]["person_deceased"]
    assert sum(totals.values()) == PLAN["summary"]["rows_accepted"]
    signed = await office.sign(draft)
    assert signed.status_code == 200, signed.text

    owed: Counter[tuple[str, str, int]] = Counter()
    for row in await office.rows(
        "SELECT e.benefit, l.from_month, l.to_month, l.amount FROM entitlement_level l"
        " JOIN entitlement e USING (entitlement_id) WHERE l.superseded_at IS NULL"
    ):
        last = DECEMBER if row["to_month"] is None else min(Month.of(row["to_month"]), DECEMBER)
        for month in months_between(Month.of(row["from_month"]), last):
            owed[row["benefit"], str(month), row["amount"]] += 1
    planned, arrears, overpaid = expected(PLAN)
    assert owed == planned
    rows = await office.rows("SELECT entitlement_id FROM entitlement")
    async with office.client.context.db.read(Scope.service("test")) as session:
        found = [await entitlements.get(session, row["entitlement_id"]) for row in rows]
    gaps = [item.difference(Month(2026, 11)) for item in found]
    assert sum(sum(gap.arrears.values()) for gap in gaps) == arrears
    assert sum(sum(gap.overpaid.values()) for gap in gaps) == overpaid
