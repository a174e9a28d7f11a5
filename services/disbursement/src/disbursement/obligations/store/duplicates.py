"""Pairs of records that may be one human, as the registry told them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from common.database.session import AsyncSession
from disbursement import sql


async def put(session: AsyncSession, columns: Sequence[list[Any]]) -> None:
    """Keep pairs (id, earlier, later, settled, version); an older version changes nothing."""
    await sql.run(
        session,
        "INSERT INTO possible_duplicate AS d (pair_id, earlier_person_id, later_person_id, settled,"
        " version) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::boolean[],"
        " $5::bigint[]) ON CONFLICT (pair_id) DO UPDATE SET settled = excluded.settled,"
        " version = excluded.version WHERE d.version < excluded.version",
        *columns,
    )
