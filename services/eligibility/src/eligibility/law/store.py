"""Reads the dated rows of the law: they are files of this package, under version control."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from eligibility.law.domain.calendar import read_years
from eligibility.law.domain.documents import read_register
from eligibility.law.domain.installed import LocalLaw, overlay, with_local
from eligibility.law.domain.law import Law
from eligibility.law.domain.parameters import LawFileInvalid, Parameter, read_parameter
from eligibility.law.domain.procedures import check_time_limits
from eligibility.law.domain.provincial import ProvinceLaw, read_province
from eligibility.law.domain.switches import check_choice, read_switches

_HOLIDAYS = "holidays.yaml"
_SWITCHES = "switches.yaml"
_PROVINCES = "provinces"
_DOCUMENTS = "documents.yaml"
_NO_PARAMETERS = {_HOLIDAYS, _PROVINCES, _DOCUMENTS}


def build_law(documents: dict[str, Any]) -> Law:
    """Build the law from parsed files by name.

    Raises:
        LawFileInvalid: a file breaks a rule of the loader, or two files define one parameter.
    """
    parameters: dict[str, Parameter] = {}
    for name, document in sorted(documents.items()):
        if name in _NO_PARAMETERS:
            continue
        for code, body in document["parameters"].items():
            if code in parameters:
                raise LawFileInvalid(f"{code} is defined twice, again in {name}")
            parameters[code] = read_parameter(code, body)
    switches = read_switches(parameters, documents[_SWITCHES])
    provinces: dict[str, ProvinceLaw] = {}
    for name, document in sorted(documents.get(_PROVINCES, {}).items()):
        province = read_province(document)
        if province.code != name.removesuffix(".yaml"):
            raise LawFileInvalid(f"{name} is not the file of province {province.code}")
        for choice in province.choices:
            check_choice(switches, choice)
        provinces[province.code] = province
    law = Law(
        parameters,
        read_years(documents[_HOLIDAYS]),
        switches,
        provinces,
        documents=read_register(documents[_DOCUMENTS]),
    )
    check_time_limits(law)
    return law


def read_documents() -> dict[str, Any]:
    """Read and parse every file of `law/parameters`; the provinces' files below one name."""
    folder = files("eligibility.law") / "parameters"
    documents = _parse(folder)
    documents[_PROVINCES] = _parse(folder / _PROVINCES)
    return documents


def _parse(folder: Traversable) -> dict[str, Any]:
    return {
        entry.name: yaml.safe_load(entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    }


@cache
def _load_files() -> Law:
    """Read and check the files once per process."""
    return build_law(read_documents())


def load_law() -> Law:
    """Give the law of this installation: its files, and what its province entered."""
    return with_local(_load_files())


def law_with(local: LocalLaw) -> Law:
    """Give the law as it would be with another local law; this process goes on deciding by its own."""
    return overlay(_load_files(), local)
