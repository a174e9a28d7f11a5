"""Doubts about a conclusion: referral to the medical assessment council, complaints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.database.ids import new_id
from common.database.rows import insert_many
from common.kernel.errors import NotFound
from common.kernel.workdays import add_workdays
from registry.disability import gateway, store
from registry.disability.domain import Case, Ground, assessed, referred
from registry.disability.service.cases import locked
from registry.disability.service.council import check_days, recorded
from registry.disability.tables import DisabilityComplaint, DisabilityReferral

if TYPE_CHECKING:
    from common.database.session import AsyncSession


class ComplaintNotFound(
    NotFound,
    code="disability_complaint_not_found",
    title="Không tìm thấy khiếu nại đang chờ trả lời",
):
    """No such complaint of this case that waits for an answer."""


@dataclass(frozen=True, slots=True)
class MedicalResult:
    """What the medical assessment council wrote (Biên bản giám định y khoa)."""

    result_on: date
    loss_percent: Decimal
    kinds: tuple[str, ...]
    document: str


async def refer(
    session: AsyncSession,
    case_id: UUID,
    ground: Ground,
    referred_on: date,
    note: str,
    *,
    now: datetime,
) -> Case:
    """Send a case to the medical assessment council on one of the three grounds of the law.

    Raises:
        CaseNotFound: no such case in the caller's communes.
        GroundMissing: the ground is not true of the case.
        DayImpossible: the day lies ahead.
    """
    check_days(now.date(), referred_on=referred_on)
    case = await locked(session, case_id)
    after = referred(case, ground)
    values = {
        "referral_id": new_id(),
        "case_id": case_id,
        "commune_code": case.commune_code,
        "ground": ground,
        "referred_on": referred_on,
        "note": note,
    }
    await insert_many(session, DisabilityReferral, [values], **recorded(session, now))
    await store.update_case(session, after, recorded(session, now))
    await audit.record(
        session, "disability_case.referred", "disability_case", case_id, {"ground": ground}
    )
    return after


async def take_result(
    session: AsyncSession, case_id: UUID, result: MedicalResult, *, now: datetime
) -> Case:
    """Record what the medical assessment council found; the degree follows from the loss.

    Raises:
        CaseNotFound: no such case in the caller's communes.
        StepNotAllowed: it was not referred.
        DayImpossible: the day lies ahead.
    """
    check_days(now.date(), result_on=result.result_on)
    case = await locked(session, case_id)
    rules = gateway.rules_on(result.result_on)
    after = assessed(case, result.loss_percent, result.kinds, result.result_on, rules)
    await store.close_referral(
        session,
        case_id,
        {
            "result_on": result.result_on,
            "loss_percent": result.loss_percent,
            "degree": after.degree,
            "kinds": list(result.kinds),
            "document": result.document,
        },
    )
    await store.update_case(session, after, recorded(session, now))
    await audit.record(session, "disability_case.assessed", "disability_case", case_id)
    return after


async def complain(
    session: AsyncSession, case_id: UUID, received_on: date, content: str, *, now: datetime
) -> tuple[UUID, date]:
    """Record a complaint about a case; gives its id and the day by which to answer.

    Raises:
        CaseNotFound: no such case in the caller's communes.
        DayImpossible: the day lies ahead.
    """
    check_days(now.date(), received_on=received_on)
    case = await locked(session, case_id)
    rules = gateway.rules_on(received_on)
    due = add_workdays(received_on, rules.complaint_workdays, gateway.calendar())
    complaint_id = new_id()
    values = {
        "complaint_id": complaint_id,
        "case_id": case_id,
        "commune_code": case.commune_code,
        "received_on": received_on,
        "due_on": due,
        "content": content,
    }
    await insert_many(session, DisabilityComplaint, [values], **recorded(session, now))
    await audit.record(session, "disability_complaint.received", "disability_case", case_id)
    return complaint_id, due


async def answer(
    session: AsyncSession,
    case_id: UUID,
    complaint_id: UUID,
    reply: tuple[date, str, str],
) -> None:
    """Answer a complaint; `reply` is the day, the outcome (`upheld`, `rejected`) and the text.

    Raises:
        CaseNotFound: no such case in the caller's communes.
        ComplaintNotFound: there is none that waits.
    """
    await locked(session, case_id)
    answered_on, outcome, text = reply
    values = {"answered_on": answered_on, "outcome": outcome, "answer": text}
    if not await store.answer_complaint(session, case_id, complaint_id, values):
        raise ComplaintNotFound
    await audit.record(
        session, "disability_complaint.answered", "disability_case", case_id, {"outcome": outcome}
    )
