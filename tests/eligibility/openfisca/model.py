"""The monthly benefits written in OpenFisca from law.md alone, as one tax and benefit system."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from tests.eligibility.openfisca.benefits import ALONE, CARE, COMPETING, benefit_variables
from tests.eligibility.openfisca.groups import group_variables
from tests.eligibility.openfisca.inputs import Person, encoded, input_variables
from tests.eligibility.openfisca.lives import life_variables
from tests.eligibility.openfisca.raising import raising_variables

BENEFITS = (*COMPETING, *ALONE)
"""The benefits that the model knows (levels of provinces are not part of it)."""

COLUMNS = ("eligible", "provision", "coefficient", "amount", "payable")
"""What is said of each benefit."""

_AGES = ("", "_child", "", "_elderly")
_PLACES = ("", "5.1", "5.2", "5.3", "5.5a", "5.5b", "5.5c", "5.5d", "5.7", "5.8")
_COEFFICIENTS = {
    "disability_allowance": "k_5_6",
    "social_allowance": "social_allowance_coefficient",
    "single_parent_allowance": "k_5_4",
    "disabled_parent_support": "k_c2a",
    "care_support": "care_support_coefficient",
    "facility_allowance": "facility_allowance_coefficient",
}


@cache
def system() -> TaxBenefitSystem:
    """The system: one entity, the dated parameters, every variable."""
    law = TaxBenefitSystem([Person])
    law.load_parameters(str(Path(__file__).parent / "parameters"))
    law.add_variables(
        *input_variables(),
        *life_variables(),
        *group_variables(),
        *raising_variables(),
        *benefit_variables(),
    )
    return law


def simulation(facts: pl.DataFrame, month: str) -> Simulation:
    """A simulation of one month (`YYYY-MM`) with its inputs set."""
    built = SimulationBuilder().build_default_simulation(system(), facts.height)
    for name, values in encoded(facts).items():
        built.set_input(name, month, values)
    return built


def awards(facts: pl.DataFrame, month: str) -> pl.DataFrame:
    """Every award of each row in one month, under the names of the engine's answer.

    `eligible` is null where a missing fact decides; the rest is said of what is certain only.
    """
    run = simulation(facts, month)

    def value(name: str) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        found: np.ndarray[tuple[int], np.dtype[np.int32]] = run.calculate(name, month)
        return found

    columns: dict[str, pl.Series] = {}
    for benefit in BENEFITS:
        right = pl.Series(value(f"{benefit}_eligible"))
        sure = right == 2
        columns[f"{benefit}.eligible"] = (
            pl.DataFrame({"right": right})
            .select(pl.when(pl.col("right") != 1).then(pl.col("right") == 2))
            .to_series()
        )
        for column in ("amount", "payable"):
            found = pl.Series(value(f"{benefit}_{column}"), dtype=pl.Int64)
            columns[f"{benefit}.{column}"] = found
        hundredths = pl.Series(
            value(_COEFFICIENTS[benefit])
            if benefit in _COEFFICIENTS
            else np.full(facts.height, 100),
            dtype=pl.Int64,
        )
        columns[f"{benefit}.coefficient"] = (
            pl.DataFrame({"k": hundredths, "sure": sure})
            .select(pl.when(pl.col("sure")).then(pl.col("k")))
            .to_series()
        )
    columns["total"] = pl.Series(value("total"), dtype=pl.Int64)
    columns["_place"] = pl.Series(np.array(_PLACES)[value("social_allowance_place")])
    columns["_case"] = pl.Series(np.array(("", *CARE))[value("care_support_place")])
    columns["_aged_75"] = pl.Series(value("social_pension_75") == 2)
    columns["_ages"] = pl.Series(np.array(_AGES)[value("disability_age")])
    columns["_line"] = pl.Series(np.where(value("under_335"), "75", "80"))
    columns["_degree"] = facts["disability_degree"]
    named = pl.DataFrame(columns).with_columns(
        pl.when(f"{benefit}.eligible").then(code).alias(f"{benefit}.provision")
        for benefit, code in _provisions().items()
    )
    return named.select(
        *(f"{benefit}.{column}" for benefit in BENEFITS for column in COLUMNS), "total"
    )


def _provisions() -> dict[str, pl.Expr]:
    """The engine's names of the provisions, from group, coefficient and age."""
    k = {benefit: pl.col(f"{benefit}.coefficient") for benefit in BENEFITS}
    small = (
        pl.when(k["social_allowance"] == 250).then(pl.lit("_under_4")).otherwise(pl.lit("_from_4"))
    )
    higher = pl.when(k["social_allowance"] == 200).then("_line").otherwise(pl.lit("60"))
    place = pl.col("_place")
    return {
        "social_pension": pl.when("_aged_75")
        .then(pl.lit("pension_75"))
        .otherwise(pl.lit("pension_70_poor")),
        "disability_allowance": pl.format("5.6_{}{}", "_degree", "_ages"),
        "social_allowance": pl.when(place.is_in(["5.1", "5.3"]))
        .then(place + small)
        .when(place == "5.5a")
        .then(pl.format("{}_{}", place, higher))
        .otherwise(place),
        "single_parent_allowance": pl.lit("5.4"),
        "disabled_parent_support": pl.when(k["disabled_parent_support"] == 200)
        .then(pl.lit("C2a2"))
        .otherwise(pl.lit("C2a1")),
        "care_support": pl.col("_case"),
        "facility_allowance": pl.when(k["facility_allowance"] == 500)
        .then(pl.lit("facility_under_4"))
        .otherwise(pl.lit("facility_from_4")),
    }
