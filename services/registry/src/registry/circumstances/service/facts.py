"""Facts as events tell them, and back: one shape for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from common.contracts.registry import CircumstanceFact
from registry.circumstances.domain import Fact, Paper

_FACTS: Final[TypeAdapter[CircumstanceFact]] = TypeAdapter(CircumstanceFact)
_COLUMNS: Final = ("degree", "certificate_date", "monthly_amount", "child_key")
"""Fields of a told fact that have a place of their own in `Fact`; the rest is its content."""


def told(fact: Fact) -> CircumstanceFact:
    """Give a fact as events carry it. The paper's number stays in the registry."""
    values: dict[str, Any] = {"kind": fact.kind, **fact.content}
    for name in _COLUMNS:
        value = getattr(fact, name)
        if value is not None and value != "":
            values[name] = value
    return _FACTS.validate_python(values)


def fact_of(
    person_id: UUID,
    stated: CircumstanceFact,
    *,
    valid: tuple[date | None, date | None] = (None, None),
    paper: Paper | None = None,
    certificate_number: str | None = None,
) -> Fact:
    """Make the fact of a person from a contract's model.

    Args:
        person_id: whom it is about.
        stated: what.
        valid: first day and first day after; None is open.
        paper: what proves it.
        certificate_number: of a disability certificate.
    """
    values = stated.model_dump(mode="json", exclude_none=True)
    return Fact(
        person_id=person_id,
        kind=stated.kind,
        degree=values.get("degree"),
        certificate_number=certificate_number,
        certificate_date=getattr(stated, "certificate_date", None),
        monthly_amount=values.get("monthly_amount"),
        valid_from=valid[0],
        valid_to=valid[1],
        content=content_of(values),
        child_key=values.get("child_key", ""),
        paper=paper,
    )


def content_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what has no column of its own, without what is left open."""
    return {
        name: value
        for name, value in values.items()
        if name not in {"kind", *_COLUMNS} and value not in (None, [], ())
    }
