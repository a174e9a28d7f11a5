"""Facts follow the person: the officers of the new commune see what the old one wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from registry.circumstances import store

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def follow(session: AsyncSession, communes: Mapping[UUID, str]) -> None:
    """Put the facts of people under the commune where they live now; nothing else changes."""
    if communes:
        await store.move(session, communes)
