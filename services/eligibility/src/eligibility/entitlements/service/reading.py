"""Look at entitlements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from eligibility.entitlements import store
from eligibility.entitlements.domain import Entitlement, EntitlementNotFound, LevelRow
from eligibility.facts import service as facts
from eligibility.facts.domain import PersonUnknown


async def get(session: AsyncSession, entitlement_id: UUID) -> Entitlement:
    """Give an entitlement.

    Raises:
        EntitlementNotFound: none, or not the caller's.
    """
    found = await store.read(session, [entitlement_id])
    if not found:
        raise EntitlementNotFound
    return found[0]


async def page(
    session: AsyncSession, filters: Mapping[str, Any], after: Sequence[Any] | None, limit: int
) -> list[Entitlement]:
    """Give a page of entitlements."""
    return await store.page(session, filters, after, limit)


async def waiting_for_level(
    session: AsyncSession,
    counts_from: date,
    *,
    commune_code: str | None = None,
    entitlement_ids: Sequence[UUID] | None = None,
) -> list[Any]:
    """Give the entitlements, of a commune or of those named, not yet moved to the newest level."""
    return await store.waiting(session, counts_from, commune_code, entitlement_ids)


async def read(session: AsyncSession, entitlement_ids: Sequence[UUID]) -> list[Entitlement]:
    """Give those of the entitlements that exist and are the caller's."""
    return await store.read(session, entitlement_ids)


async def of_people(session: AsyncSession, person_ids: Sequence[UUID]) -> list[Entitlement]:
    """Give everything that people have or had, the caller's communes only."""
    return await store.read_of_people(session, person_ids)


async def levels_before_end(
    session: AsyncSession, entitlement_ids: Sequence[UUID]
) -> dict[UUID, list[LevelRow]]:
    """Give the levels that entitlements had before they were cut for a death or ended."""
    return await store.levels_before_end(session, entitlement_ids)


async def stopped_deceased(session: AsyncSession, person_ids: Sequence[UUID]) -> list[Entitlement]:
    """Give people's entitlements that a signed decision stopped because of a death."""
    return await store.read_stopped_deceased(session, person_ids)


NOBODY = UUID(int=0)


async def person_filter(
    session: AsyncSession, person_id: UUID | None, personal_id: str | None
) -> UUID | None:
    """Give the person to filter by; a personal number that is unknown matches nobody."""
    if personal_id is None:
        return person_id
    try:
        person = await facts.person_by_personal_id(session, personal_id)
    except PersonUnknown:
        return NOBODY
    return person.person_id if person_id in {None, person.person_id} else NOBODY
