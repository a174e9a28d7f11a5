"""Levels by province, former province and setting, and who set a switch from when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from common.kernel.months import Month
from eligibility.law.domain.provincial import LEVELS, LocalLevel, levels_frame
from eligibility.law.domain.switches import LocalChoice
from eligibility.law.store import load_law

LAW = load_law()


def levels(month: Month, **key: Any) -> list[int]:
    frame = levels_frame(LAW.levels, date(2027, 1, 1)).filter(
        pl.col("first_month") <= month.ordinal,
        pl.col("last_month").is_null() | (pl.col("last_month") >= month.ordinal),
        *(
            pl.col(name).is_null() if value is None else pl.col(name) == value
            for name, value in key.items()
        ),
    )
    amounts: list[int] = frame.get_column("amount").to_list()
    return amounts


@pytest.mark.law("20/2021 Art 4.3", "335/2026 Art 4.3", "176/2025 Art 3.2")
@pytest.mark.parametrize(
    ("month", "key", "expected"),
    [
        # E18: Hà Nội from 1/1/2026
        (Month(2025, 12), {"province_code": "01"}, []),
        (Month(2026, 1), {"province_code": "01"}, [650_000]),
        # E19: Hồ Chí Minh by former province, then one level from 1/9/2025
        (Month(2025, 8), {"province_code": "79", "former_province_code": "79"}, [600_000]),
        (Month(2025, 8), {"province_code": "79", "former_province_code": "77"}, [625_000]),
        (Month(2025, 8), {"province_code": "79", "former_province_code": None}, []),
        (Month(2025, 9), {"province_code": "79"}, [650_000]),
        # E20: Quảng Ninh, community and facility apart
        (Month(2022, 12), {"province_code": "22", "local_group": None}, [450_000]),
        (Month(2023, 1), {"province_code": "22", "local_group": None}, [500_000]),
        (Month(2024, 9), {"province_code": "22", "local_group": None}, [500_000]),
        (Month(2024, 10), {"province_code": "22", "local_group": None}, [700_000]),
        (Month(2026, 11), {"province_code": "68"}, []),
    ],
)
def test_the_level_of_a_month_is(month: Month, key: dict[str, Any], expected: list[int]) -> None:
    found = levels(month, benefit="social_pension", setting="community", **key)
    assert found == expected


@pytest.mark.law("20/2021 Art 4.3")
def test_a_facility_has_its_own_level() -> None:
    key = {"province_code": "22", "benefit": "facility_allowance", "setting": "facility"}
    found = [levels(month, **key) for month in (Month(2022, 1), Month(2024, 1), Month(2025, 1))]
    assert found == [[500_000], [650_000], [700_000]]


def test_old_hai_duong_fell_from_550_000_when_it_was_converted() -> None:
    key = {"province_code": "31", "local_group": "cao_tuoi_80"}
    assert levels(Month(2025, 6), **key) == [550_000]
    assert levels(Month(2025, 7), **key) == []


def test_a_level_recorded_later_takes_over_and_an_earlier_decision_did_not_know_it() -> None:
    first = LocalLevel(
        province_code="68",
        benefits=("social_pension",),
        settings=("community",),
        kind="standard",
        amount=600_000,
        valid_from=date(2026, 1, 1),
        valid_to=None,
        known_from=date(2026, 1, 5),
        resolution="Nghị quyết 1",
        source="thử",
        confidence="memory",
    )
    second = replace(
        first,
        amount=700_000,
        valid_from=date(2026, 7, 1),
        known_from=date(2026, 11, 1),
        resolution="Nghị quyết 2",
    )
    before = levels_frame([first, second], date(2026, 10, 31)).to_dicts()
    assert [(row["amount"], row["last_month"]) for row in before] == [(600_000, None)]
    after = levels_frame([first, second], date(2026, 11, 1)).sort("first_month").to_dicts()
    assert [(row["amount"], row["first_month"], row["last_month"]) for row in after] == [
        (600_000, Month(2026, 1).ordinal, Month(2026, 6).ordinal),
        (700_000, Month(2026, 7).ordinal, None),
    ]
    assert levels_frame([], date(2026, 1, 1)).schema == pl.Schema(LEVELS)


@pytest.mark.parametrize(
    ("known_on", "on", "expected"),
    [
        (date(2026, 11, 9), date(2026, 12, 1), "no"),  # not recorded yet
        (date(2026, 11, 10), date(2026, 10, 31), "no"),  # before it counts
        (date(2026, 11, 10), date(2026, 11, 1), "yes"),
        (date(2026, 12, 20), date(2027, 1, 1), "no"),  # it has ended
    ],
)
def test_a_province_sets_a_switch_with_dates(known_on: date, on: date, expected: str) -> None:
    choice = LocalChoice(
        "age_line_75_counts_back",
        "yes",
        date(2026, 11, 1),
        date(2026, 12, 31),
        date(2026, 11, 10),
        "CV 1",
        "thử",
    )
    law = replace(LAW, choices=(choice,))
    assert law.as_of(known_on).switch("age_line_75_counts_back", on) == expected


def test_every_open_question_has_a_default_a_reason_and_a_note() -> None:
    defaults = {code: LAW.latest.switch(code) for code in LAW.switches}
    assert {
        "age_line_75_counts_back": "no",
        "pension_beside_lower_income": "full",
        "change_counts_from": "month_of_change",
        "adjust_month_period_b": "next_month",
        "revive_students_over_22": "no",
        "period_b_by_analogy": "yes",
        "emergency_death_beside_funeral": "highest_only",
        "uncollected_on_resume": "carried",
        "funeral_level_july_to_october_2026": "in_force_at_death",
        "make_up_days_count": "yes",
        "partial_birth_date": "first_day",
        "leap_birthday": "28_february",
    }.items() <= defaults.items()
    assert all(switch.reason and switch.legal_note for switch in LAW.switches.values())
