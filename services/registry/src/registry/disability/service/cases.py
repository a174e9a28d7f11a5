"""Case files: opened on an application, filled with sheets, read as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.database.ids import new_id
from common.database.rows import insert_many
from common.kernel.workdays import add_workdays
from registry.disability import gateway, store
from registry.disability.domain import (
    Ability,
    Case,
    CaseNotFound,
    CaseOpen,
    Form,
    Request,
    StepNotAllowed,
    check_form,
    suggested,
)
from registry.disability.service.council import check_days, recorded
from registry.disability.tables import DisabilityCase, DisabilitySheet
from registry.persons import service as persons

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything about a case."""

    case: Case
    sheets: Sequence[Mapping[str, Any]]
    opinions: Sequence[Mapping[str, Any]]
    referrals: Sequence[Mapping[str, Any]]
    certificates: Sequence[Mapping[str, Any]]
    complaints: Sequence[Mapping[str, Any]]


async def open_case(
    session: AsyncSession, personal_id: str, request: Request, received_on: date, *, now: datetime
) -> Case:
    """Open a case on an application (Mẫu 01); the deadline counts working days from its receipt.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
        CaseOpen: another case of the person is not finished.
        DayImpossible: the application would come in later than today.
    """
    check_days(now.date(), received_on=received_on)
    person = await persons.by_personal_id(session, personal_id)
    if await store.open_case_of(session, person.person_id) is not None:
        raise CaseOpen
    rules = gateway.rules_on(received_on)
    case = Case(
        case_id=new_id(),
        person_id=person.person_id,
        commune_code=person.identity.commune_code,
        request=request,
        received_on=received_on,
        due_on=add_workdays(received_on, rules.assess_workdays, gateway.calendar()),
    )
    await insert_many(session, DisabilityCase, [case], **recorded(session, now), changed_at=now)
    await audit.record(session, "disability_case.opened", "disability_case", case.case_id)
    return case


async def locked(session: AsyncSession, case_id: UUID) -> Case:
    """Read and lock a case.

    Raises:
        CaseNotFound: no such case in the caller's communes.
    """
    case = (await store.cases(session, [case_id])).get(case_id)
    if case is None:
        raise CaseNotFound
    return case


async def add_sheet(
    session: AsyncSession,
    case_id: UUID,
    form: Form,
    filled_on: date,
    answers: Mapping[str, Any],
    *,
    now: datetime,
) -> str | None:
    """Put an assessment sheet (Mẫu 02, 03) into a case; gives the degree that it points to.

    Raises:
        CaseNotFound: no such case in the caller's communes.
        StepNotAllowed: the council has decided already.
        SheetFormWrong: the form is for another age.
        DayImpossible: it would be filled in later than today.
    """
    check_days(now.date(), filled_on=filled_on)
    case = await locked(session, case_id)
    if case.state not in {"received", "unresolved"}:
        raise StepNotAllowed
    person = await persons.by_person_id(session, case.person_id)
    rules = gateway.rules_on(filled_on)
    check_form(form, person.identity.birth_date, filled_on, rules)
    abilities: dict[str, Ability] = answers.get("abilities", {})
    degree = suggested(abilities) if form == "from_6" else None
    await insert_many(
        session,
        DisabilitySheet,
        [
            {
                "sheet_id": new_id(),
                "case_id": case_id,
                "commune_code": case.commune_code,
                "form": form,
                "filled_on": filled_on,
                "answers": dict(answers),
                "suggested": degree,
            }
        ],
        **recorded(session, now),
    )
    await audit.record(session, "disability_sheet.filled", "disability_case", case_id)
    return degree


async def list_cases(
    session: AsyncSession, commune_code: str, state: str | None, *, after: UUID | None, limit: int
) -> list[Case]:
    """Read a page of a commune's cases; audited."""
    found = await store.page_of_cases(session, commune_code, state, after=after, limit=limit)
    await audit.record(
        session, "disability_cases.listed", "commune", commune_code, {"rows": len(found)}
    )
    return found


async def case_file(session: AsyncSession, case_id: UUID) -> CaseFile:
    """Read everything about a case; audited.

    Raises:
        CaseNotFound: no such case in the caller's communes.
    """
    case = await locked(session, case_id)
    await audit.record(session, "disability_case.read", "disability_case", case_id)
    parts = [
        await store.rows_of_case(session, table, case_id)
        for table in (
            "disability_sheet",
            "disability_opinion",
            "disability_referral",
            "disability_certificate",
            "disability_complaint",
        )
    ]
    return CaseFile(case, *parts)
