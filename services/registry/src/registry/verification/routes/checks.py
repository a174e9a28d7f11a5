"""Routes of checks against the population database."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import CommuneCode
from common.web.auth import requires
from common.web.commands import Answer, command
from common.web.deps import SessionDep, service_settings
from common.web.paging import Page, PageParams
from common.web.problems import problems
from registry.areas.domain import CommuneNotFound, CommuneOutsideProvince
from registry.persons.domain import CommuneNotYours, PersonNotFound
from registry.settings import RegistrySettings
from registry.verification import service
from registry.verification.schemas.checks import (
    StandingView,
    StartVerificationRequest,
    VerificationStartedView,
)

checks = APIRouter(prefix="/verifications", tags=["verification"])

Settings = Annotated[RegistrySettings, Depends(service_settings)]


@checks.post(
    "",
    operation_id="start_verification",
    status_code=202,
    summary="Đối chiếu một người, một số người hoặc cả xã với cơ sở dữ liệu dân cư",
    responses=problems(CommuneNotFound, CommuneOutsideProvince, CommuneNotYours, PersonNotFound),
    dependencies=[requires("verifications:write")],
)
@command
async def start_verification(
    body: StartVerificationRequest,
    session: SessionDep,
    settings: Settings,
) -> Answer[VerificationStartedView]:
    """Queue the checks; an outage leaves people unverified and stops nothing."""
    wanted = service.Wanted(body.commune_code, body.reason, tuple(body.persons or ()))
    operation_id, people = await service.start(
        session, wanted, province_code=settings.province_code
    )
    return Answer(
        VerificationStartedView(operation_id=operation_id, people=people),
        location=f"/registry/v1/operations/{operation_id}",
    )


@checks.get(
    "",
    operation_id="list_verifications",
    summary="Những người chưa khớp hoặc chưa xác minh được",
    dependencies=[requires("registry:read")],
)
async def list_verifications(
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode, Query()],
    status: Annotated[
        Literal["mismatch", "not_found", "unverified", "verified"], Query()
    ] = "mismatch",
) -> Page[StandingView]:
    """List people by the result of their last check."""
    after = (str(page.after[0]), UUID(str(page.after[1]))) if page.after else None
    rows = await service.standing(session, commune_code, status, after=after, limit=page.fetch)
    return page.of(
        rows,
        key=lambda row: (row[1], str(row[0].person_id)),
        item=lambda row: StandingView(
            person_id=row[0].person_id,
            personal_id=row[0].identity.personal_id,
            full_name=row[0].identity.full_name,
            status=row[0].verification,
            mismatches=row[2].mismatches,
            fields=row[2].fields,
            reasons=row[2].reasons,
            checked_at=row[2].checked_at,
        ),
    )
