"""Copy the dated numbers that a payment list is checked against from the law's parameters.

The law is written once, in eligibility's parameter files. The registry checks lists and must not
import eligibility, so it reads this generated copy (`common.kernel.levels`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

_PARAMETERS = "services/eligibility/src/eligibility/law/parameters"
_TARGET = "libs/common/src/common/kernel/levels.json"
_AMOUNTS = {"standard_amount": "all", "social_pension_level": "social_pension"}


def levels_document(root: Path) -> dict[str, str]:
    """Give standard amounts, coefficients and ages as one JSON document."""
    folder = root / _PARAMETERS
    document = {
        "about": "Made by tools/generate.py from the parameters of the law; do not edit.",
        "amounts": [*_national(folder), *_provincial(folder)],
        "coefficients": _named(folder / "coefficients.yaml", "coefficient_"),
        "ages": _named(folder / "ages.yaml", "age_"),
    }
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    return {_TARGET: text + "\n"}


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _national(folder: Path) -> Iterator[dict[str, Any]]:
    parameters = _read(folder / "amounts.yaml")["parameters"]
    for name, benefit in _AMOUNTS.items():
        for value in parameters[name]["values"]:
            yield _amount(value, value["value"], benefit, None, value["basis"]["document"])


def _provincial(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((folder / "provinces").glob("*.yaml")):
        province = _read(path)
        for level in province.get("levels", ()):
            benefits = level["benefits"]
            for benefit in [benefits] if isinstance(benefits, str) else benefits:
                for value in level["values"]:
                    code = province["province_code"]
                    yield _amount(value, value["amount"], benefit, code, value["resolution"])


def _amount(
    value: Mapping[str, Any], amount: int, benefit: str, province: str | None, document: str
) -> dict[str, Any]:
    return {
        "amount": amount,
        "benefit": benefit,
        "province": province,
        "document": document,
        **_period(value),
    }


def _named(path: Path, prefix: str) -> dict[str, list[dict[str, Any]]]:
    return {
        name.removeprefix(prefix): [
            {"value": str(value["value"]), **_period(value)} for value in parameter["values"]
        ]
        for name, parameter in _read(path)["parameters"].items()
        if name.startswith(prefix)
    }


def _period(value: Mapping[str, Any]) -> dict[str, str | None]:
    return {
        "valid_from": str(value["valid_from"]),
        "valid_to": str(value["valid_to"]) if value.get("valid_to") else None,
        "in_force": str(value.get("in_force") or value["valid_from"]),
    }
