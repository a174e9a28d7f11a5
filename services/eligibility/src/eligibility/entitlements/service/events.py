"""Each change of an entitlement is one event with its full state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.contracts.benefits import told_line
from common.contracts.eligibility import DecisionRef, EntitlementState, Level
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from eligibility.entitlements import store
from eligibility.entitlements.domain import Entitlement
from eligibility.law.domain.parameters import coefficient_text


async def tell(session: AsyncSession, kind: Any, ids: Sequence[UUID]) -> None:
    """Tell the full state of entitlements, one event each."""
    if not ids:
        return
    items = [
        NewEvent(item.entitlement_id, item.version, kind(entitlement=_state(item)))
        for item in await store.read(session, ids)
    ]
    await emit_many(session, items)


def _state(item: Entitlement) -> EntitlementState:
    return EntitlementState(
        entitlement_id=item.entitlement_id,
        person_id=item.person_id,
        commune_code=item.commune_code,
        benefit=item.benefit,
        group=told_line(item.benefit, item.group_code).group,
        status=item.status,
        status_reason=item.status_reason,
        levels=tuple(
            Level(
                from_month=level.from_month,
                to_month=level.to_month,
                amount=level.amount,
                coefficient=coefficient_text(level.coefficient),
                provision=told_line(item.benefit, item.group_code, level.provision).provision,
            )
            for level in item.levels
        ),
        decision=DecisionRef(**item.decision),
        payee_person_id=item.payee_person_id,
    ).with_group(item.group_code)
