"""The clocks of the one-stop office under Decree 118/2025."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.law import service
from eligibility.law.domain.clocks import (
    DossierClock,
    ExtensionRefused,
    ReturnTooLate,
    SupplementAskedBefore,
    apologise_by,
    ask_at_intake,
    closes_after,
    complete,
    extend,
    last_day_to_return,
    must_close,
    send_back,
)
from eligibility.law.store import load_law

RECEIVED = date(2026, 11, 19)
CLOCK = DossierClock(RECEIVED, RECEIVED, date(2026, 12, 1))


@pytest.mark.law("118/2025 Art 16.3")
def test_at_intake_papers_are_asked_for_once() -> None:
    asked = ask_at_intake(load_law(), CLOCK, RECEIVED)
    assert asked.notice_on == RECEIVED
    with pytest.raises(SupplementAskedBefore):
        ask_at_intake(load_law(), asked, RECEIVED + timedelta(days=1))


@pytest.mark.law("118/2025 Art 19.5")
@pytest.mark.parametrize(
    ("today", "allowed"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 25), True),  # 20, 23, 25: the 24th is a holiday
        (date(2026, 11, 26), False),
    ],
)
def test_a_dossier_is_sent_back_within_three_working_days(*, today: date, allowed: bool) -> None:
    assert last_day_to_return(load_law(), CLOCK) == date(2026, 11, 25)
    if allowed:
        assert send_back(load_law(), CLOCK, today).notice_on == today
        return
    with pytest.raises(ReturnTooLate):
        send_back(load_law(), CLOCK, today)


def due(counted_from: date) -> date:
    """Give the last day of the pension's seven working days."""
    procedure = service.procedure("1.014027", RECEIVED)
    return service.deadline(procedure, RECEIVED, counted_from)


@pytest.mark.law("118/2025 Art 19.5")
def test_the_whole_time_limit_runs_again_from_the_complete_dossier() -> None:
    returned = send_back(load_law(), CLOCK, date(2026, 11, 25))
    whole = complete(returned, due(date(2026, 12, 3)), date(2026, 12, 3))
    assert (whole.counted_from, whole.due_on) == (date(2026, 12, 3), date(2026, 12, 14))
    assert whole.received_on == RECEIVED
    assert whole.notice_on is None


@pytest.mark.law("118/2025 Art 19.5")
@pytest.mark.parametrize(
    ("today", "closed"),
    [(date(2026, 12, 9), False), (date(2026, 12, 10), False), (date(2026, 12, 11), True)],
)
def test_after_fifteen_days_without_the_papers_it_is_closed(*, today: date, closed: bool) -> None:
    returned = send_back(load_law(), CLOCK, date(2026, 11, 25))
    assert closes_after(load_law(), returned) == date(2026, 12, 10)
    assert must_close(load_law(), returned, today) is closed


def test_a_dossier_that_waits_for_nothing_never_closes() -> None:
    assert closes_after(load_law(), CLOCK) is None
    assert not must_close(load_law(), CLOCK, date(2030, 1, 1))


@pytest.mark.law("118/2025 Art 19.6")
def test_the_apology_goes_out_the_day_before() -> None:
    assert apologise_by(load_law(), CLOCK) == date(2026, 11, 30)


@pytest.mark.law("118/2025 Art 19.6")
def test_before_a_monday_the_apology_goes_out_on_friday() -> None:
    monday = DossierClock(date(2026, 11, 26), date(2026, 11, 26), date(2026, 12, 7))
    assert apologise_by(load_law(), monday) == date(2026, 12, 4)


@pytest.mark.law("118/2025 Art 19.6")
def test_one_extension_and_never_a_second() -> None:
    longer = extend(load_law(), CLOCK, date(2026, 12, 8), date(2026, 11, 30))
    assert (longer.due_on, longer.extensions) == (date(2026, 12, 8), 1)
    with pytest.raises(ExtensionRefused):
        extend(load_law(), longer, date(2026, 12, 15), date(2026, 12, 1))


@pytest.mark.law("118/2025 Art 19.6")
@pytest.mark.parametrize(
    ("new_due_on", "today"),
    [
        (date(2026, 12, 8), date(2026, 12, 1)),  # on the last day it is too late
        (date(2026, 12, 1), date(2026, 11, 30)),  # not later
        (date(2026, 12, 5), date(2026, 11, 30)),  # a Saturday
    ],
)
def test_an_extension_is_early_and_to_a_later_working_day(new_due_on: date, today: date) -> None:
    with pytest.raises(ExtensionRefused):
        extend(load_law(), CLOCK, new_due_on, today)


@given(day=st.dates(date(2026, 11, 19), date(2027, 6, 30)))
def test_completing_never_gives_an_earlier_date(day: date) -> None:
    law = load_law()
    first = complete(CLOCK, due(day), day)
    again = complete(first, due(day + timedelta(days=3)), day + timedelta(days=3))
    assert again.due_on >= first.due_on
    assert apologise_by(law, first) < first.due_on
