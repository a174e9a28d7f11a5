"""Law evaluation: 1,000,000 people for a month, and one person, beside a floor and a peer.

The peer is the same law in OpenFisca (tests/eligibility/openfisca), on the same people, with its
simulation built and its inputs set each time; both totals must be equal. The floor does, without conditions or reasons, the arithmetic that any engine must do on the same
frame: ages from birth dates, a class and a degree compared, a coefficient chosen and scaled.
`BENCH_ROWS` makes it smaller.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
from tests.eligibility.openfisca.model import BENEFITS, simulation

from eligibility.law.domain.evaluate import evaluate
from eligibility.law.domain.explain import explain
from eligibility.law.domain.facts import FACTS
from eligibility.law.store import load_law

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
REPEATS = 7
MONTH = 2026 * 12 + 10
_PEOPLE = 20_000


def people(rows: int) -> pl.DataFrame:
    """Make a frame in which every group of the law occurs, in plausible shares."""
    drawn = random.Random(335)  # a benchmark repeats itself
    base = pl.DataFrame([_person(drawn) for _ in range(min(rows, _PEOPLE))], schema=FACTS)
    return pl.concat([base] * -(-rows // base.height)).head(rows).rechunk()


def _person(drawn: random.Random) -> dict[str, Any]:
    born = date(1930, 1, 1) + timedelta(days=drawn.randrange(35_000))
    children = drawn.choices([0, 1, 2], [90, 7, 3])[0]
    orphan = born.year > 2010 and drawn.random() < 0.03  # plausible share
    return {
        **dict.fromkeys(FACTS),
        "month": MONTH,
        "birth_date": born,
        "birth_precision": "day",
        "province_code": "68",
        "setting": drawn.choices(["community", "facility"], [999, 1])[0],
        "area_difficult": drawn.random() < 0.1,
        "poverty_class": drawn.choices(["poor", "near_poor", "none", None], [8, 7, 80, 5])[0],
        "father_status": "dead" if orphan else None,
        "mother_status": drawn.choice(["dead", "missing", "able"]) if orphan else None,
        "neutral_group": drawn.random() < 0.001,
        "pension_income": drawn.choices([0, 3_000_000, 300_000, None], [75, 15, 5, 5])[0],
        "wage_income": 0,
        "marital_status": drawn.choice(["single", "married", "widowed"]),
        "support": drawn.choice(["none", "able"]),
        "disability_degree": drawn.choices(["severe", "very_severe", None], [4, 2, 94])[0],
        "certificate_date": date(2019, 1, 1),
        "care": drawn.choices(["own_family", "taken_in", "none"], [3, 1, 96])[0],
        "carer_qualifies": True,
        "request": drawn.choices(["written", "decided", "none"], [10, 50, 40])[0],
        "signed_on": drawn.choice([date(2022, 5, 5), date(2026, 11, 10), None]),
        "children": [
            {
                "birth_date": date(2012, 1, 1) + timedelta(days=drawn.randrange(5_000)),
                "studying": True,
            }
            for _ in range(children)
        ]
        or None,
    }


def floor(frame: pl.DataFrame) -> pl.DataFrame:
    """Do the arithmetic alone: two ages, three comparisons, an amount."""
    key = (pl.col("birth_date").dt.year() * 12 + pl.col("birth_date").dt.month()).cast(pl.Int32)
    aged = pl.lit(MONTH + 1) - key
    coefficient = (
        pl.when(pl.col("disability_degree") == "very_severe")
        .then(pl.when((aged < 192) | (aged >= 720)).then(250).otherwise(200))
        .when(pl.col("disability_degree") == "severe")
        .then(pl.when((aged < 192) | (aged >= 720)).then(200).otherwise(150))
        .when((aged >= 720) & (pl.col("poverty_class") == "poor"))
        .then(150)
        .when((aged >= 900) & (pl.col("pension_income") < 540_000))
        .then(100)
        .otherwise(0)
    )
    amount = (pl.lit(540_000, dtype=pl.Int64) * coefficient + 50) // 100
    return frame.lazy().select(amount.alias("amount")).collect()


def peer(frame: pl.DataFrame) -> pl.Series:
    """Evaluate the same people in OpenFisca: build, inputs, every right and amount; give totals."""
    month = f"{MONTH // 12:04}-{MONTH % 12 + 1:02}"
    run = simulation(frame, month)
    for benefit in BENEFITS:
        for name in ("eligible", "amount", "payable"):
            run.calculate(f"{benefit}_{name}", month)
    return pl.Series("total", run.calculate("total", month)).cast(pl.Int64)


def timed(work: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Give the seconds of each repetition after one that warms up."""
    work()
    found = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return sorted(found)


def in_turn(works: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Time several works turn by turn, so that what else the machine does meets all of them."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for repeat in range(REPEATS + 1):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            if repeat:  # the first round warms up
                found[name].append(time.perf_counter() - started)
    return {name: sorted(seconds) for name, seconds in found.items()}


def main() -> None:
    """Print rows and one row, each beside its floor."""
    law = load_law().latest
    frame = people(ROWS)
    found = in_turn(
        {
            "bare arithmetic": lambda: floor(frame),
            "evaluate, codes": lambda: evaluate(frame, law, as_text=False),
            "evaluate, text": lambda: evaluate(frame, law),
            "OpenFisca, whole": lambda: peer(frame),
        }
    )
    print(f"{ROWS:,} people, one month, every provision and condition of the period")
    bare, other = (
        statistics.median(found[name]) for name in ("bare arithmetic", "OpenFisca, whole")
    )
    for name, seconds in found.items():
        median = statistics.median(seconds)
        print(
            f"  {name:<16} {median:7.3f} s  ({seconds[0]:.3f}-{seconds[-1]:.3f})"
            f"  x{median / bare:.1f} of bare  {median / ROWS * 1e9:.0f} ns a person"
            f"  OpenFisca takes {other / median:.1f} times as long"
        )
    known = evaluate(frame, law)
    decided = known.select(
        pl.all_horizontal(pl.col(f"{b}.payable").is_not_null() for b in BENEFITS)
    )
    sure = decided.to_series()
    ours, theirs = known["total"].filter(sure).sum(), peer(frame).filter(sure).sum()
    print(f"  where nothing is missing: ours {ours:,}, OpenFisca {theirs:,} đồng")
    one = frame.head(1)
    alone = timed(lambda: evaluate(one, law), 300)
    rows = evaluate(one, law).to_dicts()
    told = timed(lambda: explain(rows, law), 100)
    print("one person, ms: p50, p95")
    for name, seconds in (("evaluate", alone), ("explain", told)):
        middle, high = seconds[len(seconds) // 2], seconds[len(seconds) * 95 // 100]
        print(f"  {name:<16} {middle * 1e3:.2f} {high * 1e3:.2f}")


if __name__ == "__main__":
    main()
