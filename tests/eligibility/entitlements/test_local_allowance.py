"""A group of the province is one of several on social assistance: one, the highest, is paid."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.law("335/2026 Art 6.2")
@pytest.mark.parametrize(("amount", "held"), [(400_000, "local_allowance"), (900_000, "pension")])
async def test_a_local_allowance_competes_by_the_amount_of_the_province(
    office: Any, registry: Any, amount: int, held: str
) -> None:
    person = await registry.pensioner()
    await registry.list_row(
        person,
        benefit="local_allowance",
        stated_category="local.orphan",
        coefficient="1.0",
        amount=amount,
    )
    await office.drain()
    pension = await office.entitlement(person)
    local = await office.entitlement(person, "local_allowance")
    expected = ("active", "held") if held == "local_allowance" else ("held", "active")
    assert (pension["status"], local["status"]) == expected
    lower = local if held == "local_allowance" else pension
    assert lower["status_reason"] == "highest_only"
