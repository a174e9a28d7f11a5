"""Reads the dated rows of the law: they are files of this package, under version control."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from eligibility.law.domain.calendar import read_years
from eligibility.law.domain.law import Law
from eligibility.law.domain.parameters import LawFileInvalid, Parameter, read_parameter

_HOLIDAYS = "holidays.yaml"


def build_law(documents: dict[str, Any]) -> Law:
    """Build the law from parsed files by name.

    Raises:
        LawFileInvalid: a file breaks a rule of the loader, or two files define one parameter.
    """
    parameters: dict[str, Parameter] = {}
    for name, document in sorted(documents.items()):
        if name == _HOLIDAYS:
            continue
        for code, body in document["parameters"].items():
            if code in parameters:
                raise LawFileInvalid(f"{code} is defined twice, again in {name}")
            parameters[code] = read_parameter(code, body)
    return Law(parameters, read_years(documents[_HOLIDAYS]))


def read_documents() -> dict[str, Any]:
    """Read and parse every file of `law/parameters`."""
    folder = files("eligibility.law") / "parameters"
    return {
        entry.name: yaml.safe_load(entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    }


@cache
def load_law() -> Law:
    """Give the law of this installation; read and checked once per process."""
    return build_law(read_documents())
