"""Notices that stand on a list: kept and decided in the slice that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from registry.notices import store
from registry.notices.domain import Notice, State, is_about
from registry.notices.service.matching import known_of, settle
from registry.notices.service.submission import with_key

if TYPE_CHECKING:
    from registry.persons.service import People


@dataclass(frozen=True, slots=True)
class ListedNotice:
    """What became of a notice on a list."""

    is_new: bool
    state: State
    person_id: UUID | None
    """The person whom the notice is about, where the number says so."""
    died: bool
    name_fits: bool = True
    """Of a contradiction: whether only the day differs."""


async def take_listed(
    people: People, notices: Sequence[Notice], *, import_id: UUID
) -> list[ListedNotice]:
    """Keep notices and decide them; gives what became of each, in their order.

    The caller flushes `people`. The transaction sees the whole province: people die away from home.
    """
    session = people.session
    keyed = [with_key(notice) for notice in notices]
    fresh = await store.insert(
        session, keyed, now=people.now, by=people.recorded_by, import_id=import_id
    )
    died = await settle(people, [notice for notice in keyed if notice.notice_id in fresh])
    rows = {
        (row["kind"], row["place"], row["book_year"], row["notice_number"]): row
        for row in await store.by_keys(session, sorted({notice.key for notice in keyed}))
    }
    told: set[UUID] = set()
    made: list[ListedNotice] = []
    for notice in keyed:
        row = rows[notice.key]
        is_new = notice.notice_id in fresh
        dead = is_new and row["state"] == "applied" and row["person_id"] in died - told
        told |= {row["person_id"]} if dead else set()
        known = people.get(row["person_id"]) if is_new and row["person_id"] else None
        fits = known is None or is_about(notice, known_of(known))
        made.append(ListedNotice(is_new, row["state"], row["person_id"], dead, fits))
    return made
