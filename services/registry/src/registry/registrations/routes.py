"""Routes of registrations: who waits, who it might be, confirm, attach, refuse."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import CommuneCode
from common.kernel.errors import PreconditionFailed
from common.web.auth import requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, SessionDep, service_settings
from common.web.paging import Page, PageParams
from common.web.problems import problems
from registry.areas.domain import CommuneNotFound, CommuneOutsideProvince
from registry.persons.domain import (
    BirthInFuture,
    CommuneNotYours,
    NumberUnchanged,
    PersonExists,
    PersonKey,
    PersonMergedAway,
    PersonNotFound,
    PersonNumberMissing,
)
from registry.persons.schemas import PersonView
from registry.registrations import service
from registry.registrations.domain import (
    RegistrationClosed,
    RegistrationIncomplete,
    RegistrationNotFound,
)
from registry.registrations.schemas import (
    AttachRegistrationRequest,
    ConfirmRegistrationRequest,
    RegistrationDetailView,
    RegistrationView,
    RejectRegistrationRequest,
)
from registry.registrations.service import Known
from registry.settings import RegistrySettings

router = APIRouter(prefix="/registrations", tags=["registrations"])
Settings = Annotated[RegistrySettings, Depends(service_settings)]
_READ = [requires("registry:read")]
_WRITE = [requires("registry:write")]


@router.get(
    "",
    operation_id="list_registrations",
    summary="Chủ hồ sơ chưa có trong hệ thống, chờ cán bộ xác nhận",
    dependencies=_READ,
)
async def list_registrations(
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode | None, Query()] = None,
    state: Annotated[Literal["open", "registered", "known", "rejected"], Query()] = "open",
) -> Page[RegistrationView]:
    """List proposals, oldest first."""
    rows = await service.page(
        session,
        commune_code=commune_code,
        state=state,
        after=UUID(str(page.after[0])) if page.after else None,
        limit=page.fetch,
    )
    return page.of(rows, key=lambda row: (str(row.proposal_id),), item=RegistrationView.of)


@router.get(
    "/{proposal_id}",
    operation_id="read_registration",
    summary="Một đề nghị đăng ký, và những người có thể là cùng một người",
    responses=problems(RegistrationNotFound),
    dependencies=_READ,
)
async def read_registration(proposal_id: UUID, session: SessionDep) -> RegistrationDetailView:
    """Show a proposal with people of the same name and birth year."""
    return RegistrationDetailView.with_alike(*await service.read(session, proposal_id))


@router.post(
    "/{proposal_id}/confirm",
    operation_id="confirm_registration",
    summary="Xác nhận và đăng ký chủ hồ sơ; đối chiếu dân cư bắt đầu ngay",
    responses=problems(
        RegistrationNotFound,
        RegistrationClosed,
        RegistrationIncomplete,
        PersonExists,
        PersonNumberMissing,
        BirthInFuture,
        CommuneNotFound,
        CommuneOutsideProvince,
        CommuneNotYours,
    ),
    dependencies=_WRITE,
)
@command
async def confirm_registration(
    proposal_id: UUID,
    body: ConfirmRegistrationRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
) -> Answer[PersonView]:
    """Register the owner as proposed, with what the officer corrects or adds."""
    person = await service.confirm(
        session,
        proposal_id,
        body.model_dump(exclude_unset=True),
        now=clock.now(),
        province_code=settings.province_code,
    )
    return Answer(PersonView.of(person), version=person.version)


@router.post(
    "/{proposal_id}/attach",
    operation_id="attach_registration",
    summary="Ghép với người đã đăng ký bằng CMND: người đó nhận số định danh của hồ sơ",
    responses=problems(
        RegistrationNotFound,
        RegistrationClosed,
        PersonNotFound,
        PersonExists,
        PersonMergedAway,
        NumberUnchanged,
        PreconditionFailed,
    ),
    dependencies=_WRITE,
)
@command
async def attach_registration(
    proposal_id: UUID,
    body: AttachRegistrationRequest,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[PersonView]:
    """Give the recognised person the number that the dossier names."""
    known = Known(PersonKey.parse(body.person), body.version, body.note)
    person = await service.attach(session, proposal_id, known, now=clock.now())
    return Answer(PersonView.of(person), version=person.version)


@router.post(
    "/{proposal_id}/reject",
    operation_id="reject_registration",
    summary="Không đăng ký, nêu lý do",
    responses=problems(RegistrationNotFound, RegistrationClosed),
    dependencies=_WRITE,
)
@command
async def reject_registration(
    proposal_id: UUID,
    body: RejectRegistrationRequest,
    session: SessionDep,
    clock: ClockDep,
) -> RegistrationView:
    """Refuse a proposal; the dossier is refused where it is worked on."""
    proposal = await service.reject(session, proposal_id, body.reason, now=clock.now())
    return RegistrationView.of(proposal)
