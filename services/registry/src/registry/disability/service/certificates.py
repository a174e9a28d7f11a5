"""Certificates: numbered, signed, and from the day of signature the person's circumstance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.contracts.registry import DisabilityFact
from common.database.ids import new_id
from common.database.rows import insert_many
from registry.circumstances import service as circumstances
from registry.circumstances.domain import Fact, Paper
from registry.disability import gateway, store
from registry.disability.domain import (
    Case,
    StepNotAllowed,
    certificate_number,
    certified,
    reassess_on,
)
from registry.disability.service.cases import locked
from registry.disability.service.council import recorded
from registry.disability.tables import DisabilityCertificate
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class Signature:
    """When the chair of the commune signed, and whether the child keeps its degree at six."""

    signed_on: date
    exempt_from_reassessment: bool = False
    issuer: str | None = None


async def certify(
    session: AsyncSession, case_id: UUID, signature: Signature, *, now: datetime
) -> tuple[Case, str]:
    """Number and record the signed certificate of a concluded case; gives the case and the number.

    Raises:
        CaseNotFound: no such case in the caller's communes.
        StepNotAllowed: nothing is concluded, or later than the signature.
    """
    return await sign(session, await locked(session, case_id), signature, now=now)


async def sign(
    session: AsyncSession, case: Case, signature: Signature, *, now: datetime
) -> tuple[Case, str]:
    """Certify a case that the caller has locked; the degree becomes the person's circumstance.

    Raises:
        StepNotAllowed: nothing is concluded, or the signature lies before it or ahead.
    """
    after = certified(case, signature.signed_on)
    if after.degree is None or signature.signed_on > now.date():
        raise StepNotAllowed
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    await people.load(person_ids=[case.person_id])
    person = people.get(case.person_id)
    year = signature.signed_on.year
    sequence = await store.next_certificate(session, case.commune_code, year)
    number = certificate_number(case.commune_code, year, sequence)
    due = reassess_on(
        person.identity.birth_date,
        signature.signed_on,
        gateway.rules_on(signature.signed_on),
        exempt=signature.exempt_from_reassessment,
    )
    await circumstances.establish(people, [_fact(after, signature, number, due)])
    await people.flush()
    await insert_many(
        session,
        DisabilityCertificate,
        [
            {
                "certificate_id": new_id(),
                "case_id": case.case_id,
                "person_id": case.person_id,
                "commune_code": case.commune_code,
                "year": year,
                "running_number": sequence,
                "number": number,
                "signed_on": signature.signed_on,
                "degree": after.degree,
                "kinds": after.kinds,
                "reassess_on": due,
            }
        ],
        **recorded(session, now),
    )
    await store.update_case(session, after, recorded(session, now))
    await audit.record(session, "disability.certified", "disability_case", case.case_id)
    return after, number


def _fact(case: Case, signature: Signature, number: str, due: date | None) -> Fact:
    """Give the circumstance that the certificate proves."""
    stated = {
        "degree": case.degree,
        "certificate_date": signature.signed_on,
        "disability_kinds": case.kinds,
        "reassess_on": due,
    }
    return circumstances.fact_of(
        case.person_id,
        DisabilityFact.model_validate(stated),
        valid=(signature.signed_on, None),
        paper=Paper("Giấy xác nhận khuyết tật", number, signature.signed_on, signature.issuer),
        certificate_number=number,
    )


async def to_reassess(
    session: AsyncSession,
    commune_code: str,
    until: date,
    *,
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Read a page of the people whose degree must be determined anew by a day; audited."""
    years = gateway.rules_on(until).sheet_age
    found = await store.to_reassess(session, commune_code, until, years, after=after, limit=limit)
    await audit.record(
        session, "reassessments.listed", "commune", commune_code, {"rows": len(found)}
    )
    return found
