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

    `eligible` is null where a missing fact decides; provisions are in the model's own words.
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
        columns[f"{benefit}.amount"] = pl.Series(value(f"{benefit}_amount"), dtype=pl.Int64)
        columns[f"{benefit}.payable"] = pl.Series(value(f"{benefit}_payable"), dtype=pl.Int64)
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
    columns["group"] = pl.Series(np.array(_PLACES)[value("social_allowance_place")])
    columns["case"] = pl.Series(np.array(("", *CARE))[value("care_support_place")])
    columns["pension_75"] = pl.Series(value("social_pension_75") == 2)
    columns["disability_age"] = pl.Series(value("disability_age"))
    return pl.DataFrame(columns)
