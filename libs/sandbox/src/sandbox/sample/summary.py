"""Totals of a plan: what is right by law, for others to compare with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sandbox.sample import months
from sandbox.sample.dirt import KINDS
from sandbox.sample.groups import PROFILES
from sandbox.sample.law import ONE_OF, Money
from sandbox.sample.plan import Entry, Plan, PlannedPerson

METHODS = ("account", "cash")


def summarise(plan: Plan) -> dict[str, Any]:
    """The plain summary section of the plan."""
    rows = plan.rows
    settled = [(person, entry) for person, entry in rows if entry.money is not None]
    expected = Counter(p.verification.expected for p in plan.people if p.accepted)
    expected += Counter(p.verification.expected for p in plan.carers)
    situations = Counter(s for p in plan.people for s in p.situations)
    return {
        "people": len(plan.people),
        "carers": len(plan.carers),
        "rows": len(rows),
        "rows_accepted": sum(entry.accepted for _, entry in rows),
        "rows_refused": sum(not entry.accepted for _, entry in rows),
        "dirt": dict(sorted(_dirt_counts(plan).items())),
        "situations": dict(sorted(situations.items())),
        "proposals": sum(entry.proposal is not None for _, entry in rows),
        "verification": dict(sorted(expected.items())),
        "december": _december(plan, settled),
        "held": _held(settled),
        "recoveries": _recoveries(settled),
    }


def _dirt_counts(plan: Plan) -> dict[str, int]:
    counts = {kind.code: 0 for kind in KINDS}
    for _, entry in plan.rows:
        if entry.dirt is not None:
            counts[entry.dirt.code] += 1
    return counts | {"title_rows": 1}


def _december(plan: Plan, settled: list[tuple[PlannedPerson, Entry]]) -> dict[str, Any]:
    listed = [(p, e, e.money) for p, e in settled if e.money is not None and _is_listed(e.money)]

    def total(chosen: Iterable[tuple[PlannedPerson, Entry, Money]]) -> dict[str, int]:
        rows = list(chosen)
        regular = sum(money.december for _, _, money in rows)
        arrears = sum(sum(money.arrears.values()) for _, _, money in rows)
        return {
            "people": len({person.key for person, _, _ in rows}),
            "lines": len(rows),
            "regular": regular,
            "arrears": arrears,
            "total": regular + arrears,
        }

    demo = next(a["expected"] for a in plan.applicants if a["demo"])
    whole = total(listed)
    extra = sum(demo["arrears"].values())
    by_account = total(row for row in listed if row[0].row_paid_by(row[1]) == "account")
    shown = [p for p in PROFILES if any(entry.profile is p for _, entry, _ in listed)]
    return {
        "month": months.write(plan.list_month + 1),
        **whole,
        "by_group": {
            profile.group: total(row for row in listed if row[1].profile is profile)
            for profile in shown
        },
        "by_method": {
            method: total(row for row in listed if row[0].row_paid_by(row[1]) == method)
            for method in METHODS
        },
        "by_group_and_method": {
            profile.group: {
                method: total(
                    row
                    for row in listed
                    if row[1].profile is profile and row[0].row_paid_by(row[1]) == method
                )
                for method in METHODS
            }
            for profile in shown
        },
        "arrears_by_month": _arrears_by_month(listed),
        "cashless_percent": f"{100 * by_account['people'] / whole['people']:.1f}",
        "with_demo_dossier": {
            "people": whole["people"] + 1,
            "lines": whole["lines"] + 1,
            "regular": whole["regular"] + demo["december"],
            "arrears": whole["arrears"] + extra,
            "total": whole["total"] + demo["december"] + extra,
        },
    }


def _is_listed(money: Money) -> bool:
    return not money.held and bool(money.december or money.arrears)


def _arrears_by_month(listed: list[tuple[PlannedPerson, Entry, Money]]) -> dict[str, int]:
    by_month: Counter[int] = Counter()
    for _, _, money in listed:
        by_month.update(money.arrears)
    return {months.write(month): by_month[month] for month in sorted(by_month)}


def _held(settled: list[tuple[PlannedPerson, Entry]]) -> dict[str, int]:
    held = [e.money for _, e in settled if e.money is not None and e.money.held]
    return {
        "people": len(held),
        "people_with_arrears": sum(bool(money.arrears) for money in held),
        "arrears": sum(sum(money.arrears.values()) for money in held),
    }


def reason_of_recovery(person: PlannedPerson, entry: Entry) -> str:
    """Why too much was paid to this person."""
    if person.truth.death_date is not None:
        return "deceased"
    if "two_benefits" in person.situations and entry.profile.benefit in ONE_OF:
        return "two_benefits"
    if entry.dirt is not None and entry.dirt.code == "amount_differs":
        return "amount_above_law"
    return "age_change"


def _recoveries(settled: list[tuple[PlannedPerson, Entry]]) -> dict[str, Any]:
    by_reason: dict[str, dict[str, int]] = {}
    for person, entry in settled:
        if entry.money is None or not entry.money.recovery:
            continue
        total = by_reason.setdefault(
            reason_of_recovery(person, entry), {"cases": 0, "months": 0, "amount": 0}
        )
        total["cases"] += 1
        total["months"] += len(entry.money.recovery)
        total["amount"] += sum(entry.money.recovery.values())
    whole = {key: sum(t[key] for t in by_reason.values()) for key in ("cases", "months", "amount")}
    return {**whole, "by_reason": dict(sorted(by_reason.items()))}
