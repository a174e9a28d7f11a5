"""Reconcile a list with its partners; agreement closes the month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.audit import record
from common.contracts.disbursement import PaymentListReconciled
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from common.kernel.months import Month
from disbursement.ledger import service as ledger
from disbursement.obligations.domain import name_uuid
from disbursement.payroll import service as payroll
from disbursement.payroll.domain import EarlierMonthOpen, PartnerBlocked, list_id_of
from disbursement.reconciliation import store
from disbursement.reconciliation.domain import (
    ListNotSealed,
    NothingToOverride,
    OverrideByMaker,
    ReconciliationNotFound,
)


@dataclass(frozen=True, slots=True)
class PartnerSide:
    """How one partner's three sides agree."""

    partner: str
    matched_lines: int
    matched_amount: int
    carried_lines: int
    carried_amount: int
    unexplained_lines: int
    unexplained_amount: int
    overridden_by: str | None
    override_reason: str | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A list reconciled; `closed` when nothing is unexplained."""

    reconciliation_id: UUID
    list_id: UUID
    commune_code: str
    month: Month
    state: str
    runs: int
    made_by: str
    reconciled_on: date
    partners: tuple[PartnerSide, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A reference that did not match plainly."""

    partner: str
    end_to_end_id: str
    match_class: str
    person_id: UUID | None
    amount_listed: int | None
    amount_result: int | None
    amount_statement: int | None
    reason: str | None
    explained: bool


async def reconcile(
    session: AsyncSession,
    commune_code: str,
    month: Month,
    number: int = 0,
    *,
    made_by: str,
    now: datetime,
) -> Reconciliation:
    """Match list, results and statement of each partner; agreement closes the month.

    May be repeated while something is unexplained; a closed one is given as it is.

    Raises:
        ListNotFound, ListNotSealed: there is nothing to reconcile.
    """
    found = await payroll.get(session, list_id_of(commune_code, month, number), lock=True)
    reconciliation_id = name_uuid(f"reconciliation:{found.list_id}")
    if found.state == "reconciled":
        return await get(session, reconciliation_id)
    if found.state != "sealed":
        raise ListNotSealed
    before = {side.partner: side for side in await _sides(session, reconciliation_id)}
    await store.begin(
        session,
        reconciliation_id=reconciliation_id,
        list_id=found.list_id,
        commune_code=commune_code,
        month=month.first_day,
        today=now.date(),
        made_by=made_by,
    )
    for share in await payroll.shares_of(session, found):
        await store.match(
            session,
            reconciliation_id,
            list_id=found.list_id,
            commune_code=commune_code,
            partner=share.partner,
            reference=share.reference,
            today=now.date(),
        )
    sides = await _sides(session, reconciliation_id)
    if all(side.unexplained_lines == 0 for side in sides):
        await store.close(session, reconciliation_id)
        await payroll.mark_reconciled(session, found.list_id)
        if found.kind == "monthly":
            await ledger.close_month(session, commune_code, month, now.date())
    await record(session, "payment_list.reconciled", "payment_list", found.list_id)
    changed = [side for side in sides if before.get(side.partner) != side]
    await _tell(session, found, changed, now.date())
    return await get(session, reconciliation_id)


async def _tell(
    session: AsyncSession, found: payroll.PaymentList, sides: list[PartnerSide], today: date
) -> None:
    if not sides:
        return
    first = await payroll.take_event_versions(session, found.list_id, len(sides))
    await emit_many(
        session,
        [
            NewEvent(
                found.list_id,
                first + number,
                PaymentListReconciled(
                    kind=found.kind,
                    list_id=found.list_id,
                    commune_code=found.commune_code,
                    month=found.month,
                    partner=side.partner,
                    matched_lines=side.matched_lines,
                    matched_amount=side.matched_amount,
                    unexplained_lines=side.unexplained_lines,
                    unexplained_amount=side.unexplained_amount,
                    carried_lines=side.carried_lines,
                    carried_amount=side.carried_amount,
                    reconciled_on=today,
                ),
            )
            for number, side in enumerate(sides)
        ],
    )


async def get(session: AsyncSession, reconciliation_id: UUID) -> Reconciliation:
    """Give a reconciliation.

    Raises:
        ReconciliationNotFound: absent, or of a commune that the caller may not see.
    """
    row = await store.find(session, reconciliation_id)
    if row is None:
        raise ReconciliationNotFound
    sides = await _sides(session, reconciliation_id)
    return Reconciliation(**{**dict(row), "month": Month.of(row["month"])}, partners=tuple(sides))


async def search(
    session: AsyncSession,
    *,
    month: Month | None,
    commune_code: str | None,
    after: tuple[date, str, UUID] | None,
    limit: int,
) -> list[Reconciliation]:
    """Give reconciliations, the newest month first."""
    rows = await store.search(
        session,
        month=month.first_day if month else None,
        commune_code=commune_code,
        after=after,
        limit=limit,
    )
    sides: dict[UUID, list[PartnerSide]] = {row["reconciliation_id"]: [] for row in rows}
    for row in await store.partners(session, list(sides)):
        values = dict(row)
        sides[values.pop("reconciliation_id")].append(PartnerSide(**values))
    return [
        Reconciliation(
            **{**dict(row), "month": Month.of(row["month"])},
            partners=tuple(sides[row["reconciliation_id"]]),
        )
        for row in rows
    ]


async def differences(
    session: AsyncSession, reconciliation_id: UUID, *, after: str | None, limit: int
) -> list[Difference]:
    """Give what did not match plainly."""
    rows = await store.differences(session, reconciliation_id, after=after, limit=limit)
    return [Difference(**dict(row)) for row in rows]


async def override(
    session: AsyncSession, reconciliation_id: UUID, partner: str, *, by: str, reason: str
) -> Reconciliation:
    """Let a partner's next list go out in spite of differences: a second person answers for it.

    Raises:
        OverrideByMaker: who reconciled does not override.
        NothingToOverride: there is no difference.
    """
    found = await get(session, reconciliation_id)
    if found.made_by == by:
        raise OverrideByMaker
    if not await store.override(session, reconciliation_id, partner, by=by, reason=reason):
        raise NothingToOverride
    await record(
        session, "reconciliation.overridden", "reconciliation", reconciliation_id,
        {"partner": partner},
    )  # fmt: skip
    return await get(session, reconciliation_id)


async def check_not_blocked(session: AsyncSession, list_id: UUID) -> None:
    """Refuse the sealing of a list while a partner of it has unexplained differences.

    Raises:
        PartnerBlocked: names the partners.
        EarlierMonthOpen: a month before was never reconciled, or a late message opened it again.
    """
    found = await payroll.get(session, list_id)
    names = [share.partner for share in await payroll.shares_of(session, found)]
    blocked = await store.blocked(session, found.commune_code, names)
    if blocked:
        raise PartnerBlocked(partners=blocked)
    earlier = await payroll.earlier_open(session, found)
    if len(await store.answered(session, earlier)) < len(earlier):
        raise EarlierMonthOpen


async def _sides(session: AsyncSession, reconciliation_id: UUID) -> list[PartnerSide]:
    sides = []
    for row in await store.partners(session, [reconciliation_id]):
        values = dict(row)
        values.pop("reconciliation_id")
        sides.append(PartnerSide(**values))
    return sides
