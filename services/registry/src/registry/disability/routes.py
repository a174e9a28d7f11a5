"""Routes of disability: councils, case files, sessions, certificates, complaints."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import CommuneCode
from common.web.auth import requires
from common.web.commands import command
from common.web.deps import ClockDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from registry.disability import service
from registry.disability.domain import (
    CaseNotFound,
    CaseOpen,
    ChairAbsent,
    GroundMissing,
    NotAMember,
    OpinionsIncomplete,
    QuorumMissing,
    SheetFormWrong,
    State,
    StepNotAllowed,
)
from registry.disability.schemas import (
    AnswerComplaintRequest,
    AppointMemberRequest,
    CaseFileView,
    CaseView,
    CertificateReceiptView,
    ChangeCouncilMemberRequest,
    ComplaintReceiptView,
    ConclusionView,
    CouncilMemberView,
    FileComplaintRequest,
    HoldSessionRequest,
    MedicalResultRequest,
    OpenDisabilityCaseRequest,
    ReassessmentView,
    ReferCaseRequest,
    SessionReceiptView,
    SessionView,
    SheetReceiptView,
    SheetRequest,
    SignCertificateRequest,
)
from registry.disability.service.certificates import Signature
from registry.disability.service.council import AppointmentNotFound, DayImpossible
from registry.disability.service.reviews import ComplaintNotFound
from registry.disability.service.sessions import SessionNotFound
from registry.persons.domain import CommuneNotYours, PersonNotFound

router = APIRouter(prefix="/disability", tags=["disability"])
_READ = [requires("registry:read")]
_WRITE = [requires("registry:write")]


@router.post(
    "/council-members",
    operation_id="appoint_member",
    status_code=201,
    summary="Bổ nhiệm thành viên Hội đồng",
    responses=problems(CommuneNotYours),
    dependencies=_WRITE,
)
@command
async def appoint_member(
    body: AppointMemberRequest, session: SessionDep, clock: ClockDep
) -> CouncilMemberView:
    """Record an appointment to the council of a commune."""
    member = await service.appoint(session, body.member(), now=clock.now())
    return CouncilMemberView.of(member)


@router.get(
    "/council-members",
    operation_id="list_members",
    summary="Thành viên Hội đồng của một xã",
    dependencies=_READ,
)
async def list_members(
    session: SessionDep,
    commune_code: Annotated[CommuneCode, Query()],
    on: Annotated[date | None, Query(description="Chỉ người đương nhiệm vào ngày này")] = None,
) -> list[CouncilMemberView]:
    """List the council of a commune."""
    found = await service.members(session, commune_code, on)
    return [CouncilMemberView.of(member) for member in found]


# without a key: PUT of the whole value: sent again, it changes nothing
@router.put(
    "/council-members/{appointment_id}",
    operation_id="change_member",
    summary="Ghi ngày thôi nhiệm hoặc ngày tập huấn",
    responses=problems(AppointmentNotFound, DayImpossible),
    dependencies=_WRITE,
)
async def change_member(
    appointment_id: UUID, body: ChangeCouncilMemberRequest, session: SessionDep
) -> CouncilMemberView:
    """Note the end of an appointment, or a training."""
    member = await service.change_appointment(
        session, appointment_id, ended_on=body.ended_on, trained_on=body.trained_on
    )
    return CouncilMemberView.of(member)


@router.post(
    "/cases",
    operation_id="open_case",
    status_code=201,
    summary="Tiếp nhận đơn đề nghị xác định mức độ khuyết tật",
    responses=problems(PersonNotFound, CaseOpen, DayImpossible),
    dependencies=_WRITE,
)
@command
async def open_case(
    body: OpenDisabilityCaseRequest, session: SessionDep, clock: ClockDep
) -> CaseView:
    """Open a case; its deadline is told."""
    case = await service.open_case(
        session, body.personal_id, body.request, body.received_on, now=clock.now()
    )
    return CaseView.of(case)


@router.get("/cases", operation_id="list_cases", summary="Hồ sơ của một xã", dependencies=_READ)
async def list_cases(
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode, Query()],
    state: Annotated[State | None, Query()] = None,
) -> Page[CaseView]:
    """List a commune's cases, oldest first."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.list_cases(session, commune_code, state, after=after, limit=page.fetch)
    return page.of(rows, key=lambda case: (str(case.case_id),), item=CaseView.of)


@router.get(
    "/cases/{case_id}",
    operation_id="get_case",
    summary="Toàn bộ một hồ sơ",
    responses=problems(CaseNotFound),
    dependencies=_READ,
)
async def get_case(case_id: UUID, session: SessionDep) -> CaseFileView:
    """Show sheets, opinions, referrals, certificates and complaints of a case."""
    return CaseFileView.whole(await service.case_file(session, case_id))


@router.post(
    "/cases/{case_id}/sheets",
    operation_id="add_sheet",
    status_code=201,
    summary="Nộp phiếu xác định (Mẫu 02, Mẫu 03)",
    responses=problems(CaseNotFound, StepNotAllowed, SheetFormWrong, PersonNotFound, DayImpossible),
    dependencies=_WRITE,
)
@command
async def add_sheet(
    case_id: UUID,
    body: SheetRequest,
    session: SessionDep,
    clock: ClockDep,
) -> SheetReceiptView:
    """Put a sheet into the case; the answer says to which degree the answers point."""
    degree = await service.add_sheet(
        session, case_id, body.form, body.filled_on, body.answers(), now=clock.now()
    )
    return SheetReceiptView.model_validate({"suggested": degree})


