"""Routes of sealed facts: a scope of their own, and POST for reads, so that no address tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from common.web.auth import requires
from common.web.commands import keyed_command
from common.web.deps import ClockDep, SessionDep, service_settings
from common.web.problems import problems
from registry.circumstances.domain import PeriodInvalid
from registry.persons.domain import PersonNotFound
from registry.sealed_facts import service
from registry.sealed_facts.domain import (
    SealedFactNotFound,
    SealedFactsOff,
    SealedFactUnchanged,
)
from registry.sealed_facts.schemas import (
    CountSealedFactsRequest,
    CountsView,
    EndSealedFactRequest,
    ReadSealedFactRequest,
    RecordSealedFactRequest,
    SealedFactView,
    SealedReceiptView,
)
from registry.sealed_facts.service import Keeper
from registry.settings import RegistrySettings

router = APIRouter(prefix="/sealed-facts", tags=["sealed-facts"])
_SCOPE = [requires("registry:sealed_facts")]


def keeper_of(settings: Annotated[RegistrySettings, Depends(service_settings)]) -> Keeper:
    """Give the keeper of this installation.

    Raises:
        SealedFactsOff: a setting is missing.
    """
    return Keeper.of(settings.sealed_facts_key.get_secret_value(), settings.neutral_group_code)


KeeperDep = Annotated[Keeper, Depends(keeper_of)]


def _digest(values: Mapping[str, Any]) -> str:
    """Tell repeated commands by a keyed digest: a plain one of so few values could be guessed."""
    keeper: Keeper = values["keeper"]
    body: BaseModel = values["body"]
    return keeper.digest.of(body.model_dump_json()).hex()


@router.post(
    "",
    operation_id="record_sealed_fact",
    status_code=201,
    summary="Ghi hồ sơ niêm phong của một người",
    responses=problems(PersonNotFound, PeriodInvalid, SealedFactsOff),
    dependencies=_SCOPE,
)
@keyed_command(_digest)
async def record_sealed_fact(
    body: RecordSealedFactRequest,
    session: SessionDep,
    clock: ClockDep,
    keeper: KeeperDep,
) -> SealedReceiptView:
    """Seal a fact; every other service hears a neutral code only."""
    fact_id = await service.record_one(
        session, keeper, body.personal_id, body.statement(), now=clock.now()
    )
    return SealedReceiptView(fact_id=fact_id)


# without a key: a reading; POST keeps personal data out of the address
@router.post(
    "/read",
    operation_id="read_sealed_fact",
    summary="Đọc hồ sơ niêm phong của một người, có lý do",
    responses=problems(PersonNotFound, SealedFactNotFound, SealedFactsOff),
    dependencies=_SCOPE,
)
async def read_sealed_fact(
    body: ReadSealedFactRequest,
    session: SessionDep,
    keeper: KeeperDep,
    response: Response,
) -> SealedFactView:
    """Show a sealed fact; the audit log keeps who read it and why."""
    fact_id, stated = await service.read_one(session, keeper, body.personal_id, body.access())
    response.headers["Cache-Control"] = "no-store"
    return SealedFactView.of(fact_id, stated)


@router.post(
    "/end",
    operation_id="end_sealed_fact",
    summary="Kết thúc hồ sơ niêm phong từ một ngày",
    responses=problems(PersonNotFound, SealedFactNotFound, SealedFactUnchanged, SealedFactsOff),
    dependencies=_SCOPE,
)
@keyed_command(_digest)
async def end_sealed_fact(
    body: EndSealedFactRequest,
    session: SessionDep,
    clock: ClockDep,
    keeper: KeeperDep,
) -> SealedReceiptView:
    """Let a sealed fact hold only until before a day; the neutral code ends with it."""
    fact_id = await service.end_one(
        session, keeper, body.personal_id, (body.ended_on, body.reason), now=clock.now()
    )
    return SealedReceiptView(fact_id=fact_id)


@router.post(
    "/withdraw",
    operation_id="withdraw_sealed_fact",
    summary="Rút hồ sơ niêm phong ghi nhầm",
    responses=problems(PersonNotFound, SealedFactNotFound, SealedFactsOff),
    dependencies=_SCOPE,
)
@keyed_command(_digest)
async def withdraw_sealed_fact(
    body: ReadSealedFactRequest,
    session: SessionDep,
    clock: ClockDep,
    keeper: KeeperDep,
) -> SealedReceiptView:
    """Take back what was sealed by mistake: nothing of it counts."""
    fact_id = await service.withdraw_one(
        session, keeper, body.personal_id, body.access(), now=clock.now()
    )
    return SealedReceiptView(fact_id=fact_id)


# without a key: a reading; POST keeps personal data out of the address
@router.post(
    "/counts",
    operation_id="count_sealed_facts",
    summary="Đếm hồ sơ niêm phong cho báo cáo",
    responses=problems(SealedFactsOff),
    dependencies=_SCOPE,
)
async def count_sealed_facts(
    body: CountSealedFactsRequest, session: SessionDep, clock: ClockDep, keeper: KeeperDep
) -> CountsView:
    """Count for Mẫu 10a; figures that could point at fewer than five people are left out."""
    scope = (body.commune_code, body.on)
    counts = await service.counts(session, keeper, scope, body.access(), now=clock.now())
    return CountsView.of(counts)
