"""Figures of the source documents that are arithmetic of the law, by their row in the digest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from common.kernel.months import Month
from eligibility.law.domain.one_off.emergency import CLAIMS as EMERGENCY
from eligibility.law.domain.one_off.emergency import emergency_assistance
from eligibility.law.domain.one_off.funeral import CLAIMS as FUNERAL
from eligibility.law.domain.one_off.funeral import funeral_support
from eligibility.law.domain.one_off.health_card import CLAIMS as CARDS
from eligibility.law.domain.one_off.health_card import health_cards
from eligibility.law.domain.one_off.longevity import CLAIMS as LONGEVITY
from eligibility.law.domain.one_off.longevity import longevity_gifts
from eligibility.law.store import load_law

LAW = load_law()


def frame(schema: Any, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        [{name: row.get(name) for name in schema} for row in rows], schema=dict(schema)
    )


@pytest.mark.law("20/2021 Art 11.2")
def test_f004_and_w3_forty_seven_funerals_of_late_2025_are_470_million() -> None:
    deaths = [
        {"death_date": date(2025, 7, 1) + timedelta(days=3 * n), "receives": "allowance"}
        for n in range(47)
    ]
    judged = funeral_support(frame(FUNERAL, deaths), LAW)
    assert judged.get_column("payable").sum() == 470_000_000
    assert judged.get_column("payable").n_unique() == 1


@pytest.mark.law("20/2021 Art 13.1")
def test_f007_one_injured_by_a_traffic_accident_is_5_million() -> None:
    claim = {
        "case": "injury",
        "event_on": date(2025, 11, 3),
        "cause": "traffic_accident",
        "badly_injured": True,
        "at_residence": True,
    }
    judged = emergency_assistance(frame(EMERGENCY, [claim]), LAW)
    assert judged.get_column("payable").to_list() == [5_000_000]


@pytest.mark.law("20/2021 Art 14.1", "20/2021 Art 13.1", "20/2021 Art 12.1", "335/2026 Art 12.3")
def test_f093_f094_and_w15_the_flood_of_2025_and_the_same_in_2026() -> None:
    def flood(day: date) -> list[dict[str, Any]]:
        common = {"event_on": day, "cause": "disaster"}
        return [
            {**common, "case": "death"},
            {
                **common,
                "case": "injury",
                "badly_injured": True,
                "at_residence": True,
                "emergency_admitted": True,
                "treated_days": 4,
            },
            {**common, "case": "rice", "hungry": True, "persons": 3333, "months": 1},
        ]

    judged = emergency_assistance(
        frame(EMERGENCY, [*flood(date(2025, 10, 28)), *flood(date(2026, 11, 8))]), LAW
    )
    assert judged.get_column("payable").to_list() == [
        25_000_000, 5_000_000, 0, 27_000_000, 5_400_000, 0,
    ]  # fmt: skip
    kilograms = judged.get_column("kilograms").to_list()
    assert kilograms == [0, 0, 49_995, 0, 0, 49_995]
    assert 50_000 - kilograms[2] == 5


@pytest.mark.law("335/2026 Art 11.2", "335/2026 Art 12.3")
def test_w16_a_recipient_killed_by_a_flood_brings_one_support_of_27_million() -> None:
    claim = {"case": "death", "event_on": date(2026, 11, 8), "cause": "disaster"}
    emergency = emergency_assistance(frame(EMERGENCY, [claim]), LAW).get_column("payable")[0]
    death = {
        "death_date": date(2026, 11, 8),
        "receives": "allowance",
        "emergency_support": emergency,
    }
    funeral = funeral_support(frame(FUNERAL, [death]), LAW).get_column("payable")[0]
    assert (emergency, funeral) == (27_000_000, 0)


@pytest.mark.law("176/2025 Art 2.1", "176/2025 Art 2.2")
def test_f126_eighty_became_seventy_five_and_seventy_for_the_poor() -> None:
    day = date(2025, 7, 1)
    view = LAW.as_of(day)
    assert view.value("funeral_age", day).value == 80
    assert view.value("age_pension", day).value == 75
    assert view.value("age_pension_poor", day).value == 70


@pytest.mark.law("20/2021 Art 4.2")
def test_f133_in_march_2024_the_standard_amount_was_360_000() -> None:
    day = date(2024, 3, 15)
    assert LAW.parameters["standard_amount"].at(day, day).value == 360_000


@pytest.mark.law("96/2018 Art 3")
def test_f021_f026_the_ages_of_tet_2027_and_the_budget_of_90_and_100() -> None:
    people = [
        {"celebrated_on": date(2027, 2, 6), "birth_date": date(2027 - age, 12, 31)}
        for age in range(60, 106)
    ]
    judged = longevity_gifts(frame(LONGEVITY, people), LAW)
    ages = judged.filter(pl.col("eligible")).get_column("age").to_list()
    assert sorted(ages) == [70, 75, 80, 85, 90, 95, 100, 101, 102, 103, 104, 105]
    for_the_president = judged.filter(pl.col("signed_by") == "state_president")
    assert for_the_president.get_column("age").to_list() == [100]


@pytest.mark.law("20/2021 Art 6.1", "76/2024 Art 1")
def test_f003_the_half_year_of_di_linh_lies_between_the_laws_coefficients() -> None:
    standard = LAW.parameters["standard_amount"].at(date(2025, 12, 1), date(2025, 12, 1)).value
    average = 8_600_000_000 / (2_300 * 6) / standard
    coefficients = [
        value.value
        for parameter in LAW.parameters.values()
        if parameter.unit == "coefficient"
        for value in parameter.values
    ]
    assert round(average, 2) == 1.25
    assert min(coefficients) <= average <= max(coefficients)


@pytest.mark.law("20/2021 Art 9")
def test_f005_every_recipient_of_a_month_has_a_card() -> None:
    rows = [
        {
            "day": date(2025, 12, 15),
            "receives": receives,
            "first_month": Month(2025, 7).ordinal,
            "birth_date": date(1940, 1, 1),
        }
        for receives in ("allowance", "social_pension")
    ]
    cards = health_cards(frame(CARDS, rows), LAW)
    assert cards.get_column("eligible").to_list() == [True, True]
    assert cards.get_column("valid_from").to_list() == [date(2025, 7, 1)] * 2
