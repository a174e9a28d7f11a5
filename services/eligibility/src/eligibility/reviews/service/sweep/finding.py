"""What a sweep finds in a slice of people: proposals with their reasons, and nothing changed.

Thuật ngữ: rà soát định kỳ, đề xuất. Căn cứ: điểm a khoản 1 Điều 6 Thông tư 02/2021/TT-BLĐTBXH (quản
lý, rà soát đối tượng). Pure: frames in, frames out; the same evaluator as for one person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from common.kernel.months import Month
from eligibility.law import service as law_service
from eligibility.law.domain.benefits import ORDER
from eligibility.law.domain.changes import ages_that_matter
from eligibility.law.domain.evaluate import evaluate
from eligibility.law.domain.explain import condition_set, set_key
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.lost_rights import LOST_ON
from eligibility.law.domain.plan import plan_of, regimes, sealed_codes
from eligibility.law.domain.sealed import Reader
from eligibility.reviews.service.provisional_facts import presumed
from eligibility.reviews.service.sweep.missed_people import not_received
from eligibility.reviews.service.sweep.papers import papers_due
from eligibility.reviews.service.sweep.recipients import current_amounts, no_longer_right

KEY = ("person_id", "benefit")
FOUND: dict[str, pl.DataType] = {
    "person_id": pl.String(),
    "commune_code": pl.String(),
    "village": pl.String(),
    "benefit": pl.String(),
    "kind": pl.String(),
    "month": pl.Date(),
    "entitlement_id": pl.String(),
    "reasons": pl.String(),
    "event_on": pl.Date(),
    "missing_code": pl.String(),
    "current_amount": pl.Int64(),
    "law_amount": pl.Int64(),
    "law_coefficient": pl.Int64(),
    "law_provision": pl.String(),
    "explanation": pl.String(),
    "facts": pl.String(),
    "fingerprint": pl.String(),
}
"""Columns of what was found; `reasons` are joined by commas, amounts are đồng a month."""


@dataclass(frozen=True)
class Slice:
    """What is known of some people: facts of each month, what they receive, papers that end."""

    months: tuple[Month, Month]
    facts: Sequence[pl.DataFrame]
    receipts: pl.DataFrame
    papers: pl.DataFrame
    merged: pl.DataFrame
    """`person_id`, `root`: records that stand for the human of another record."""


@dataclass(frozen=True)
class Found:
    """Proposals in the shape of `FOUND`, and the explanations that they share, by key."""

    rows: pl.DataFrame
    explanations: Mapping[str, Mapping[str, Any]]


def find(part: Slice, law: LawAsOf, reader: Reader) -> Found:
    """Compare what people receive with what the law gives in each month.

    Args:
        part: what is known of the people.
        law: the law as it stands on the day of the sweep.
        reader: how sealed groups are named in whatever is stored.
    """
    live = live_receipts(part)
    found: list[pl.DataFrame] = []
    bodies: dict[str, Mapping[str, Any]] = {}
    lost = _nothing_lost()
    for place, (month, facts) in enumerate(zip(part.months, part.facts, strict=True)):
        known = filled(facts, live)
        result = evaluate(known, law, as_text=False)
        here = _candidates(result, part, live, month, law)
        if place == 0:
            here = pl.concat([here, papers_due(result, live, part.papers, part.months, law)])
            here = _joined(here)
        else:
            here = _on_day_of_loss(_without_repeated(here, found[0]), lost)
        lost = _lost_within(result)
        shown, explained = _explained(here, result, law, reader)
        found.append(shown)
        bodies |= explained
    rows = _told(pl.concat(found), law, reader)
    return Found(rows.select(*FOUND).cast(pl.Schema(FOUND)), bodies)


def live_receipts(part: Slice) -> pl.DataFrame:
    """Give what is not stopped, with the human it belongs to and the amount of each month."""
    live = part.receipts.filter(pl.col("status") != "stopped").join(
        part.merged, on="person_id", how="left"
    )
    return current_amounts(
        live.with_columns(pl.coalesce("root", "person_id").alias("human")).drop("root"),
        [month.first_day for month in part.months],
    )


def filled(facts: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """Let a signed decision stand for what the registry does not know (see `presumed`)."""
    receiving = facts.join(live.select("person_id").unique(), on="person_id", how="semi")
    if receiving.is_empty():
        return facts
    stated = pl.col("stated_category")
    degrees = (
        live.filter(pl.col("benefit") == "disability_allowance")
        .select(
            "person_id",
            pl.when(stated.str.contains("very_severe"))
            .then(pl.lit("very_severe"))
            .when(stated.str.contains("severe"))
            .then(pl.lit("severe"))
            .alias("_degree"),
        )
        .unique("person_id")
    )
    pensions = (
        live.filter(pl.col("benefit") == "social_pension")
        .select(
            "person_id",
            pl.lit(0, dtype=pl.Int64).alias("_income"),
            pl.when(stated.str.contains("poor")).then(pl.lit("near_poor")).alias("_class"),
        )
        .unique("person_id")
    )
    presumable = (
        presumed(live, receiving)
        .join(degrees, on="person_id", how="left", maintain_order="left")
        .join(pensions, on="person_id", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("disability_degree", "_degree").alias("disability_degree"),
            pl.coalesce("pension_income", "_income").alias("pension_income"),
            pl.coalesce("poverty_class", "_class").alias("poverty_class"),
        )
        .select(facts.columns)
    )
    others = facts.join(receiving.select("person_id"), on="person_id", how="anti")
    return pl.concat([presumable, others])


def _candidates(
    result: pl.DataFrame, part: Slice, live: pl.DataFrame, month: Month, law: LawAsOf
) -> pl.DataFrame:
    column = f"amount_{month.first_day.isoformat()}"
    now = live.with_columns(pl.col(column).alias("current_amount"))
    humans = result.join(part.merged, on="person_id", how="anti")
    here = pl.concat([no_longer_right(result, now, month, law), not_received(humans, now, law)])
    return here.with_columns(pl.lit(month.first_day).alias("month"))


_SHAPE = (
    "person_id", "benefit", "kind", "entitlement_id", "commune_code", "reasons", "event_on",
    "missing_code", "current_amount", "month",
)  # fmt: skip


def _joined(rows: pl.DataFrame) -> pl.DataFrame:
    """Make one proposal of several papers of the same month."""
    others = [pl.col(name).first() for name in _SHAPE[3:-1] if name != "reasons"]
    return (
        rows.group_by("person_id", "benefit", "kind", "month", maintain_order=True)
        .agg(pl.col("reasons").unique(maintain_order=True).str.join(","), *others)
        .select(_SHAPE)
    )


def _without_repeated(rows: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Leave out of the later month what ended before; equal proposals fall out by fingerprint."""
    ended = before.filter(pl.col("kind") == "stop").select(KEY)
    return rows.join(ended, on=KEY, how="anti").select(_SHAPE)


