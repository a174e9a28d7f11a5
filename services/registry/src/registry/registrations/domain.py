"""A proposal to register somebody who filed a dossier: an officer confirms who it is, or refuses.

Thuật ngữ: đề nghị đăng ký chủ hồ sơ. The dossier has been taken and its clock runs; until the person
is registered nothing can be decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from common.kernel.errors import Conflict, FieldError, InvalidInput, NotFound
from registry.persons.domain import Identity

ProposalState = Literal["open", "registered", "known", "rejected"]
REQUIRED = ("full_name", "birth_date", "sex", "commune_code")


class RegistrationNotFound(
    NotFound, code="registration_not_found", title="Không tìm thấy đề nghị đăng ký"
):
    """No such proposal in the caller's communes."""


class RegistrationClosed(
    Conflict, code="registration_closed", title="Đề nghị đăng ký đã được xử lý"
):
    """The person was registered, was known already, or the proposal was refused."""


class RegistrationIncomplete(
    InvalidInput, code="registration_incomplete", title="Chưa đủ thông tin để đăng ký"
):
    """The proposal does not say enough; the officer adds what is missing."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a dossier says of its owner, and what became of the proposal."""

    proposal_id: UUID
    dossier_code: str
    commune_code: str
    personal_id: str | None
    former_number: str | None
    full_name: str
    birth_date: date | None
    birth_precision: Literal["day", "month", "year"]
    sex: Literal["male", "female"] | None
    village: str | None
    address: str | None
    received_on: date
    state: ProposalState
    person_id: UUID | None
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    note: str | None = None


def identity_of(proposal: Proposal, changed: Mapping[str, Any]) -> Identity:
    """Give the identity that an officer confirms: the proposal with what they changed or added.

    Raises:
        RegistrationIncomplete: a field that every person needs is still unknown; each is named.
    """
    stated = {
        "full_name": proposal.full_name,
        "birth_date": proposal.birth_date,
        "birth_precision": proposal.birth_precision,
        "sex": proposal.sex,
        "commune_code": proposal.commune_code,
        "personal_id": proposal.personal_id,
        "former_number": proposal.former_number,
        "village": proposal.village,
        "address": proposal.address,
        **{name: value for name, value in changed.items() if value is not None},
    }
    missing = [name for name in REQUIRED if stated[name] is None]
    if missing:
        raise RegistrationIncomplete(
            errors=[
                FieldError(f"/{name}", "missing", "Cần bổ sung thông tin này.") for name in missing
            ]
        )
    return Identity(**stated)
