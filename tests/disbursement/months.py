"""A month of an office's work by API: list, results, statement, reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BASE = "/disbursement/v1"
Said = Mapping[str, tuple[str, str | None]]
"""Person -> what the partner says of the payment, with the partner's reason code."""


async def post(house: Any, path: str, body: Any, headers: Any) -> Any:
    """Send a command that must succeed."""
    answer = await house.client.post(f"{BASE}{path}", json=body, headers=headers)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def refused(house: Any, path: str, body: Any, headers: Any) -> str:
    """Send a command that must be refused; gives the code."""
    answer = await house.client.post(f"{BASE}{path}", json=body, headers=headers)
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["code"])


def in_the_month_before(house: Any, month: str, day: int = 20) -> None:
    """Move the clock to a day of the month before."""
    year, number = int(month[:4]), int(month[5:])
    before = f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"
    house.clock.set(f"{before}-{day:02d}T08:00")


async def answer_partner(house: Any, sealed: Any, partner: str, said: Said, outcome: str) -> None:
    """Let a partner tell results and a statement that agrees with them."""
    month = sealed["month"]
    reference = f"AS-{sealed['commune_code']}-{month}-{partner}"
    entries = []
    for person, (ref, amount) in (await house.references(sealed["list_id"], partner)).items():
        word, code = said.get(str(person), (outcome, None))
        entries.append(
            {
                "end_to_end_id": ref, "outcome": word, "amount": amount, "reason_code": code,
                "settled_on": f"{month}-05",
            }
        )  # fmt: skip
    for kind in ("results", "statement"):
        told = [e for e in entries if kind == "results" or e["outcome"] == "paid"]
        if told:
            body = {
                "message_id": f"{reference}-{kind}", "kind": kind, "entries": told,
                "list_reference": reference,
            }  # fmt: skip
            answer = await house.say(partner, body)
            assert answer.json()["exceptions"] <= sum(e["reason_code"] == "MD07" for e in told)


async def reconcile(house: Any, month: str, commune: str = "25000") -> Any:
    """Match list, results and statements of a month."""
    return await post(
        house, "/reconciliations", {"commune_code": commune, "month": month}, house.maker
    )


async def work_month(
    house: Any, month: str, said: Said | None = None, outcome: str = "paid"
) -> Any:
    """Do a whole month; it closes, and the invariants hold."""
    in_the_month_before(house, month)
    sealed = await house.sealed(month)
    for partner in ("agribank", "vnpost"):
        await answer_partner(house, sealed, partner, said or {}, outcome)
    made = await reconcile(house, month)
    assert made["state"] == "closed", made
    assert await house.broken() == {}
    return sealed
