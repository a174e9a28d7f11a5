"""The board: counts, lists, and working a finding off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from common import audit
from common.contracts.eligibility import EntitlementState
from registry.quality.domain import FindingClosed, FindingNotFound
from registry.quality.service.pairs import settle_pairs
from registry.quality.store import findings as store
from registry.quality.store.findings import Receiving

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def counts(
    session: AsyncSession, commune_code: str
) -> tuple[datetime | None, dict[tuple[str, str], int]]:
    """Count a commune's findings by kind and state, and say when it was looked through."""
    done = await store.refreshes(session)
    return done.get(commune_code), await store.counts(session, commune_code)


async def findings(
    session: AsyncSession,
    commune_code: str,
    *,
    kind: str | None,
    state: str,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Read a page of a commune's findings; audited."""
    rows = await store.listed(
        session, commune_code, kind=kind, state=state, after=after, limit=limit
    )
    detail = {"kind": kind or "all", "rows": len(rows)}
    await audit.record(session, "quality.listed", "commune", commune_code, detail)
    return rows


async def work_off(
    session: AsyncSession,
    finding_id: UUID,
    state: Literal["resolved", "dismissed"],
    note: str,
    *,
    now: datetime,
) -> dict[str, Any]:
    """Close a finding: put right (opens again if it is found again), or no mistake at all.

    Raises:
        FindingNotFound, FindingClosed: there is nothing to work off.
    """
    found = await store.locked(session, finding_id)
    if found is None:
        raise FindingNotFound
    if found.state != "open":
        raise FindingClosed
    values = {"state": state, "now": now, "by": session.info["scope"].actor, "note": note}
    await store.close(session, finding_id, values)
    await audit.record(session, f"quality.{state}", "person", found.person_id, {"kind": found.kind})
    if state == "dismissed" and found.other_id is not None:
        await settle_pairs(session, [(found.person_id, found.other_id)], "two_people", now)
    row = await store.view(session, finding_id)
    if row is None:
        raise FindingNotFound
    return row


async def note_receiving(session: AsyncSession, states: Sequence[EntitlementState]) -> None:
    """Keep who is paid, by the last state of each entitlement; nothing else of it."""
    latest = {state.entitlement_id: state for state in states}
    await store.put_receiving(
        session,
        [
            Receiving(
                entitlement_id=state.entitlement_id,
                person_id=state.person_id,
                payee_person_id=state.payee_person_id,
                commune_code=state.commune_code,
                benefit=state.benefit,
                status=state.status,
                last_month=_last_month(state),
            )
            for state in latest.values()
        ],
    )


async def forget(session: AsyncSession, person_ids: Sequence[UUID], *, now: datetime) -> None:
    """Let the open findings of people be gone until the next look."""
    await store.forget(session, person_ids, now)


async def look_again(session: AsyncSession, communes: Collection[str]) -> None:
    """Let communes be looked through at the next turn: somebody was registered, or got a number."""
    await store.look_again(session, communes)


def _last_month(state: EntitlementState) -> date | None:
    if any(level.to_month is None for level in state.levels):
        return None
    return max((level.to_month.first_day for level in state.levels if level.to_month), default=None)
