"""HTTP of `inquiries`: for the province's other systems, never for people at a screen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from common.kernel.months import Month
from common.web.auth import Actor, requires, without_personal_data
from common.web.deps import ClockDep, SessionDep
from common.web.problems import problems
from eligibility.inquiries import service
from eligibility.inquiries.domain import PURPOSES, PurposeNotGranted, PurposeUnknown, purpose_for
from eligibility.inquiries.schemas import InquiryRequest, InquiryView, PurposeView

router = APIRouter(prefix="/inquiries", tags=["inquiries"])

Asker = Annotated[Actor, requires("inquiries:ask")]


# without a key: a reading; POST keeps personal data out of the address
@router.post(
    "",
    operation_id="ask_about_people",
    summary="Hệ thống khác của tỉnh hỏi: những người này có đang hưởng trợ cấp không",
    responses=problems(PurposeUnknown, PurposeNotGranted),
)
async def ask_about_people(
    body: InquiryRequest, actor: Asker, session: SessionDep, clock: ClockDep
) -> InquiryView:
    """Answer yes or no for each person, and the label of what is received where the purpose needs it."""
    purpose = purpose_for(body.purpose, actor.scopes)
    month = Month.parse(body.month) if body.month else Month.of(clock.today())
    answers = await service.answer(session, purpose, body.personal_ids, month)
    return InquiryView(purpose=purpose.code, month=str(month), answers=answers)


@router.get(
    "/purposes",
    operation_id="list_inquiry_purposes",
    summary="Các mục đích tra cứu và quyền cần có",
    dependencies=[without_personal_data()],
)
async def list_inquiry_purposes(actor: Asker) -> list[PurposeView]:
    """List the purposes, those of other callers too."""
    del actor
    return [
        PurposeView(code=item.code, title=item.title, scope=item.scope, told=item.told)
        for item in PURPOSES.values()
    ]
