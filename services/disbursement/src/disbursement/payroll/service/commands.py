"""Build, approve and seal the list of a commune's month."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import asyncpg

from common.audit import record
from common.contracts.disbursement import (
    CHUNK_LINES,
    ListLine,
    PaymentListLines,
    PaymentListSealed,
)
from common.database.ids import new_id
from common.database.rows import whole_province
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from common.kernel.months import Month
from disbursement.ledger import service as ledger
from disbursement.ledger.domain import (
    accrued,
    cancelled,
    cancelled_return,
    issued,
    reopened,
)
from disbursement.obligations import service as obligations
from disbursement.payroll.domain import (
    FINAL,
    ApproverIsMaker,
    EarlierMonthOpen,
    LaterListSealed,
    ListAlreadyApproved,
    ListBusy,
    ListEmpty,
    ListKind,
    ListNotApproved,
    ListNotFound,
    ListOutdated,
    ListSealed,
    OverrideByListMaker,
    list_id_of,
)
from disbursement.payroll.service.checks import check_approval
from disbursement.payroll.service.reading import PaymentList, get, shares_of
from disbursement.payroll.store import build as build_store
from disbursement.payroll.store import lists, reading
from disbursement.payroll.store.build_once import refill_once


async def build(
    session: AsyncSession,
    commune_code: str,
    month: Month,
    *,
    kind: ListKind = "monthly",
    maker: str,
    now: datetime,
) -> PaymentList:
    """Make the list of a commune's month, or of its one-offs, or make the draft anew.

    Building again without a change of facts changes nothing; with a change it voids an approval.

    Raises:
        ListBusy: somebody builds, approves or seals it at this moment.
        ListSealed: it is final.
        LaterListSealed: a later month is already final.
    """
    if not await build_store.try_lock(session, commune_code, month.first_day):
        raise ListBusy(retry_after=1)
    number = 0
    if kind == "one_off":
        number = await lists.one_off_number(session, commune_code, month.first_day)
    elif await lists.later_sealed(session, commune_code, month.first_day):
        raise LaterListSealed
    list_id = list_id_of(commune_code, month, number)
    await lists.ensure(
        session, list_id, commune_code=commune_code, month=month.first_day, number=number,
        maker=maker, now=now,
    )  # fmt: skip
    return await _refill(session, list_id, maker=maker, now=now)


async def _refill(
    session: AsyncSession, list_id: UUID, *, maker: str, now: datetime
) -> PaymentList:
    before = await get(session, list_id, lock=True)
    if before.state in FINAL:
        raise ListSealed
    async with whole_province(session):
        await _fill(session, before)
        totals = await build_store.totals(session, list_id, before.month.first_day)
    hashes = (totals["content_hash"], totals["accounts_hash"])
    if hashes != (before.content_hash, before.accounts_hash):
        await lists.void_approvals(session, list_id, now)
        await lists.write_totals(session, list_id, totals, maker=maker, now=now)
        await record(
            session, "payment_list.built", "payment_list", list_id,
            {"lines": totals["lines"], "content_hash": totals["content_hash"]},
        )  # fmt: skip
    return await get(session, list_id)


async def _fill(session: AsyncSession, draft: PaymentList) -> None:
    if draft.kind == "one_off":
        await refill_once(session, draft.list_id, draft.commune_code)
        return
    await obligations.accrue(session, draft.commune_code, draft.month)
    overpaid, _ = await obligations.differences(session, draft.commune_code, draft.month)
    await build_store.refill(
        session,
        draft.list_id,
        draft.commune_code,
        await obligations.people_of(session, draft.commune_code),
        [(o.person_id, o.benefit, o.amount, o.reason) for o in overpaid],
    )


async def approve(
    session: AsyncSession,
    list_id: UUID,
    *,
    checker: str,
    reason: str,
    content_hash: str,
    accounts_hash: str | None = None,
    now: datetime,
) -> PaymentList:
    """Approve exactly the content that the checker saw.

    Raises:
        ApproverIsMaker: the same person built it.
        ListOutdated: the content is no longer the one that the checker saw.
        ListSealed, ListAlreadyApproved: it is past that step.
    """
    found = await _locked(session, list_id)
    if found["state"] in FINAL:
        raise ListSealed
    if found["maker"] == checker:
        raise ApproverIsMaker
    if found["state"] == "approved":
        raise ListAlreadyApproved
    if found["content_hash"] != content_hash:
        raise ListOutdated
    if accounts_hash not in {None, found["accounts_hash"]}:
        raise ListOutdated
    if found["lines"] == 0:
        raise ListEmpty
    await check_approval(session, found, checker=checker, today=now.date())
    await lists.approve(session, new_id(), found, checker=checker, reason=reason, now=now)
    await record(
        session, "payment_list.approved", "payment_list", list_id, {"content_hash": content_hash}
    )
    return await get(session, list_id)


async def seal(
    session: AsyncSession, list_id: UUID, *, sealed_by: str, now: datetime
) -> PaymentList:
    """Make an approved list final, if the facts are still those that were approved.

    Downstream rooms hear `payment_list.sealed` in this transaction: partners make the files,
    recovery opens the cases; any refusal there undoes the sealing.

    Raises:
        ListNotApproved, ListSealed: wrong state.
        ListOutdated: a fact changed since the approval; build and approve again.
    """
    found = await _locked(session, list_id)
    if found["state"] in FINAL:
        raise ListSealed
    approval = await lists.standing_approval(session, list_id)
    if found["state"] != "approved" or approval is None:
        raise ListNotApproved
    rebuilt = await _refill(session, list_id, maker=found["maker"], now=now)
    approved = (approval["content_hash"], approval["accounts_hash"])
    if (rebuilt.content_hash, rebuilt.accounts_hash) != approved:
        raise ListOutdated
    await _issue(session, rebuilt, now.date())
    events = -(-rebuilt.lines // CHUNK_LINES) + 1
    await lists.seal(session, list_id, sealed_by=sealed_by, now=now, events=events)
    await record(
        session, "payment_list.sealed", "payment_list", list_id,
        {"content_hash": rebuilt.content_hash, "lines": rebuilt.lines, "total": rebuilt.total},
    )  # fmt: skip
    sealed = await get(session, list_id)
    await emit_many(session, await _sealed_events(session, sealed))
    return sealed


async def earlier_open(session: AsyncSession, found: PaymentList) -> list[UUID]:
    """Give the sealed lists of earlier months that are not reconciled, unless somebody answers.

    A one-off waits for no month.
    """
    if found.kind == "one_off" or await lists.is_overridden(
        session, found.list_id, EarlierMonthOpen.code
    ):
        return []
    months = await lists.earlier_open(session, found.commune_code, found.month.first_day)
    return [list_id_of(found.commune_code, Month.of(month)) for month in months]


async def override(
    session: AsyncSession, list_id: UUID, code: str, *, by: str, reason: str, now: datetime
) -> PaymentList:
    """Let a list be sealed although a check does not pass: a second person answers for it.

    Raises:
        ListSealed: it is final.
        OverrideByListMaker: the same person built it.
    """
    found = await _locked(session, list_id)
    if found["state"] in FINAL:
        raise ListSealed
    if found["maker"] == by:
        raise OverrideByListMaker
    await lists.override(session, found, code, by=by, reason=reason, now=now)
    await record(session, "payment_list.overridden", "payment_list", list_id, {"code": code})
    return await get(session, list_id)


async def void_approval(
    session: AsyncSession, list_id: UUID, *, reason: str, now: datetime
) -> PaymentList:
    """Take the approval of a list back, e.g. of one that a later sealing overtook.

    Raises:
        ListNotApproved, ListSealed: there is no approval to take back.
    """
    found = await _locked(session, list_id)
    if found["state"] in FINAL:
        raise ListSealed
    if found["state"] != "approved":
        raise ListNotApproved
    await lists.void_approvals(session, list_id, now)
    await lists.void(session, list_id)
    await record(session, "payment_list.voided", "payment_list", list_id, {"reason": reason})
    return await get(session, list_id)


async def reopen(session: AsyncSession, list_ids: list[UUID]) -> list[UUID]:
    """Open reconciled lists again, of which a late message speaks; gives those that were closed."""
    reopened_ = await lists.reopen(session, list_ids)
    for list_id in reopened_:
        await record(session, "payment_list.reopened", "payment_list", list_id)
    return reopened_


async def _locked(session: AsyncSession, list_id: UUID) -> asyncpg.Record:
    found = await lists.find(session, list_id)
    if found is None:
        raise ListNotFound
    if not await build_store.try_lock(session, found["commune_code"], found["month"]):
        raise ListBusy(retry_after=1)
    locked = await lists.find(session, list_id, lock=True)
    if locked is None:
        raise ListNotFound
    return locked


async def _issue(session: AsyncSession, sealed: PaymentList, today: date) -> None:
    items = await reading.items(session, sealed.list_id)
    taken = await obligations.issue(
        session, [i["obligation_id"] for i in items], [i["line_id"] for i in items]
    )
    if taken != len(items):
        raise ListOutdated
    shares = await shares_of(session, sealed)
    payable, came_back = 0, 0
    if sealed.kind == "monthly":
        payable, came_back = await obligations.cancel_not_owed(session, sealed.commune_code)
    postings = [
        cancelled(sealed.list_id, payable),
        cancelled_return(sealed.list_id, came_back),
        accrued(sealed.list_id, sealed.regular + sealed.arrears),
        reopened(sealed.list_id, sum(i["amount"] for i in items if i["returned"])),
        *(issued(sealed.list_id, share.partner, share.total) for share in shares),
    ]
    await ledger.post(
        session,
        postings,
        commune_code=sealed.commune_code,
        month=sealed.month,
        posted_on=today,
    )


async def _sealed_events(session: AsyncSession, sealed: PaymentList) -> list[NewEvent]:
    rows = await reading.lines(session, sealed.list_id, after=None, limit=None)
    chunks = [rows[start : start + CHUNK_LINES] for start in range(0, len(rows), CHUNK_LINES)]
    place = {
        "list_id": sealed.list_id, "commune_code": sealed.commune_code, "month": sealed.month,
        "kind": sealed.kind,
    }  # fmt: skip
    events = [
        NewEvent(
            sealed.list_id,
            1,
            PaymentListSealed(
                **place,
                content_hash=sealed.content_hash,
                lines=sealed.lines,
                total=sealed.total,
                sealed_on=sealed.sealed_on or date.max,
                chunks=len(chunks),
            ),
        )
    ]
    for number, chunk in enumerate(chunks, 1):
        data = PaymentListLines(**place, chunk=number, lines=tuple(_line(row) for row in chunk))
        events.append(NewEvent(sealed.list_id, number + 1, data))
    return events


def _line(row: asyncpg.Record) -> ListLine:
    return ListLine(
        line_id=row["line_id"],
        person_id=row["person_id"],
        benefit=row["benefit"],
        group=row["grp"],
        method=row["method"],
        partner=row["partner"],
        regular=row["regular"],
        arrears=row["arrears"],
        arrears_months=row["arrears_months"],
        carried=row["carried"],
        total=row["total"],
    )


async def take_event_versions(session: AsyncSession, list_id: UUID, count: int) -> int:
    """Reserve the list's next event versions for a downstream room; gives the first."""
    return await lists.take_event_versions(session, list_id, count)


async def mark_reconciled(session: AsyncSession, list_id: UUID) -> None:
    """List, results and statements agree."""
    await lists.mark_reconciled(session, list_id)
