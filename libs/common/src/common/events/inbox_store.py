"""SQL of the inbox: what was seen, which versions stand, what is parked."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import BigInteger, Text, Uuid

from common.database.ids import new_id
from common.database.session import raw
from common.events.failures import Failure
from common.events.incoming import Aggregate, Incoming
from common.events.plan import Plan, Standing

_LETTER_COLUMNS = (
    "id",
    "producer",
    "event_id",
    "stream_seq",
    "subject",
    "aggregate_type",
    "aggregate_id",
    "aggregate_version",
    "payload",
    "reason",
    "detail",
)
_SEEN = text("SELECT event_id FROM inbox WHERE event_id = ANY (:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid()))
)
_KEYS = (bindparam("types", type_=ARRAY(Text())), bindparam("ids", type_=ARRAY(Text())))
_APPLIED = text("""
    SELECT v.aggregate_type, v.aggregate_id, v.version
    FROM unnest(:types, :ids) AS k (aggregate_type, aggregate_id)
    JOIN aggregate_version v USING (aggregate_type, aggregate_id)
    WHERE v.producer = :producer
""").bindparams(*_KEYS)
_PARKED = text("""
    SELECT d.aggregate_type, d.aggregate_id, array_agg(d.aggregate_version)
    FROM unnest(:types, :ids) AS k (aggregate_type, aggregate_id)
    JOIN dead_letter d USING (aggregate_type, aggregate_id)
    WHERE d.producer = :producer AND d.status = 'open'
    GROUP BY 1, 2
""").bindparams(*_KEYS)
_ADVANCE = text("""
    INSERT INTO aggregate_version AS v (producer, aggregate_type, aggregate_id, version)
    SELECT :producer, * FROM unnest(:types, :ids, :versions)
    ON CONFLICT (producer, aggregate_type, aggregate_id) DO UPDATE SET version = excluded.version
    WHERE v.version < excluded.version
""").bindparams(*_KEYS, bindparam("versions", type_=ARRAY(BigInteger())))


async def lock(session: AsyncSession, producer: str) -> None:
    """Let one batch or one requeue of a producer's events work at a time, until the commit."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('inbox:' || :producer, 0))"),
        {"producer": producer},
    )


async def standing(session: AsyncSession, producer: str, batch: Sequence[Incoming]) -> Standing:
    """Read what is known about the events and aggregates of a batch."""
    seen = await session.execute(_SEEN, {"ids": [one.event_id for one in batch]})
    keys = sorted({one.aggregate for one in batch if one.aggregate is not None})
    params = {
        "producer": producer,
        "types": [kind for kind, _ in keys],
        "ids": [key for _, key in keys],
    }
    applied = await session.execute(_APPLIED, params)
    parked = await session.execute(_PARKED, params)
    return Standing(
        seen=set(seen.scalars()),
        applied={(kind, key): version for kind, key, version in applied},
        parked={(kind, key): versions for kind, key, versions in parked},
    )


async def first_letter(session: AsyncSession, producer: str, aggregate: Aggregate) -> UUID | None:
    """Give the open letter of an aggregate with the lowest version."""
    found = await session.execute(
        text(
            "SELECT id FROM dead_letter WHERE status = 'open' AND producer = :producer"
            " AND aggregate_type = :kind AND aggregate_id = :key ORDER BY aggregate_version LIMIT 1"
        ),
        {"producer": producer, "kind": aggregate[0], "key": aggregate[1]},
    )
    letter: UUID | None = found.scalar_one_or_none()
    return letter


async def applied_version(session: AsyncSession, producer: str, aggregate: Aggregate) -> int:
    """Give the last applied version of an aggregate, 0 before the first."""
    found = await session.execute(
        text(
            "SELECT version FROM aggregate_version WHERE producer = :producer"
            " AND aggregate_type = :kind AND aggregate_id = :key"
        ),
        {"producer": producer, "kind": aggregate[0], "key": aggregate[1]},
    )
    return int(found.scalar_one_or_none() or 0)


async def record(session: AsyncSession, producer: str, plan: Plan) -> None:
    """Write inbox rows, versions and dead letters of a plan."""
    connection = await raw(session)
    new = [*plan.apply, *(incoming for incoming, _ in plan.park)]
    if new:
        await connection.copy_records_to_table(
            "inbox",
            records=[(incoming.event_id, producer) for incoming in new],
            columns=("event_id", "producer"),
        )
    await advance(session, producer, plan.versions)
    if plan.park:
        await connection.copy_records_to_table(
            "dead_letter",
            records=[_letter(producer, incoming, failure) for incoming, failure in plan.park],
            columns=_LETTER_COLUMNS,
        )


async def advance(session: AsyncSession, producer: str, versions: dict[Aggregate, int]) -> None:
    """Write the last applied versions; they never go back."""
    if versions:
        await session.execute(
            _ADVANCE,
            {
                "producer": producer,
                "types": [kind for kind, _ in versions],
                "ids": [key for _, key in versions],
                "versions": list(versions.values()),
            },
        )


def _letter(producer: str, incoming: Incoming, failure: Failure) -> tuple[object, ...]:
    kind, key = incoming.aggregate or ("", "")
    return (
        new_id(),
        producer,
        incoming.event_id,
        incoming.stream_seq,
        storable(incoming.subject),
        kind,
        key,
        incoming.version,
        storable(incoming.payload),
        storable(failure.reason),
        storable(failure.detail),
    )


def storable(value: str) -> str:
    """Write NUL, which PostgreSQL's text cannot hold, as an escape."""
    return value.replace("\x00", "\\x00")
