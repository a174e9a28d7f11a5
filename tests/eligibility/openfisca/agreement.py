"""Our engine and the OpenFisca model side by side: every award of every row.

`python -m tests.eligibility.openfisca.agreement` compares 200,000 random people (`make law-check`).
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date

import polars as pl
from tests.eligibility.openfisca.model import BENEFITS, COLUMNS, awards
from tests.eligibility.openfisca.population import in_provinces, people

from eligibility.law.domain.evaluate import evaluate
from eligibility.law.domain.law import LawAsOf
from eligibility.law.service import current_law

KNOWN_ON = date(2027, 12, 31)
COMPETING = (
    "facility_allowance", "disability_allowance", "social_allowance", "social_pension",
    "single_parent_allowance",
)  # fmt: skip
"""Benefits of which one unknown may leave open what is payable of the others."""


def law_known() -> LawAsOf:
    """The law as known at the end of the period compared."""
    return current_law().as_of(KNOWN_ON)


def ours(facts: pl.DataFrame, law: LawAsOf | None = None) -> pl.DataFrame:
    """The engine's awards, in the order of the rows; `C1b_elder` is C1b."""
    found = evaluate(facts, law or law_known())
    named = found.with_columns(pl.col("care_support.provision").str.replace("_elder", ""))
    return named.select(
        "person_id",
        "month",
        *(f"{benefit}.{column}" for benefit in BENEFITS for column in COLUMNS),
        "total",
    )


def theirs(facts: pl.DataFrame) -> pl.DataFrame:
    """The model's awards, month by month, in the order of `person_id`."""
    parts = [
        part.select("person_id").with_columns(
            awards(part, f"{int(ordinal) // 12:04}-{int(ordinal) % 12 + 1:02}").iter_columns()
        )
        for (ordinal,), part in facts.partition_by("month", as_dict=True).items()
    ]
    return pl.concat(parts).sort("person_id")


def differences(facts: pl.DataFrame, law: LawAsOf | None = None) -> pl.DataFrame:
    """Every award on which the two disagree: person, month, what, ours, theirs (as text).

    Provision, coefficient and amount are compared where both grant; payable and total where a
    missing fact does not leave them open. Where ours are open, theirs must name an open right too.
    """
    left, right = ours(facts, law).sort("person_id"), theirs(facts)
    both = left.join(right, on="person_id", suffix=":theirs", maintain_order="left")
    found = [_differing(both, "total", pl.all_horizontal(_decided(b) for b in BENEFITS))]
    for benefit in BENEFITS:
        granted = pl.col(f"{benefit}.eligible") & pl.col(f"{benefit}.eligible:theirs")
        found.append(_differing(both, f"{benefit}.eligible", pl.lit(value=True)))
        found += [
            _differing(both, f"{benefit}.{column}", granted)
            for column in ("provision", "coefficient", "amount")
        ]
        found.append(_differing(both, f"{benefit}.payable", _decided(benefit)))
        found.append(_needlessly_open(both, benefit))
    return pl.concat(found).sort("month", "person_id", "what")


def _decided(benefit: str) -> pl.Expr:
    return pl.col(f"{benefit}.payable").is_not_null()


def _differing(both: pl.DataFrame, name: str, when: pl.Expr) -> pl.DataFrame:
    return _named(both.filter(when & pl.col(name).ne_missing(pl.col(f"{name}:theirs"))), name)


def _needlessly_open(both: pl.DataFrame, benefit: str) -> pl.DataFrame:
    rivals = COMPETING if benefit in COMPETING else (benefit,)
    open_right = pl.any_horizontal(pl.col(f"{rival}.eligible:theirs").is_null() for rival in rivals)
    return _named(both.filter(~_decided(benefit) & ~open_right), f"{benefit}.payable")


def _named(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.select(
        "person_id",
        "month",
        pl.lit(name).alias("what"),
        pl.col(name).cast(pl.String).alias("ours"),
        pl.col(f"{name}:theirs").cast(pl.String).alias("theirs"),
    )


def shown(found: pl.DataFrame, facts: pl.DataFrame, most: int = 3) -> str:
    """Differences in words: how many of each, and the facts of the first cases."""
    lines = [f"{found.height:,} differences"]
    for (what,), part in found.group_by("what", maintain_order=True):
        lines.append(f"{what}: {part.height:,}")
        for row in part.head(most).to_dicts():
            case = facts.filter(pl.col("person_id") == row["person_id"]).to_dicts()[0]
            year, month = divmod(row["month"], 12)
            told = {name: value for name, value in case.items() if value not in (None, False, [])}
            lines.append(
                f"  {year}-{month + 1:02} ours={row['ours']} theirs={row['theirs']} {told}"
            )
    return "\n".join(lines)


def main() -> int:
    """Compare a large population; write what differs, with the facts of the first cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=20260705)
    parser.add_argument("--provinces", action="store_true", help="with levels of provinces")
    parser.add_argument("--show", type=int, default=3)
    options = parser.parse_args()
    began = time.perf_counter()
    facts = people(options.people, options.seed)
    if options.provinces:
        facts = in_provinces(facts, options.seed)
    found = differences(facts)
    seconds = time.perf_counter() - began
    awarded = ours(facts).select(pl.sum_horizontal(pl.col(f"{b}.eligible").sum() for b in BENEFITS))
    head = f"{facts.height:,} person-months, {awarded.item():,} awards, {seconds:.1f} s"
    sys.stdout.write(f"{head}: {shown(found, facts, options.show)}\n")
    return 0 if found.is_empty() else 1


if __name__ == "__main__":
    sys.exit(main())
