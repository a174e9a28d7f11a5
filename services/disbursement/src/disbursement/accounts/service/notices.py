"""What citizens are told about how they are paid: kept, and sent on as an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.contracts.disbursement import CitizenNoticeIssued
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from disbursement.accounts.domain import NOTICES
from disbursement.accounts.store import changes as store
from disbursement.sql import columns


@dataclass(frozen=True, slots=True)
class Told:
    """One notice: to whom, of which kind (`domain.NOTICES`), about which change."""

    person_id: UUID
    commune_code: str
    kind: str
    subject_id: UUID
    before: str
    after: str


async def tell_citizens(session: AsyncSession, told: Sequence[Told], now: datetime) -> None:
    """Keep notices and hand them to whoever reaches citizens (portal)."""
    if not told:
        return
    rows = [
        (
            new_id(), item.person_id, item.commune_code, item.kind, item.subject_id,
            NOTICES[item.kind].format(before=item.before, after=item.after),
        )
        for item in told
    ]  # fmt: skip
    await store.keep_notices(session, columns(rows, 6), now)
    await emit_many(
        session,
        [
            NewEvent(
                notice_id,
                1,
                CitizenNoticeIssued(
                    notice_id=notice_id,
                    person_id=person_id,
                    commune_code=commune_code,
                    kind=kind,
                    text=text,
                ),
            )
            for notice_id, person_id, commune_code, kind, _, text in rows
        ],
    )
