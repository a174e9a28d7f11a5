"""A row of the list for a person's benefit, as the decision signed it."""

from __future__ import annotations

from datetime import date
from random import Random

from sandbox.sample import law, lookup, months
from sandbox.sample.groups import PENSION, GroupProfile
from sandbox.sample.people import Truth
from sandbox.sample.plan import Entry


def make_entry(rng: Random, profile: GroupProfile, truth: Truth, decision: date) -> Entry:
    """The row: what was signed is what the law gave then, at the old standard amount."""
    start = law.first_month(decision)
    # Who had lost the right before the months of the plan is still paid what was once signed.
    tenths = profile.lawful(truth, start) or profile.lawful(truth, months.of(decision))
    return Entry(
        profile=profile,
        provision=profile.provision(truth, start),
        tenths=tenths,
        amount=lookup.law().list_standard * tenths // 10,
        decision_number=f"{rng.randint(12, 3990)}/QĐ-UBND",
        decision_date=decision,
        note=_note(rng, profile, decision),
    )


def _note(rng: Random, profile: GroupProfile, decision: date) -> str | None:
    if profile is not PENSION:
        return None
    if decision < lookup.law().pension_decree_from and rng.random() < 0.4:
        return "Chuyển sang trợ cấp hưu trí xã hội từ 01/7/2025"
    return None
