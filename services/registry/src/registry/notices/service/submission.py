"""Notices as they come: kept at once, matched when their person is known, never lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.kernel.errors import FieldError
from common.operations import service as operations
from registry.areas import service as areas
from registry.notices import store
from registry.notices.domain import Notice, NoticeInvalid, book_year_of, wrong_fields
from registry.persons.domain import CommuneNotYours
from registry.verification.service import communes_of

if TYPE_CHECKING:
    from common.database.session import AsyncSession

MATCHING = "notice_matching"


async def receive(
    session: AsyncSession,
    commune_code: str,
    notices: Sequence[Notice],
    *,
    now: datetime,
    province_code: str,
) -> tuple[UUID, list[dict[str, Any]]]:
    """Keep notices and queue their matching; one that is known by its key stays as it is.

    Gives the operation and each notice as it stands, in the order of sending.

    Raises:
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the reporting commune cannot be.
        NoticeInvalid: a notice cannot be; nothing is kept.
    """
    areas.own_commune(commune_code, province_code)
    communes = session.info["scope"].communes
    if communes is not None and commune_code not in communes:
        raise CommuneNotYours
    wrong = [
        replace(error, pointer=f"/notices/{place}{error.pointer}")
        for place, notice in enumerate(notices)
        for error in (*wrong_fields(notice, now.date()), *_wrong_commune(notice, province_code))
    ]
    if wrong:
        raise NoticeInvalid(errors=wrong)
    trusted = communes is None
    sent = [with_key(replace(one, commune_code=commune_code, trusted=trusted)) for one in notices]
    fresh = await store.insert(session, sent, now=now, by=session.info["scope"].actor)
    kept = {
        (row["kind"], row["place"], row["book_year"], row["notice_number"]): row
        for row in await store.by_keys(session, sorted({one.key for one in sent}))
    }
    operation_id = await operations.start(
        session, MATCHING, {}, commune_code=commune_code, total=len(fresh)
    )
    await audit.record(
        session, "notices.received", "commune", commune_code, {"new": len(fresh), "sent": len(sent)}
    )
    rows = [_as_sent(one, kept.get(one.key)) for one in sent]
    return operation_id, [row | {"is_new": row["notice_id"] in fresh} for row in rows]


def with_key(notice: Notice) -> Notice:
    """Complete what makes a notice the same notice: whose book, and of which year."""
    return replace(
        notice,
        place=notice.place or notice.commune_code,
        book_year=notice.book_year or book_year_of(notice.notice_number, None, notice.happened_on),
    )


def _as_sent(notice: Notice, kept: dict[str, Any] | None) -> dict[str, Any]:
    """Give a notice as it stands; one that another commune reported stays out of sight."""
    if kept is not None:
        return kept
    return {
        "notice_id": notice.notice_id,
        "notice_number": notice.notice_number,
        "state": "pending",
    }


def _wrong_commune(notice: Notice, province_code: str) -> list[FieldError]:
    if notice.to_commune is None:
        return []
    unit = areas.book().communes.get(notice.to_commune)
    if unit is not None and unit.province_code == province_code:
        return []
    message = "Nơi đến phải là một xã của tỉnh; nếu chuyển ra ngoài tỉnh thì để trống."
    return [FieldError("/to_commune", "commune_outside_province", message)]


async def notices(
    session: AsyncSession,
    commune_code: str | None,
    *,
    kind: str | None,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Read a page of notices that a commune, or any of the caller's, reported; audited."""
    rows = await store.listed(
        session,
        communes_of(session, commune_code),
        kind=kind,
        state=state,
        after=after,
        limit=limit,
    )
    await audit.record(
        session, "notices.listed", "commune", commune_code or "many", {"rows": len(rows)}
    )
    return rows