def _lost_within(result: pl.DataFrame) -> pl.DataFrame:
    """Give the rights that were lost within the month: they are owed for it, not after it."""
    return pl.concat(
        result.filter(pl.col(f"{code}.{LOST_ON}").is_not_null()).select(
            "person_id",
            pl.lit(code).alias("benefit"),
            pl.col(f"{code}.{LOST_ON}").alias("_lost_on"),
        )
        for code in ORDER
    )


def _nothing_lost() -> pl.DataFrame:
    kinds = {"person_id": pl.String(), "benefit": pl.String(), "_lost_on": pl.Date()}
    return pl.DataFrame(schema=kinds)


def _on_day_of_loss(rows: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """Name the true day of a right that was lost within the month before."""
    joined = rows.join(lost, on=["person_id", "benefit"], how="left", maintain_order="left")
    known = (pl.col("reasons") == "lost_condition") & pl.col("_lost_on").is_not_null()
    day = pl.when(known).then(pl.col("_lost_on")).otherwise(pl.col("event_on"))
    return joined.with_columns(day.alias("event_on")).select(rows.columns)


def _explained(
    rows: pl.DataFrame, result: pl.DataFrame, law: LawAsOf, reader: Reader
) -> tuple[pl.DataFrame, Mapping[str, Mapping[str, Any]]]:
    """Put amounts, facts and the name of the explanation beside what was found."""
    chosen = result.join(rows.select("person_id").unique(), on="person_id", how="semi")
    fact_names = [name for name in law_service.FACT_COLUMNS if name in chosen.columns]
    facts = pl.struct(fact_names).struct.json_encode().alias("facts")
    conditions = [name for name in result.columns if name.startswith("c.")]
    bodies: dict[str, Mapping[str, Any]] = {}
    parts: list[pl.DataFrame] = []
    for (benefit,), mine in rows.group_by("benefit", maintain_order=True):
        code = str(benefit)
        outcome = [f"{code}.{name}" for name in ("eligible", "provision", "excluded_by")]
        own = mine.join(
            chosen.select(
                "person_id", "village", "birth_date", "regime", *conditions, *outcome, facts,
                pl.col(f"{code}.amount").alias("law_amount"),
                pl.col(f"{code}.coefficient").alias("law_coefficient"),
            ),
            on="person_id",
            how="inner",
            maintain_order="left",
        )  # fmt: skip
        sets = own.select("regime", *conditions, *outcome).unique(maintain_order=True)
        made = [condition_set(row, law, code, reader) for row in sets.to_dicts()]
        keys = [set_key(body) for body in made]
        bodies |= dict(zip(keys, made, strict=True))
        named = sets.with_columns(pl.Series("explanation", keys, dtype=pl.String))
        parts.append(
            own.join(named, on=sets.columns, how="left", nulls_equal=True, maintain_order="left")
            .with_columns(pl.col(outcome[1]).cast(pl.String).alias("law_provision"))
            .select(
                *_SHAPE, "village", "birth_date", "regime", "law_amount", "law_coefficient",
                "law_provision", "explanation", "facts",
            )
        )  # fmt: skip
    return (pl.concat(parts) if parts else _nothing()), bodies


def _nothing() -> pl.DataFrame:
    kinds = {name: kind for name, kind in FOUND.items() if name != "fingerprint"}
    order = {name: kinds[name] for name in _SHAPE} | kinds
    birth = {"birth_date": pl.Date(), "regime": pl.String()}
    names = (*_SHAPE, "village", "birth_date", "regime", "law_amount", "law_coefficient",
             "law_provision", "explanation", "facts")  # fmt: skip
    return pl.DataFrame(schema={name: (order | birth)[name] for name in names})


def _told(rows: pl.DataFrame, law: LawAsOf, reader: Reader) -> pl.DataFrame:
    """Name sealed groups neutrally, name each proposal by its content, and drop what repeats."""
    sealed = pl.col("law_provision").is_in(sorted(sealed_codes(law)))
    gone = pl.col("kind").is_in(["stop", "suspend"])
    named = rows.with_columns(
        pl.when(sealed)
        .then(pl.lit(reader.code))
        .otherwise(pl.col("law_provision"))
        .alias("law_provision"),
        pl.when(gone).then(0).otherwise(pl.col("law_amount")).alias("law_amount"),
        pl.when(gone).then(0).otherwise(pl.col("law_coefficient")).alias("law_coefficient"),
    )
    content = ["kind", "reasons", "entitlement_id", "current_amount", "law_amount",
               "law_coefficient", "law_provision", "missing_code"]  # fmt: skip
    prints = pl.concat_str(
        [pl.col(name).cast(pl.String).fill_null("") for name in content], separator="|"
    )
    return (
        named.with_columns(prints.alias("fingerprint"))
        .unique(["person_id", "benefit", "fingerprint"], keep="first", maintain_order=True)
        .with_columns(_with_birthdays(law))
    )


def _with_birthdays(law: LawAsOf) -> pl.Expr:
    """Name the age lines of the law that are crossed about the month, where the benefit hangs on them."""
    asked = ages_that_matter()
    lines: dict[int, set[str]] = {}
    for regime, _ in regimes(law):
        for code, years in plan_of(law, regime).rules.numbers.items():
            lines.setdefault(years, set()).update(
                benefit for benefit, codes in asked.items() if code in codes
            )
    born, month = pl.col("birth_date"), pl.col("month")
    changes = pl.col("kind").is_in(["open", "adjust", "stop"])
    named = [
        pl.when(
            changes
            & pl.col("benefit").is_in(sorted(benefits))
            & born.dt.offset_by(f"{years}y").is_between(
                month.dt.offset_by("-1mo"), month.dt.month_end()
            )
        )
        .then(pl.lit(f",birthday_{years}"))
        .otherwise(pl.lit(""))
        for years, benefits in sorted(lines.items())
        if benefits
    ]
    return pl.concat_str([pl.col("reasons"), *named]).alias("reasons")
