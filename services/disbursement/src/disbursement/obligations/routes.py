"""Months recorded as paid before us change only by a second person's word."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends

from common.contracts.fields import CommuneCode
from common.web.auth import Actor, requires
from common.web.commands import command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from disbursement.obligations import service
from disbursement.obligations.domain import (
    HandedBeforeDecision,
    NothingToHandOver,
    OneOffNotFound,
    RecordedChangeDecided,
    RecordedChangeNotFound,
    RecorderDecides,
)
from disbursement.obligations.schemas import (
    DecideRecordedChangeRequest,
    HandOverRequest,
    OneOffView,
    RecordedChangeView,
    TakeBackRequest,
    TakenBackView,
)

router = APIRouter(tags=["recorded-months"])

_DECIDES = requires("lists:approve")
_DECISION = problems(RecordedChangeNotFound, RecordedChangeDecided, RecorderDecides)


@router.get(
    "/recorded-changes",
    operation_id="search_recorded_changes",
    summary="Các đề nghị sửa tháng đã chi",
    dependencies=[requires("disbursement:read")],
)
async def search_recorded_changes(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    state: Literal["pending", "confirmed", "refused"] = "pending",
    commune_code: CommuneCode | None = None,
) -> Page[RecordedChangeView]:
    """Give what lists say otherwise than what is recorded, or than what we paid."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.recorded_changes(
        session, commune_code=commune_code, state=state, after=after, limit=page.fetch
    )
    return page.of(
        rows, key=lambda row: (str(row.change_id),), item=RecordedChangeView.model_validate
    )


@router.post(
    "/recorded-changes/{change_id}/{decision}",
    operation_id="decide_recorded_change",
    summary="Người thứ hai xác nhận hoặc từ chối sửa một tháng đã chi",
    responses=_DECISION,
)
@command
async def decide_recorded_change(
    change_id: UUID,
    decision: Literal["confirm", "refuse"],
    body: DecideRecordedChangeRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, _DECIDES],
) -> RecordedChangeView:
    """A confirmed amount counts in the arrears and recoveries of the next list."""
    done = await service.decide_recorded_change(
        session,
        change_id,
        "confirmed" if decision == "confirm" else "refused",
        by=actor.subject,
        reason=body.reason,
        now=clock.now(),
    )
    return RecordedChangeView.model_validate(done)


@router.post(
    "/recorded-imports/take-back",
    operation_id="take_recorded_import_back",
    summary="Đề nghị, hoặc người thứ hai xác nhận, bỏ các tháng đã chi của một lần nhập",
)
@command
async def take_recorded_import_back(
    body: TakeBackRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, _DECIDES],
) -> TakenBackView:
    """The first call proposes; the call of another person lets it count."""
    months = await service.take_import_back(
        session, body.import_id, by=actor.subject, reason=body.reason, now=clock.now()
    )
    return TakenBackView(months=months)


@router.get(
    "/one-offs",
    operation_id="search_one_offs",
    summary="Các khoản trợ giúp một lần theo quyết định",
    dependencies=[requires("disbursement:read")],
)
async def search_one_offs(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: CommuneCode | None = None,
) -> Page[OneOffView]:
    """Give what decisions grant once, from the decision to the proof of payment."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.search_one_offs(
        session, commune_code=commune_code, after=after, limit=page.fetch
    )
    return page.of(rows, key=lambda row: (str(row.one_off_id),), item=OneOffView.model_validate)


@router.post(
    "/one-offs/{one_off_id}/hand-over",
    operation_id="hand_over_one_off",
    summary="Ghi nhận đã giao hiện vật (gạo, nhu yếu phẩm) theo biên bản",
    responses=problems(OneOffNotFound, NothingToHandOver, HandedBeforeDecision),
)
@command
async def hand_over_one_off(
    one_off_id: UUID,
    body: HandOverRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:write")],
) -> OneOffView:
    """What is granted in kind is proved by its receipt; no money moves."""
    done = await service.hand_over(
        session, one_off_id, on=body.handed_on, by=actor.subject, receipt=body.receipt,
        today=clock.today(),
    )  # fmt: skip
    return OneOffView.model_validate(done)
