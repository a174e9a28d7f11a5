"""People of a list, written out from their rows: a model for each would cost more than the search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.kernel import personal_id
from registry.persons.schemas.people import PersonView
from registry.persons.service.event_states import former_province

_COLUMNS = tuple(
    name
    for name in PersonView.model_fields
    if name not in {"number_warnings", "former_province_code"}
)


def person_shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Show a row of `person` as a `PersonView` is written, without making one."""
    shown = {name: row[name] for name in _COLUMNS}
    shown["former_province_code"] = former_province(row["commune_code"], row["former_commune"])
    number = row["personal_id"]
    warnings = (
        personal_id.warnings_of(number, sex=row["sex"], birth_year=row["birth_date"].year)
        if number is not None
        else ()
    )
    shown["number_warnings"] = [
        {"code": warning.code, "message": warning.message} for warning in warnings
    ]
    return shown
