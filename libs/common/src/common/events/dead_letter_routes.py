"""Parked events over HTTP, for the operator: list, play again, give up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from common.audit import service as audit
from common.database.session import Database, Scope
from common.events import dead_letters
from common.events.dead_letters import DeadLetterNotFound, EarlierLetterOpen
from common.events.dispatch import Dispatcher
from common.web.auth import Actor, requires
from common.web.deps import ContextDep, ReadSessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems

router = APIRouter(prefix="/dead-letters", tags=["operations"])

Operator = Annotated[Actor, requires("dead_letters:write")]


class DeadLetterView(BaseModel):
    """A parked event: which one and why, never its content."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    producer: str = Field(examples=["registry"])
    event_id: UUID
    subject: str = Field(examples=["ansinh.registry.person.registered.v1"])
    aggregate_type: str = Field(examples=["person"])
    aggregate_id: str
    aggregate_version: int
    reason: str = Field(examples=["database_23503 (fk_entitlement_person_id)"])
    attempts: int
    status: str = Field(examples=["open"])
    parked_at: datetime
    resolved_at: datetime | None


class ReplayView(BaseModel):
    """How far playing again came."""

    applied: int
    remaining: int


class DiscardRequest(BaseModel):
    """Why an event is given up; kept with it and in the audit log."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Sự kiện của bản thử, không dùng"}]},
    )

    reason: str = Field(min_length=10, max_length=500, examples=["Sự kiện của bản thử, không dùng"])


@router.get(
    "",
    operation_id="list_dead_letters",
    summary="Liệt kê sự kiện chưa xử lý được",
    dependencies=[requires("operations:read")],
)
async def list_dead_letters(
    session: ReadSessionDep, page: Annotated[PageParams, Depends()], status: str = "open"
) -> Page[DeadLetterView]:
    """Give parked events, oldest first."""
    after = UUID(str(page.after[-1])) if page.after else None
    letters = await dead_letters.list_dead_letters(
        session, status=status, after=after, limit=page.fetch
    )
    return page.of(letters, key=lambda one: (str(one.id),), item=DeadLetterView.model_validate)


# without a key: a second call finds the letter gone (404)
@router.post(
    "/{letter_id}/requeue",
    operation_id="requeue",
    summary="Xử lý lại các sự kiện của cùng đối tượng, theo thứ tự",
    responses=problems(DeadLetterNotFound),
)
async def requeue(
    letter_id: UUID,
    actor: Operator,
    web: ContextDep,
    *,
    accept_missing: Annotated[
        bool, Query(description="Chấp nhận thiếu sự kiện trước đó (đã xác minh là không còn)")
    ] = False,
) -> ReplayView:
    """Play the events of this letter's aggregate again, up to the first that fails."""
    db = web.database
    detail = {"accept_missing": str(accept_missing).lower()}
    await _record(db, actor, "dead_letter.requeued", letter_id, detail)
    replay = await dead_letters.requeue(
        db, _dispatcher(db), letter_id, actor=actor.subject, accept_missing=accept_missing
    )
    return ReplayView(applied=replay.applied, remaining=replay.remaining)


# without a key: a second call finds no letter left
@router.post("/requeue", operation_id="requeue_all", summary="Xử lý lại tất cả sự kiện đang chờ")
async def requeue_all(actor: Operator, web: ContextDep) -> ReplayView:
    """Play all parked events again, aggregate by aggregate."""
    db = web.database
    await _record(db, actor, "dead_letter.all_requeued", None, {})
    replay = await dead_letters.requeue_all(db, _dispatcher(db), actor=actor.subject)
    return ReplayView(applied=replay.applied, remaining=replay.remaining)


# without a key: a second call finds the letter gone (404)
@router.post(
    "/{letter_id}/discard",
    operation_id="discard",
    summary="Bỏ hẳn một sự kiện, có ghi lý do",
    responses=problems(DeadLetterNotFound, EarlierLetterOpen),
    status_code=204,
)
async def discard(letter_id: UUID, body: DiscardRequest, actor: Operator, web: ContextDep) -> None:
    """Give an event up for good, so that the ones behind it can go on."""
    await dead_letters.discard(web.database, letter_id, actor=actor.subject, reason=body.reason)
    await _record(web.database, actor, "dead_letter.discarded", letter_id, {"reason": body.reason})


def _dispatcher(db: Database) -> Dispatcher:
    return db.dispatcher or Dispatcher([])


async def _record(
    db: Database, actor: Actor, action: str, letter_id: UUID | None, detail: dict[str, str]
) -> None:
    async with db.transaction(Scope(actor.communes, actor.subject)) as session:
        await audit.record(session, action, "dead_letter", str(letter_id or "*"), detail)
