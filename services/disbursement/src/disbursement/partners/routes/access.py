"""Who speaks for a partner: its row names the OAuth2 client.

A partner's token names no commune, so its routes work for the whole province and are limited to
the partner's own rows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from common.database.session import AsyncSession, Scope
from common.web.auth import Actor, requires
from common.web.context import context_of
from common.web.problems import problems
from disbursement.directory import service as directory
from disbursement.directory.domain import PartnerNotYours, PartnerUnknown

SCOPE = "partners:exchange"


async def this_partner(
    request: Request, code: str, actor: Annotated[Actor, requires(SCOPE)]
) -> Actor:
    """Only the partner itself: its row names the OAuth2 client that speaks for it.

    Raises:
        PartnerUnknown, PartnerNotYours: no such partner, or another one's client.
    """
    async with context_of(request).database.read(Scope.service("partners")) as session:
        partner = await directory.partner(session, code)
    if partner.client_id != actor.client_id:
        raise PartnerNotYours
    request.state.partner = partner
    return actor


async def _partner_session(
    request: Request, code: str, actor: Annotated[Actor, Depends(this_partner)]
) -> AsyncIterator[AsyncSession]:
    """Open the request's transaction in the partner's name."""
    scope = Scope.service(f"partner:{code}:{actor.client_id}")
    async with context_of(request).database.transaction(scope) as session:
        yield session


PartnerSession = Annotated[AsyncSession, Depends(_partner_session, scope="function")]


def partner_router() -> APIRouter:
    """Give a router whose routes only the partner of the address may call."""
    return APIRouter(
        prefix="/partners/{code}",
        tags=["partner-messages"],
        dependencies=[Depends(this_partner)],
        responses=problems(PartnerUnknown, PartnerNotYours),
    )
