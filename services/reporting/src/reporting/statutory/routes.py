"""Exact counts by group, in the sealed scope."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from common.contracts.fields import MONTH_PATTERN
from common.kernel.months import Month
from common.web.auth import Actor, requires
from common.web.deps import SessionDep, SettingsDep
from common.web.problems import problems
from reporting.indicators.schemas.queries import CommuneQuery
from reporting.indicators.service import CommuneNotVisible, visible_communes
from reporting.statutory.domain import CountsStayClosed
from reporting.statutory.schemas import GroupCountsView
from reporting.statutory.service.group_counts import exact_counts

router = APIRouter(tags=["reports"])


@router.get(
    "/group-counts",
    operation_id="get_group_counts",
    summary="Số người theo từng nhóm của luật, trong phạm vi niêm phong",
    responses=problems(CommuneNotVisible, CountsStayClosed),
)
async def get_group_counts(
    actor: Annotated[Actor, requires("reporting:sealed")],
    session: SessionDep,
    settings: SettingsDep,
    response: Response,
    month: Annotated[str, Query(pattern=MONTH_PATTERN, examples=["2026-12"])],
    commune_code: CommuneQuery = None,
) -> GroupCountsView:
    """Open the counts of a month for the statutory forms; opening is recorded."""
    response.headers["Cache-Control"] = "no-store"
    communes = visible_communes(actor.communes, commune_code)
    key = settings.sealed_counts_private_key.get_secret_value()
    found = await exact_counts(session, communes, Month.parse(month), key)
    return GroupCountsView.model_validate(found)
