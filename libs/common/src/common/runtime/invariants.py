"""Truths that must always hold in a service's database, checked read-only, in production too."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client import Gauge
from sqlalchemy import text

from common.database.session import AsyncSession, Database, Scope
from common.runtime.worker import PeriodicJob

_LOG = logging.getLogger(__name__)


BROKEN = Gauge(
    "invariant_broken", "1 while a truth of the data does not hold", ["service", "invariant"]
)
_EVERY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Invariant:
    """`check` gives one line per violation (ids only), and nothing while the truth holds."""

    name: str
    check: Callable[[AsyncSession], Awaitable[Sequence[str]]]


def sql_invariant(name: str, query: str) -> Invariant:
    """Make an invariant of a query whose every row is a violation (ids and codes only)."""

    async def check(session: AsyncSession) -> Sequence[str]:
        rows = await session.execute(text(query))
        return [", ".join(f"{key}={value}" for key, value in row._asdict().items()) for row in rows]

    return Invariant(name, check)


COMMON: tuple[Invariant, ...] = (
    sql_invariant(
        "the versions of an aggregate in the outbox have no gap",
        """
        SELECT aggregate_type, aggregate_id, max(aggregate_version) AS version, count(*) AS events
        FROM outbox GROUP BY 1, 2
        HAVING max(aggregate_version) - min(aggregate_version) + 1 <> count(*)
        """,
    ),
    sql_invariant(
        "an applied version is never beyond an open dead letter",
        """
        SELECT d.producer, d.aggregate_type, d.aggregate_id, d.aggregate_version
        FROM dead_letter d JOIN aggregate_version v USING (producer, aggregate_type, aggregate_id)
        WHERE d.status = 'open' AND v.version >= d.aggregate_version
        """,
    ),
    sql_invariant(
        "every parked event is in the inbox",
        """
        SELECT d.producer, d.event_id FROM dead_letter d
        WHERE NOT EXISTS (SELECT FROM inbox i WHERE i.event_id = d.event_id)
        """,
    ),
)
"""What holds in every service."""


async def check_invariants(
    db: Database, invariants: Sequence[Invariant], *, actor: str = "invariants"
) -> dict[str, list[str]]:
    """Check all in one read-only snapshot; give the violations by name (empty: all is well)."""
    broken: dict[str, list[str]] = {}
    async with db.read(Scope.service(actor)) as session:
        for invariant in (*COMMON, *invariants):
            violations = list(await invariant.check(session))
            if violations:
                broken[invariant.name] = violations
    return broken


def invariants_job(invariants: Sequence[Invariant]) -> PeriodicJob:
    """Give the hourly check of everything that must hold; the alarm looks at its metric."""

    async def run(context: Any) -> None:
        broken = await check_invariants(context.db, invariants)
        for invariant in (*COMMON, *invariants):
            BROKEN.labels(context.name, invariant.name).set(invariant.name in broken)
        for name in broken:
            _LOG.error("invariant_broken: %s", name)

    return PeriodicJob("invariants", _EVERY_SECONDS, run)
