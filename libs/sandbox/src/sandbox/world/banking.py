"""The bank's and the post office's desks: lists in, status inquiries, their own books for a look."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from pydantic import BaseModel

from sandbox.world.clock import SandboxClock
from sandbox.world.formats import (
    BYTES_MAX,
    UnreadableListError,
    read_pain_001,
    read_post_csv,
)
from sandbox.world.partner import Failure, ParsedList, Partner, PartnerProfile
from sandbox.world.store import WorldStore

BANK = PartnerProfile(
    code="agribank",
    client_id="bank",
    kind="bank",
    name="Ngân hàng (bản thử)",
    format="pain.001.001.09",
    failures=(
        Failure("failed", "AC01", 12),
        Failure("failed", "AC04", 8),
        Failure("failed", "AC06", 4),
        Failure("failed", "BE01", 8),
    ),
)
"""Wrong account, closed account, blocked account, other name (ISO 20022 external codes)."""

POST = PartnerProfile(
    code="vnpost",
    client_id="post",
    kind="post_office",
    name="Bưu điện (bản thử)",
    format="csv",
    failures=(Failure("uncollected", "MS03", 25),),
)
"""Cash that nobody came for."""


class Introduction(BaseModel):
    """What a partner tells the province when they sign the contract."""

    code: str
    partner_kind: str
    name: str
    format: str
    address: str
    client_id: str
    key_id: str
    public_key: str


class Mood(BaseModel):
    """Faults to play with the next lists: taken but not answered, or answered late."""

    drop_answers: int = 0
    """How many answers are lost."""
    hold_milliseconds: int = 0
    """How long an answer waits after the list was booked."""


class Desk:
    """Takes lists for one partner, after checking who signed them."""

    def __init__(self, partner: Partner, store: WorldStore) -> None:
        """Take the partner's books."""
        self.partner = partner
        self._store = store

    async def take(self, reference: str, content: bytes, parsed: ParsedList) -> dict[str, Any]:
        """Book the list; with the mood for it, keep the answer waiting or lose it."""
        answer = self.partner.take(reference, content, parsed)
        with self._store.transaction() as connection:
            drops = connection.execute(
                "update mood set value = value - 1 where name = ? and value > 0",
                (self._name("drop_answers"),),
            ).rowcount
        held = self._store.row(
            "select value from mood where name = ?", (self._name("hold_milliseconds"),)
        )
        if held:
            await asyncio.sleep(held["value"] / 1000)
        if drops:
            raise HTTPException(504, {"code": "answer_lost"})
        return answer

    def set_mood(self, mood: Mood) -> None:
        """Set the faults to play."""
        with self._store.transaction() as connection:
            connection.executemany(
                "insert or replace into mood values (?, ?)",
                [(self._name(name), value) for name, value in mood.model_dump().items()],
            )

    def _name(self, fault: str) -> str:
        return f"{self.partner.profile.code}.{fault}"

    def messages(self) -> list[dict[str, Any]]:
        """Give what this partner has to tell, when, and whether disbursement took it."""
        rows = self._store.rows(
            "select id, due_on, delivered_at is not null taken from message where partner = ?"
            " order by due_on, id",
            (self.partner.profile.code,),
        )
        return [{**dict(row), "taken": bool(row["taken"])} for row in rows]

    def books(self) -> dict[str, Any]:
        """Give what this partner paid, for comparison with what others say."""
        code = self.partner.profile.code
        outcomes = self._store.rows(
            "select outcome, coalesce(reason_code, '') reason, count(*) lines, sum(amount) total"
            " from transfer where partner = ? group by 1, 2 order by 1, 2",
            (code,),
        )
        refused = self._store.rows(
            "select code, count(*) times from refusal where partner = ? group by 1", (code,)
        )
        lists = self._store.rows(
            "select reference, digest, lines, total, execution_date from delivery"
            " where partner = ? order by 1",
            (code,),
        )
        waiting = self._store.row(
            "select count(*) n from message where partner = ? and delivered_at is null", (code,)
        )
        return {
            "partner": code,
            "lists": [dict(row) for row in lists],
            "outcomes": [dict(row) for row in outcomes],
            "refusals": [dict(row) for row in refused],
            "messages_waiting": waiting["n"] if waiting else 0,
        }


def desk_router(
    prefix: str,
    desk: Desk,
    clock: SandboxClock,
    *,
    scope: Any,
    signed_body: Any,
) -> APIRouter:
    """Give the routes of one partner; `signed_body` verifies the message signature."""
    router = APIRouter(prefix=prefix, tags=[prefix.strip("/")])

    def read(content: bytes, execution: str | None) -> ParsedList:
        if len(content) > BYTES_MAX:
            raise desk.partner.refuse(413, "too_large")
        try:
            if desk.partner.profile is BANK:
                return read_pain_001(content)
            first = date.fromisoformat(execution) if execution else clock.today()
            return read_post_csv(content, first)
        except UnreadableListError as error:
            raise desk.partner.refuse(422, "unreadable_list") from error

    @router.post("/lists", status_code=202, dependencies=[Depends(scope), Depends(signed_body)])
    async def take_list(
        request: Request,
        x_list_reference: Annotated[str, Header()],
        x_execution_date: Annotated[str | None, Header()] = None,
    ) -> dict[str, Any]:
        content = await request.body()
        return await desk.take(x_list_reference, content, read(content, x_execution_date))

    @router.get("/lists/{reference}", dependencies=[Depends(scope)])
    def list_status(reference: str) -> dict[str, Any]:
        return desk.partner.status(reference)

    @router.get("/books")
    def show_books() -> dict[str, Any]:
        return desk.books()

    @router.get("/messages")
    def show_messages() -> list[dict[str, Any]]:
        return desk.messages()

    @router.post("/mood")
    def change_mood(mood: Mood) -> Mood:
        desk.set_mood(mood)
        return mood

    return router


def introduction_router(prefix: str, about: Introduction) -> APIRouter:
    """Give the route by which a partner introduces itself."""
    router = APIRouter(prefix=prefix, tags=[prefix.strip("/")])

    @router.get("/introduction")
    def introduce() -> Introduction:
        return about

    return router
