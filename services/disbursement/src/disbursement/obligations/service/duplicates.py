"""Records that may be one human: kept as the registry tells them, read when a list is built."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.registry import DuplicateSettled, DuplicateSuspected
from common.database.session import AsyncSession
from disbursement.obligations.store import duplicates
from disbursement.sql import columns


async def take_duplicates(
    session: AsyncSession, told: Sequence[tuple[DuplicateSuspected | DuplicateSettled, int]]
) -> None:
    """Keep what the registry says of pairs of records that may be one human; the last word counts."""
    last = {data.pair_id: (data, version) for data, version in told}
    rows = [
        (
            pair_id,
            data.earlier_person_id,
            data.later_person_id,
            isinstance(data, DuplicateSettled),
            version,
        )
        for pair_id, (data, version) in last.items()
    ]
    await duplicates.put(session, columns(rows, 5))
