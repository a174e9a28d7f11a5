"""Appointments as other rooms and services hear of them."""

from __future__ import annotations

from collections.abc import Callable

from common.contracts.registry import (
    PersonState,
    RepresentationAppointed,
    RepresentationRevoked,
    RepresentationState,
)
from registry.representation.domain import Representation


def appointed_event(
    row: Representation, recorded_by: str
) -> Callable[[PersonState], RepresentationAppointed]:
    """Make the event of an appointment, once the person's state is known."""

    def make(state: PersonState) -> RepresentationAppointed:
        return RepresentationAppointed.model_construct(
            person=state, representation=_state(row), recorded_by=recorded_by
        )

    return make


def revoked_event(row: Representation) -> Callable[[PersonState], RepresentationRevoked]:
    """Make the event of an appointment that ended on the day on which it was revoked."""

    def make(state: PersonState) -> RepresentationRevoked:
        return RepresentationRevoked.model_construct(
            person=state, representation=_state(row), revoked_on=row.revoked_on or row.valid_from
        )

    return make


def _state(row: Representation) -> RepresentationState:
    return RepresentationState.model_construct(
        representation_id=row.representation_id,
        kind=row.kind,
        representative_person_id=row.representative.person_id,
        representative_name=row.representative.name,
        may_receive_money=row.may_receive_money,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
