"""Bodies of the routes of registrations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, PersonalId
from registry.persons.domain import Person
from registry.persons.schemas.commands import PERSON_KEY
from registry.persons.schemas.people import FullName, Village
from registry.registrations.domain import Proposal

RegistrationNote = Annotated[str, Field(min_length=3, max_length=500, pattern=r"\S{2}")]


class RegistrationView(BaseModel):
    """Somebody who filed a dossier and is not registered."""

    model_config = ConfigDict(from_attributes=True)

    proposal_id: UUID
    dossier_code: str = Field(examples=["H36.25000-261112-0001"])
    commune_code: CommuneCode
    personal_id: PersonalId | None
    former_number: str | None
    full_name: str
    birth_date: date | None
    birth_precision: Literal["day", "month", "year"]
    sex: Literal["male", "female"] | None
    village: str | None
    address: str | None
    received_on: date
    state: Literal["open", "registered", "known", "rejected"]
    person_id: UUID | None
    opened_at: datetime
    closed_at: datetime | None
    note: str | None

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        """Show a proposal."""
        return cls.model_validate(proposal)


class AlikePersonView(BaseModel):
    """A registered person of the same commune with the same name and birth year."""

    person_id: UUID
    personal_id: PersonalId | None
    former_number: str | None
    full_name: str
    birth_date: date
    village: str | None
    version: int

    @classmethod
    def of(cls, person: Person) -> Self:
        """Show a person."""
        who: Any = person.identity
        return cls(
            person_id=person.person_id,
            personal_id=who.personal_id,
            former_number=who.former_number,
            full_name=who.full_name,
            birth_date=who.birth_date,
            village=who.village,
            version=person.version,
        )


class RegistrationDetailView(RegistrationView):
    """A proposal with who might be the same person."""

    alike: list[AlikePersonView] = []

    @classmethod
    def with_alike(cls, proposal: Proposal, alike: Sequence[Person]) -> Self:
        """Show a proposal and the people who are alike."""
        shown = RegistrationView.of(proposal).model_dump()
        return cls(**shown, alike=[AlikePersonView.of(person) for person in alike])


class ConfirmRegistrationRequest(BaseModel):
    """Register the owner; what is given here corrects or completes what the dossier says."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"birth_date": "1951-03-10", "village": "Thôn 3"}]},
    )

    full_name: FullName | None = None
    birth_date: Annotated[date, Field(ge=date(1880, 1, 1), le=date(2100, 12, 31))] | None = None
    birth_precision: Literal["day", "month", "year"] | None = None
    sex: Literal["male", "female"] | None = None
    commune_code: CommuneCode | None = None
    village: Village | None = None
    phone: Annotated[str, Field(max_length=30)] | None = None
    address: Annotated[str, Field(max_length=300)] | None = None


class AttachRegistrationRequest(BaseModel):
    """The registered person whom the officer recognises."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "person": "019a0000-0000-7000-8000-000000000001",
                    "version": 3,
                    "note": "Đối chiếu thẻ căn cước và CMND cũ",
                }
            ]
        },
    )

    person: str = Field(pattern=PERSON_KEY)
    version: int = Field(ge=1)
    note: RegistrationNote


class RejectRegistrationRequest(BaseModel):
    """Why nobody is registered."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Hồ sơ giả mạo thông tin"}]}
    )

    reason: RegistrationNote