@router.post(
    "/sessions",
    operation_id="hold_session",
    status_code=201,
    summary="Ghi biên bản phiên họp Hội đồng (Mẫu 05)",
    responses=problems(
        NotAMember,
        ChairAbsent,
        QuorumMissing,
        OpinionsIncomplete,
        CaseNotFound,
        StepNotAllowed,
        DayImpossible,
    ),
    dependencies=_WRITE,
)
@command
async def hold_session(
    body: HoldSessionRequest, session: SessionDep, clock: ClockDep
) -> SessionReceiptView:
    """Record a session: who was there, what each held, what was concluded."""
    session_id, decided = await service.hold_session(session, body.record(), now=clock.now())
    conclusions = [ConclusionView.of(case, conclusion) for case, conclusion in decided]
    return SessionReceiptView(session_id=session_id, conclusions=conclusions)


@router.get(
    "/sessions/{session_id}",
    operation_id="get_session",
    summary="Xem một phiên họp",
    responses=problems(SessionNotFound),
    dependencies=_READ,
)
async def get_session(session_id: UUID, session: SessionDep) -> SessionView:
    """Show a session with every member's opinion."""
    row, opinions = await service.read_session(session, session_id)
    return SessionView.model_validate(row.model_dump() | {"opinions": opinions})


@router.post(
    "/cases/{case_id}/referral",
    operation_id="refer_case",
    summary="Chuyển Hội đồng giám định y khoa",
    responses=problems(CaseNotFound, GroundMissing, DayImpossible),
    dependencies=_WRITE,
)
@command
async def refer_case(
    case_id: UUID,
    body: ReferCaseRequest,
    session: SessionDep,
    clock: ClockDep,
) -> CaseView:
    """Send a case on, on one of the three grounds of the law."""
    case = await service.refer(
        session, case_id, body.ground, body.referred_on, body.note, now=clock.now()
    )
    return CaseView.of(case)


@router.post(
    "/cases/{case_id}/medical-result",
    operation_id="take_medical_result",
    summary="Ghi kết quả giám định y khoa",
    responses=problems(CaseNotFound, StepNotAllowed, DayImpossible),
    dependencies=_WRITE,
)
@command
async def take_medical_result(
    case_id: UUID,
    body: MedicalResultRequest,
    session: SessionDep,
    clock: ClockDep,
) -> CaseView:
    """Record the loss of ability that was found; the degree follows."""
    case = await service.take_result(session, case_id, body.result(), now=clock.now())
    return CaseView.of(case)


@router.post(
    "/cases/{case_id}/certificate",
    operation_id="sign_certificate",
    status_code=201,
    summary="Cấp giấy xác nhận khuyết tật",
    responses=problems(CaseNotFound, StepNotAllowed),
    dependencies=_WRITE,
)
@command
async def sign_certificate(
    case_id: UUID,
    body: SignCertificateRequest,
    session: SessionDep,
    clock: ClockDep,
) -> CertificateReceiptView:
    """Number the signed certificate; from that day the degree is the person's circumstance."""
    signature = Signature(body.signed_on, body.exempt_from_reassessment, body.issuer)
    case, number = await service.certify(session, case_id, signature, now=clock.now())
    return CertificateReceiptView(number=number, case=CaseView.of(case))


@router.post(
    "/cases/{case_id}/complaints",
    operation_id="file_complaint",
    status_code=201,
    summary="Tiếp nhận khiếu nại về kết luận",
    responses=problems(CaseNotFound, DayImpossible),
    dependencies=_WRITE,
)
@command
async def file_complaint(
    case_id: UUID,
    body: FileComplaintRequest,
    session: SessionDep,
    clock: ClockDep,
) -> ComplaintReceiptView:
    """Record a complaint; the day by which to answer is told."""
    complaint_id, due = await service.complain(
        session, case_id, body.received_on, body.content, now=clock.now()
    )
    return ComplaintReceiptView(complaint_id=complaint_id, due_on=due)


# without a key: PUT of the whole value: sent again, it changes nothing
@router.put(
    "/cases/{case_id}/complaints/{complaint_id}",
    operation_id="answer_complaint",
    summary="Trả lời khiếu nại",
    responses=problems(CaseNotFound, ComplaintNotFound),
    dependencies=_WRITE,
)
async def answer_complaint(
    case_id: UUID, complaint_id: UUID, body: AnswerComplaintRequest, session: SessionDep
) -> CaseFileView:
    """Answer a complaint."""
    reply = (body.answered_on, body.outcome, body.answer)
    await service.answer(session, case_id, complaint_id, reply)
    return CaseFileView.whole(await service.case_file(session, case_id))


@router.get(
    "/reassessments",
    operation_id="list_reassessments",
    summary="Người đến hạn xác định lại mức độ",
    dependencies=_READ,
)
async def list_reassessments(
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode, Query()],
    until: Annotated[date, Query(description="Đến hạn vào hoặc trước ngày này")],
) -> Page[ReassessmentView]:
    """List whose degree must be determined anew, earliest first."""
    after = (
        (date.fromisoformat(str(page.after[0])), UUID(str(page.after[1]))) if page.after else None
    )
    rows = await service.to_reassess(session, commune_code, until, after=after, limit=page.fetch)
    return page.of(
        rows,
        key=lambda row: (row["due_on"].isoformat(), str(row["circumstance_id"])),
        item=ReassessmentView.model_validate,
    )
