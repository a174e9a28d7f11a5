"""Our engine against the same rules written a second time in OpenFisca: nobody is awarded otherwise.

`make law-check` compares 200,000 people; here a sample of every month runs with the other tests.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.eligibility.openfisca.agreement import differences as differences_of
from tests.eligibility.openfisca.agreement import ours, shown, theirs
from tests.eligibility.openfisca.model import BENEFITS
from tests.eligibility.openfisca.population import FIRST_MONTH, LAST_MONTH, in_provinces, people

from eligibility.law.domain.facts import FACTS
from eligibility.law.service import current_law

SAMPLE = 6_000
SEED = 335
MONTHS_OF_LEVELS = (
    (2021, 7), (2021, 8), (2022, 12), (2023, 1), (2024, 9), (2024, 10), (2025, 7), (2025, 8),
    (2025, 9), (2025, 12), (2026, 1), (2026, 7), (2026, 10),
)  # fmt: skip
"""Months in which a level of a province begins, and those before."""

PROVISIONS = {
    "social_pension": {"pension_75", "pension_70_poor"},
    "disability_allowance": {
        "5.6_severe", "5.6_severe_child", "5.6_severe_elderly", "5.6_very_severe",
        "5.6_very_severe_child", "5.6_very_severe_elderly",
    },
    "social_allowance": {
        "5.1_under_4", "5.1_from_4", "5.2", "5.3_under_4", "5.3_from_4", "5.5a_60", "5.5a_75",
        "5.5a_80", "5.5b", "5.5c", "5.5d", "5.7", "5.8",
    },
    "single_parent_allowance": {"5.4"},
    "disabled_parent_support": {"C2a1", "C2a2"},
    "care_support": {"C1a", "C1b", "C2c", "C2d1", "C2d2"},
    "facility_allowance": {"facility_under_4", "facility_from_4"},
}  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> pl.DataFrame:
    return people(SAMPLE, SEED)


def test_every_award_of_every_month_is_the_same_in_both(sample: pl.DataFrame) -> None:
    found = differences_of(sample)
    assert found.is_empty(), shown(found, sample)


def test_levels_of_provinces_are_the_same_in_both() -> None:
    months = [year * 12 + month - 1 for year, month in MONTHS_OF_LEVELS]
    facts = in_provinces(people(8_000, SEED + 1), SEED).filter(pl.col("month").is_in(months))
    assert set(facts["month"]) == set(months)
    found = differences_of(facts)
    assert found.is_empty(), shown(found, facts)


def test_the_sample_reaches_every_month_and_every_provision_and_what_is_unknown() -> None:
    facts = people(30_000, SEED)
    awarded = ours(facts)
    assert set(facts["month"]) == set(range(FIRST_MONTH, LAST_MONTH + 1))
    for benefit, provisions in PROVISIONS.items():
        sure = awarded.filter(pl.col(f"{benefit}.eligible"))
        assert set(sure[f"{benefit}.provision"]) == provisions
        assert awarded[f"{benefit}.eligible"].null_count() > 0 or benefit in _NEVER_OPEN
    assert set(PROVISIONS) == set(BENEFITS)


_NEVER_OPEN = {"facility_allowance", "disabled_parent_support"}
"""Their facts have defaults."""


def test_the_same_seed_gives_the_same_people() -> None:
    assert people(300, 7).equals(people(300, 7))
    assert not people(300, 7).equals(people(300, 8))


def test_a_law_that_does_not_know_the_new_level_is_found_out(sample: pl.DataFrame) -> None:
    facts = sample.filter(pl.col("month").is_between(2026 * 12 + 3, 2026 * 12 + 10))
    found = differences_of(facts, current_law().as_of(date(2026, 10, 4)))
    assert set(found["month"]) == set(range(2026 * 12 + 6, 2026 * 12 + 11))
    assert found.filter(pl.col("what") == "social_pension.amount").height > 0


def test_every_fact_that_the_engine_reads_is_drawn(sample: pl.DataFrame) -> None:
    assert set(FACTS) <= set(sample.columns)


W7 = {"birth_date": date(1950, 1, 12), "poverty_class": "poor", "support": "none"}
W11 = {
    "birth_date": date(2022, 10, 15), "father_status": "dead", "mother_status": "dead",
    "care": "taken_in", "carer_qualifies": True,
}  # fmt: skip
W4 = {"birth_date": date(1945, 3, 10), "signed_on": date(2025, 4, 14), "request": "converted"}
W5 = {"birth_date": date(1950, 8, 12), "signed_on": date(2025, 9, 4)}
W1 = {
    "birth_date": date(2017, 1, 1), "disability_degree": "very_severe",
    "certificate_date": date(2020, 1, 1),
}  # fmt: skip
W21 = {
    "birth_date": date(2004, 3, 5), "had_no_care_at_16": True, "study_level": "university",
    "study_continuous": True,
}  # fmt: skip
WORKED: tuple[tuple[str, dict[str, Any], str, int], ...] = (
    ("W1", W1, "2025-09", 1_250_000),
    ("W1", W1, "2026-11", 1_350_000),
    ("W4", W4, "2025-02", 0),
    ("W4", W4, "2025-03", 500_000),
    ("W4", W4, "2025-07", 500_000),
    ("W4", W4, "2026-07", 540_000),
    ("W5", W5, "2025-08", 0),
    ("W5", W5, "2025-09", 500_000),
    ("W6", {"birth_date": date(1950, 8, 1), "pension_income": 300_000}, "2025-12", 500_000),
    ("W7", W7, "2026-06", 750_000),
    ("W7", W7, "2026-08", 810_000),
    ("W7", W7, "2026-11", 1_080_000),
    ("W11", W11, "2026-09", 2_700_000),
    ("W11", W11, "2026-10", 1_620_000),
    ("W14", {"birth_date": date(1944, 1, 12), "death_date": date(2025, 9, 28)}, "2025-09", 500_000),
    ("W14", {"birth_date": date(1944, 1, 12), "death_date": date(2025, 9, 28)}, "2025-10", 0),
    ("W21", W21, "2026-03", 750_000),
    ("W21", W21, "2026-04", 0),
    ("W21", W21, "2026-11", 0),
    ("W24", W1 | {"birth_date": date(1990, 1, 1)}, "2024-03", 720_000),
)


@pytest.mark.parametrize(("example", "facts", "month", "total"), WORKED)
def test_the_model_gives_the_worked_examples_of_the_law(
    example: str, facts: dict[str, Any], month: str, total: int
) -> None:
    year, number = month.split("-")
    stated = {
        **dict.fromkeys(FACTS), "birth_precision": "day", "poverty_class": "none",
        "pension_income": 0, "wage_income": 0, "support": "able", "request": "written",
        "month": int(year) * 12 + int(number) - 1, "person_id": 0,
    } | facts  # fmt: skip
    frame = pl.DataFrame([stated], schema={"person_id": pl.Int64(), **FACTS})
    assert theirs(frame)["total"].item() == total, example
