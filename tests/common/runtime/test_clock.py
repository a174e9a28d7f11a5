from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from common.kernel.months import Month
from common.runtime.clock import (
    STEP_FOLLOWED,
    VN_TZ,
    BusinessClock,
    FileBusinessClock,
    SteadyReading,
    system_now,
)
from common.testing.clocks import FixedBusinessClock


def test_the_first_half_hour_of_a_month_is_in_that_month_though_utc_is_not() -> None:
    with time_machine.travel(datetime(2026, 11, 30, 17, 30, tzinfo=UTC), tick=False):
        clock = BusinessClock()
        assert clock.today() == date(2026, 12, 1)
        assert clock.month() == Month(2026, 12)
        assert system_now() == datetime(2026, 11, 30, 17, 30, tzinfo=UTC)


def test_the_file_says_what_time_it_is_and_time_never_goes_back(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("2026-11-12T09:00:00+07:00\n", encoding="utf-8")
    clock = FileBusinessClock(file)
    assert clock.now() == datetime(2026, 11, 12, 9, tzinfo=VN_TZ)
    file.write_text("2026-11-19T02:00:00+00:00", encoding="utf-8")
    assert clock.now().isoformat() == "2026-11-19T09:00:00+07:00"
    file.write_text("2026-11-01T00:00:00+07:00", encoding="utf-8")
    assert clock.today() == date(2026, 11, 19)


def test_an_instant_without_a_time_zone_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("2026-11-12T09:00:00", encoding="utf-8")
    with pytest.raises(ValueError, match="time zone"):
        FileBusinessClock(file).now()


def test_the_system_clock_set_back_does_not_take_the_business_clock_along() -> None:
    with time_machine.travel(datetime(2026, 11, 12, tzinfo=UTC), tick=False) as traveller:
        clock = BusinessClock()
        first = clock.now()
        traveller.shift(timedelta(hours=-3))
        assert first <= clock.now() < first + STEP_FOLLOWED
        assert clock.deviation < timedelta(hours=-2)


def test_a_fixed_clock_moves_when_it_is_set() -> None:
    clock = FixedBusinessClock(datetime(2026, 11, 12, tzinfo=VN_TZ))
    clock.set(datetime(2026, 12, 1, tzinfo=VN_TZ))
    assert clock.month() == Month(2026, 12)


START = datetime(2026, 11, 28, 17, tzinfo=UTC)


class Machine:
    """A machine whose clock somebody sets; the time since its start goes on."""

    def __init__(self) -> None:
        self.offset = timedelta(0)
        self.elapsed = 0.0
        self.steady = SteadyReading(lambda: self.true + self.offset, lambda: self.elapsed)

    @property
    def true(self) -> datetime:
        return START + timedelta(seconds=self.elapsed)


def test_two_seconds_in_2030_are_not_believed_and_leave_nothing_behind() -> None:
    machine = Machine()
    machine.elapsed, machine.offset = 10.0, timedelta(days=1200)
    assert machine.steady.read() == machine.true
    assert machine.steady.deviation == timedelta(days=1200)
    machine.elapsed, machine.offset = 12.0, timedelta(0)
    assert machine.steady.read() == machine.true
    assert machine.steady.deviation == timedelta(0)


def test_small_corrections_are_followed() -> None:
    machine = Machine()
    for minute in range(1, 120):
        machine.elapsed, machine.offset = minute * 60.0, timedelta(seconds=-2 * minute)
        assert machine.steady.read() == machine.true + machine.offset


@given(
    st.lists(
        st.tuples(st.floats(0, 86_400), st.timedeltas(timedelta(days=-9000), timedelta(days=9000)))
    )
)
def test_whatever_the_machine_says_the_reading_keeps_its_pace(
    said: list[tuple[float, timedelta]],
) -> None:
    machine = Machine()
    for seconds, offset in said:
        before, began = machine.steady.read(), machine.elapsed
        machine.elapsed += seconds
        machine.offset = offset
        passed = machine.steady.read() - before - timedelta(seconds=machine.elapsed - began)
        assert abs(passed) <= 2 * STEP_FOLLOWED
