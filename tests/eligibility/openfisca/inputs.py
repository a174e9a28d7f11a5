"""The facts of FACTS as OpenFisca inputs, and the frame of facts turned into arrays.

Codes are numbers: -1 is unknown. A Kleene input is 0 no, 1 unknown, 2 yes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.variables import Variable
from tests.eligibility.openfisca.kleene import Column

Person = build_entity(key="person", plural="persons", label="Người", is_person=True)

CHILDREN = 5
"""How many children of one person the model can hold."""

POOR, NEAR_POOR = 1, 2
ABLE, DEAD, MISSING, IN_FACILITY, DETAINED, UNIDENTIFIED = range(6)
NO_SUPPORT, SUPPORT_ON_ALLOWANCE = 0, 1
SEVERE, VERY_SEVERE = 1, 2
OWN_FAMILY, TAKEN_IN = 1, 2

_PARENT = {
    "able": ABLE, "dead": DEAD, "missing": MISSING, "facility": IN_FACILITY,
    "detained": DETAINED, "unidentified": UNIDENTIFIED,
}  # fmt: skip
_CODES: dict[str, dict[str, int]] = {
    "poverty_class": {"none": 0, "poor": POOR, "near_poor": NEAR_POOR},
    "father_status": _PARENT,
    "mother_status": _PARENT,
    "study_level": {
        "none": 0, "preschool": 1, "general": 2, "vocational": 3, "college": 4, "university": 5,
    },
    "marital_status": {
        "single": 0, "married": 1, "widowed": 2, "divorced": 3, "spouse_missing": 4,
    },
    "support": {"none": NO_SUPPORT, "on_allowance": SUPPORT_ON_ALLOWANCE, "able": 2},
    "disability_degree": {"none": 0, "mild": 0, "severe": SEVERE, "very_severe": VERY_SEVERE},
    "care": {"none": 0, "own_family": OWN_FAMILY, "taken_in": TAKEN_IN},
    "request": {"none": 0, "written": 1, "converted": 2, "decided": 3},
}  # fmt: skip
_WHEN_NULL = {"disability_degree": 0, "care": 0}
_DATES = (
    "death_date", "missing_since", "certificate_date", "detained_since", "imprisoned_since",
    "signed_on",
)  # fmt: skip
_KLEENE = ("area_difficult", "study_continuous", "carer_qualifies")
_FLAGS = (
    "abandoned", "adopted", "had_no_care_at_16", "neutral_group", "survivor_allowance",
    "other_allowance", "child_kept_studying", "cannot_live_in_community", "taken_in", "pregnant",
    "spouse_supported",
)  # fmt: skip
_AMOUNTS = ("wage_income", "pension_income", "receiving_since_month")


def of_month(value_type: type) -> Callable[[type], type[Variable]]:
    """Make an OpenFisca variable of one month out of a class that holds its formulas.

    OpenFisca reads what stands in the class itself, never what it inherits.
    """

    def made(formulas: type) -> type[Variable]:
        body: dict[str, Any] = {
            name: value for name, value in vars(formulas).items() if name.startswith("formula")
        }
        body |= {"value_type": value_type, "entity": Person, "definition_period": DateUnit.MONTH}
        return type(formulas.__name__, (Variable,), body | {"label": formulas.__doc__ or ""})

    return made


def _declared(name: str, value_type: type, default: Any = None) -> type[Variable]:
    body: dict[str, Any] = {
        "value_type": value_type, "entity": Person, "definition_period": DateUnit.MONTH,
        "label": name,
    }  # fmt: skip
    if default is not None:
        body["default_value"] = default
    return type(name, (Variable,), body)


def input_variables() -> list[type[Variable]]:
    """Every input of the model."""
    children = [
        _declared(f"child_{slot}_{kind}", value_type)
        for slot in range(CHILDREN)
        for kind, value_type in (("birth", date), ("studies", int))
    ]
    return [
        _declared("birth", date),
        _declared("in_facility", bool),
        _declared("province", int),
        _declared("former_province", int),
        _declared("children_slots", int),
        *(_declared(name, date) for name in _DATES),
        *(_declared(name, int, -1) for name in (*_CODES, *_AMOUNTS)),
        *(_declared(name, int, 1) for name in _KLEENE),
        *(_declared(name, bool) for name in _FLAGS),
        *children,
    ]


def _children(facts: pl.DataFrame) -> dict[str, Column]:
    column = pl.col("children")
    most = int(facts.select(column.list.len().max().fill_null(0)).item() or 0)
    if most > CHILDREN:
        msg = f"the model holds {CHILDREN} children, not {most}"
        raise ValueError(msg)
    slots = facts.select(
        expression
        for slot in range(most)
        for child in (column.list.get(slot, null_on_oob=True).struct,)
        for expression in (
            child.field("birth_date").alias(f"child_{slot}_birth"),
            (child.field("studying").cast(pl.Int32) * 2)
            .fill_null(1)
            .alias(f"child_{slot}_studies"),
        )
    )
    return {name: slots[name].to_numpy() for name in slots.columns} | {
        "children_slots": np.full(facts.height, most, dtype=np.int32)
    }


def encoded(facts: pl.DataFrame) -> dict[str, Column]:
    """Turn a frame of facts into the arrays of the inputs."""
    precision = pl.col("birth_precision")
    birth = pl.col("birth_date")
    table = facts.select(
        pl.when(precision == "year")
        .then(birth.dt.truncate("1y"))
        .when(precision == "month")
        .then(birth.dt.truncate("1mo"))
        .otherwise(birth)
        .alias("birth"),
        pl.col("setting").eq_missing("facility").alias("in_facility"),
        *(
            pl.col(f"{name}_code").cast(pl.Int32, strict=False).fill_null(0).alias(name)
            for name in ("province", "former_province")
        ),
        *(pl.col(name) for name in _DATES),
        *(
            pl.col(name)
            .replace_strict(codes, default=None, return_dtype=pl.Int32)
            .fill_null(_WHEN_NULL.get(name, -1))
            for name, codes in _CODES.items()
        ),
        *(pl.col(name).cast(pl.Int32).fill_null(-1) for name in _AMOUNTS),
        *((pl.col(name).cast(pl.Int32) * 2).fill_null(1) for name in _KLEENE),
        *(pl.col(name).fill_null(value=False) for name in _FLAGS),
    )
    return {name: table[name].to_numpy() for name in table.columns} | _children(facts)
