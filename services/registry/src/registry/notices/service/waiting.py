"""For whom a notice of a death waits, and who reported it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from registry.notices import store

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def awaited_numbers(session: AsyncSession) -> frozenset[str]:
    """Give every number for which a death notice waits, in the scope of the transaction."""
    return frozenset(await store.awaited_numbers(session))


async def reporters_of(session: AsyncSession, numbers: Collection[str]) -> frozenset[str]:
    """Give the communes that reported the notices that wait for these numbers."""
    found = await store.of_numbers(session, numbers) if numbers else []
    return frozenset(notice.commune_code for notice in found)
