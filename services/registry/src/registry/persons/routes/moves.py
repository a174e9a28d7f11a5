"""The former commune's side of moves that other communes stated."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.web.auth import requires
from common.web.commands import command
from common.web.deps import ClockDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from registry.persons import service
from registry.persons.domain import MoveNotFound, MoveSettled
from registry.persons.schemas.moves import MoveState, MoveView, ObjectToMoveRequest

router = APIRouter(prefix="/moves", tags=["persons"])
_REFUSALS = problems(MoveNotFound, MoveSettled)


@router.get(
    "",
    operation_id="list_moves",
    summary="Việc chuyển đi do xã khác khai nhận, chờ xã cũ xác nhận hoặc phản đối",
    dependencies=[requires("registry:read")],
)
async def list_moves(
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    state: Annotated[MoveState, Query(description="open: đang chờ; refused: khai sai")] = "open",
) -> Page[MoveView]:
    """List moves from and to the caller's communes, the oldest first."""
    after = (str(page.after[0]), UUID(str(page.after[1]))) if page.after else None
    rows = await service.moves_of(session, state, after, page.fetch)
    return page.of(
        rows,
        key=lambda row: (row["stated_at"].isoformat(), str(row["move_id"])),
        item=lambda row: MoveView.of(dict(row)),
    )


@router.post(
    "/{move_id}/confirm",
    operation_id="confirm_move",
    summary="Xã cũ xác nhận người dân đã chuyển đi",
    responses=_REFUSALS,
    dependencies=[requires("registry:write")],
    status_code=204,
)
@command
async def confirm_move(move_id: UUID, session: SessionDep) -> None:
    """Confirm a move for the commune that the person left."""
    await service.confirm_move(session, move_id)


@router.post(
    "/{move_id}/object",
    operation_id="object_to_move",
    summary="Xã cũ phản đối: người dân không chuyển đi",
    responses=_REFUSALS,
    dependencies=[requires("registry:write")],
    status_code=204,
)
@command
async def object_to_move(
    move_id: UUID,
    body: ObjectToMoveRequest,
    session: SessionDep,
    clock: ClockDep,
) -> None:
    """Take the person back into the commune that they never left."""
    await service.object_to_move(session, move_id, body.reason, now=clock.now())
