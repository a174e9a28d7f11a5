"""Proposals to register people who filed a dossier and whom nobody knows."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from common.database.tables import Secured, check, index, one_of
from registry.tables import Base


class RegistrationProposal(Base, Secured, table=True):
    """What a dossier says of its owner, and what became of the proposal."""

    __table_args__ = (
        check("registration_proposal_personal_id_check", "personal_id ~ '^[0-9]{12}$'"),
        check("registration_proposal_former_number_check", "former_number ~ '^[0-9]{9}$'"),
        one_of("birth_precision", "day", "month", "year"),
        one_of("sex", "male", "female"),
        one_of("state", "open", "registered", "known", "rejected"),
        check("registration_proposal_closed", "(state = 'open') = (closed_at IS NULL)"),
        check(
            "registration_proposal_person",
            "(state IN ('registered', 'known')) = (person_id IS NOT NULL)",
        ),
        index(
            "registration_proposal_open",
            "coalesce(personal_id, former_number)",
            where="state = 'open'",
        ),
        index("registration_proposal_commune", "commune_code, state, proposal_id"),
    )

    proposal_id: UUID = Field(primary_key=True)
    dossier_code: str
    commune_code: str
    personal_id: str | None = None
    former_number: str | None = None
    full_name: str
    birth_date: date | None = None
    birth_precision: str
    sex: str | None = None
    village: str | None = None
    address: str | None = None
    received_on: date
    """Day on which the dossier was received."""
    state: str
    person_id: UUID | None = Field(default=None, foreign_key="person.person_id")
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    note: str | None = None
