"""Suspension, resumption, stop and moves: the months that the law of each period gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.kernel.months import Month
from eligibility.law.domain.law import Law
from eligibility.law.domain.life_of_entitlement import (
    Suspension,
    move,
    resume,
    stop,
    stop_after_refusal,
    suspend_for_detention,
    suspend_for_refusal,
    suspend_for_uncollected,
)
from eligibility.law.domain.switches import LocalChoice
from eligibility.law.store import load_law

AUGUST, SEPTEMBER, OCTOBER = Month(2026, 8), Month(2026, 9), Month(2026, 10)
W20 = Suspension("uncollected", Month(2026, 11), "")


def with_choice(code: str, value: str) -> Law:
    start = date(2021, 7, 1)
    return replace(load_law(), choices=(LocalChoice(code, value, start, None, start, "CV", "thử"),))


@pytest.mark.law("02/2021 Art 2.1", "335/2026 Art 9.1")
@pytest.mark.parametrize(
    ("months", "from_month"),
    [
        ([AUGUST, SEPTEMBER], None),
        ([AUGUST, SEPTEMBER, OCTOBER], Month(2026, 11)),
        ([OCTOBER, AUGUST, SEPTEMBER], Month(2026, 11)),
        ([Month(2026, 7), AUGUST, OCTOBER], None),
        ([Month(2026, 5), Month(2026, 6), Month(2026, 7), SEPTEMBER], None),
        ([Month(2025, 12), Month(2026, 1), Month(2026, 2)], Month(2026, 3)),
        ([], None),
    ],
)
def test_three_consecutive_uncollected_months_suspend(
    months: list[Month], from_month: Month | None
) -> None:
    found = suspend_for_uncollected(load_law(), months, today=date(2026, 11, 1))
    assert (None if found is None else found.from_month) == from_month


@pytest.mark.law("335/2026 Art 9.1", "335/2026 Art 9.4")
def test_w20_resumes_from_the_suspension_with_arrears_and_what_was_not_collected() -> None:
    held = suspend_for_uncollected(
        load_law(), [AUGUST, SEPTEMBER, OCTOBER], today=date(2026, 10, 26)
    )
    assert held is not None
    found = resume(
        load_law(),
        held,
        "unchanged",
        reviewed_on=date(2027, 1, 12),
        uncollected=[AUGUST, SEPTEMBER, OCTOBER],
    )
    assert found.resume_from == Month(2026, 11)
    assert found.arrears == (Month(2026, 11), Month(2026, 12))
    assert found.carried == (AUGUST, SEPTEMBER, OCTOBER)
    assert found.lapsed == ()
    assert found.basis == "khoản 4 Điều 9 Nghị định 335/2026/NĐ-CP"


def test_whether_uncollected_months_are_still_paid_is_a_switch() -> None:
    law = with_choice("uncollected_on_resume", "lapsed")
    found = resume(
        law, W20, "unchanged", reviewed_on=date(2027, 1, 12), uncollected=[SEPTEMBER, OCTOBER]
    )
    assert (found.carried, found.lapsed) == ((), (SEPTEMBER, OCTOBER))


@pytest.mark.law("335/2026 Art 9.4")
def test_a_change_found_by_the_review_counts_from_its_month() -> None:
    found = resume(
        load_law(), W20, "changed", reviewed_on=date(2027, 1, 12), changed_on=date(2026, 12, 20)
    )
    assert (found.resume_from, found.adjust_from) == (Month(2026, 11), Month(2026, 12))
    earlier = resume(
        load_law(), W20, "changed", reviewed_on=date(2027, 1, 12), changed_on=date(2026, 9, 20)
    )
    assert earlier.adjust_from == Month(2026, 11)
    with pytest.raises(ValueError, match="names the day"):
        resume(load_law(), W20, "changed", reviewed_on=date(2027, 1, 12))


@pytest.mark.law("335/2026 Art 9.4")
def test_who_is_no_longer_eligible_is_stopped_from_the_suspension() -> None:
    found = resume(load_law(), W20, "not_eligible", reviewed_on=date(2027, 1, 12))
    assert (found.resume_from, found.stop_from, found.arrears) == (None, Month(2026, 11), ())


@pytest.mark.law("02/2021 Art 2.1", "335/2026 Art 9.1")
@pytest.mark.parametrize(
    ("since", "until", "from_month"),
    [
        (date(2026, 3, 10), None, Month(2026, 5)),
        (date(2026, 3, 10), date(2026, 4, 9), None),
        (date(2026, 3, 10), date(2026, 4, 10), Month(2026, 5)),
        (date(2026, 1, 31), None, Month(2026, 3)),
        (date(2026, 9, 4), None, Month(2026, 11)),  # a month complete on 4/10/2026
        (date(2026, 9, 5), None, None),  # complete on 5/10/2026: Decree 335 does not name it
    ],
)
def test_a_month_of_detention_suspends_until_decree_335(
    since: date, until: date | None, from_month: Month | None
) -> None:
    found = suspend_for_detention(load_law(), since, until=until, today=date(2026, 11, 20))
    assert (None if found is None else found.from_month) == from_month


def test_detention_under_decree_335_is_a_switch() -> None:
    law = with_choice("detention_suspends_period_c", "yes")
    found = suspend_for_detention(law, date(2026, 9, 5), until=None, today=date(2026, 11, 20))
    assert found is not None
    assert found.from_month == Month(2026, 11)


@pytest.mark.law("02/2021 Art 2.2", "335/2026 Art 9.2")
def test_three_months_after_a_suspension_for_refusal_the_benefit_stops() -> None:
    held = suspend_for_refusal(load_law(), date(2026, 5, 14))
    assert held.from_month == Month(2026, 6)
    ask = {"complied_on": None}
    assert stop_after_refusal(load_law(), held, **ask, today=date(2026, 8, 31)) is None
    stopped = stop_after_refusal(load_law(), held, **ask, today=date(2026, 9, 1))
    assert stopped is not None
    assert stopped.from_month == Month(2026, 9)
    complied = stop_after_refusal(
        load_law(), held, complied_on=date(2026, 8, 31), today=date(2026, 9, 1)
    )
    assert complied is None
    assert stop_after_refusal(load_law(), W20, complied_on=None, today=date(2030, 1, 1)) is None


@pytest.mark.law("20/2021 Art 8.1", "176/2025 Art 4.3", "335/2026 Art 31.2")
@pytest.mark.parametrize(
    ("event_on", "from_month"),
    [
        (date(2025, 9, 28), Month(2025, 10)),  # W14
        (date(2025, 9, 30), Month(2025, 10)),
        (date(2025, 10, 1), Month(2025, 11)),
        (date(2026, 12, 31), Month(2027, 1)),
        (date(2024, 2, 29), Month(2024, 3)),
    ],
)
def test_a_benefit_stops_from_the_month_after(event_on: date, from_month: Month) -> None:
    assert stop(load_law(), "death", event_on).from_month == from_month


@pytest.mark.law("20/2021 Art 8.3", "176/2025 Art 4.2", "335/2026 Art 8.3", "W19")
@pytest.mark.parametrize(
    ("decided_on", "old_to", "new_from"),
    [
        (date(2025, 6, 30), Month(2026, 12), Month(2027, 1)),  # 20/2021: the month after
        (date(2025, 7, 1), Month(2026, 11), Month(2026, 12)),  # 176: the month of the stop (E1)
        (date(2026, 10, 4), Month(2026, 11), Month(2026, 12)),
        (date(2026, 11, 20), Month(2026, 11), Month(2026, 12)),  # W19
    ],
)
def test_a_move_neither_leaves_out_nor_doubles_a_month(
    decided_on: date, old_to: Month, new_from: Month
) -> None:
    found = move(load_law(), decided_on, Month(2026, 12))
    assert (found.old_pays_to, found.new_pays_from) == (old_to, new_from)


@given(
    reviewed=st.dates(date(2026, 11, 1), date(2028, 12, 31)),
    uncollected=st.sets(st.integers(0, 30).map(lambda n: Month(2025, 1) + n)),
)
def test_no_month_is_both_carried_and_paid_as_arrears(
    reviewed: date, uncollected: set[Month]
) -> None:
    found = resume(load_law(), W20, "unchanged", reviewed_on=reviewed, uncollected=uncollected)
    assert not set(found.carried) & set(found.arrears)
    assert all(month < W20.from_month for month in found.carried)
    assert len(found.arrears) == Month.of(reviewed) - W20.from_month
