"""Looking through a commune, or for duplicates through the province; what is due for it."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common import audit
from common.operations import service as operations
from registry.areas import service as areas
from registry.disability import service as disability
from registry.lists import service as lists
from registry.persons.domain import CommuneNotYours
from registry.quality.domain import KINDS, Found, Kind
from registry.quality.gateway import duplicate_rules
from registry.quality.service.duplicates import probable
from registry.quality.service.pairs import tell_pairs
from registry.quality.store import findings as store
from registry.quality.store import looking
from registry.quality.store.findings import Place
from registry.representation import service as representation

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.settings import RegistrySettings

OPERATION = "quality_refresh"
PROVINCE = "province"
_PAGE = 1000
_PAIRS: Final[tuple[Kind, ...]] = ("duplicate",)


async def start(session: AsyncSession, commune_code: str | None, *, province_code: str) -> UUID:
    """Queue a look through a commune, or through the whole province of the caller.

    Raises:
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the commune cannot be.
    """
    communes = session.info["scope"].communes
    if commune_code is not None:
        areas.own_commune(commune_code, province_code)
    if communes is not None and commune_code not in communes:
        raise CommuneNotYours
    operation_id = await operations.start(
        session, OPERATION, {"commune_code": commune_code}, commune_code=commune_code
    )
    await audit.record(session, "quality.refresh_started", "commune", commune_code or PROVINCE)
    return operation_id


async def refresh(
    session: AsyncSession, commune_code: str, *, now: datetime, settings: RegistrySettings
) -> None:
    """Look through a commune and bring its board to what is found."""
    today = now.date()
    await looking.join_by_hash(session)
    found = await looking.look(session, commune_code, today)
    found += await _certificates(session, commune_code, today, settings)
    found += await _representatives(session, commune_code, today, settings)
    kinds = [kind for kind in KINDS if kind != "duplicate"]
    await store.merge(session, Place(kinds, commune_code), found, now)
    people, cards = await looking.people(session, commune_code)
    rules = duplicate_rules(settings.duplicate_rules)
    pairs = await asyncio.to_thread(probable, people, cards, rules)
    await store.merge_pairs(session, Place(_PAIRS, commune_code), pairs, now)
    await tell_pairs(session, commune_code, now)
    await store.refreshed(session, commune_code, now)


async def refresh_duplicates(
    session: AsyncSession, *, now: datetime, settings: RegistrySettings
) -> int:
    """Look for duplicates across all communes of the transaction's scope; gives the pairs."""
    await looking.join_by_hash(session)
    people, cards = await looking.people(session, None)
    pairs = await asyncio.to_thread(
        probable, people, cards, duplicate_rules(settings.duplicate_rules)
    )
    await store.merge_pairs(session, Place(_PAIRS, None), pairs, now)
    await tell_pairs(session, None, now)
    await store.refreshed(session, PROVINCE, now)
    return pairs.height


async def communes_with_people(session: AsyncSession) -> list[str]:
    """Give the communes that there is something to look through in."""
    return await looking.communes_with_people(session)


async def due(session: AsyncSession, older_than: datetime) -> tuple[list[str], bool]:
    """Give the communes that were not looked through since, and whether the province was not.

    A commune whose list came in after its last look is looked through again.
    """
    done = await store.refreshes(session)
    communes = await looking.communes_with_people(session)
    taken_in = await lists.last_taken_in(session)
    late = [
        code
        for code in communes
        if code not in done or done[code] < max(older_than, taken_in.get(code, older_than))
    ]
    province = bool(communes) and (PROVINCE not in done or done[PROVINCE] < older_than)
    return sorted(late, key=lambda code: (code in done and done[code].timestamp(), code)), province


async def _certificates(
    session: AsyncSession, commune: str, today: date, settings: RegistrySettings
) -> list[Found]:
    until = today + timedelta(days=settings.reassessment_warning_days)
    ended = await looking.expired(session, commune, today, until)
    found = [
        Found(
            "certificate_due",
            person_id,
            ("certificate_expired" if day <= today else "certificate_expiring",),
            key,
            day,
        )
        for person_id, key, day in ended
    ]
    known = {one.subject_key for one in found}
    after: tuple[date, UUID] | None = None
    while True:
        rows = await disability.to_reassess(session, commune, until, after=after, limit=_PAGE)
        found += [
            Found(
                "certificate_due",
                row["person_id"],
                ("reassessment_due",),
                str(row["circumstance_id"]),
                row["due_on"],
            )
            for row in rows
            if str(row["circumstance_id"]) not in known
        ]
        if len(rows) < _PAGE:
            return found
        after = (rows[-1]["due_on"], rows[-1]["circumstance_id"])


async def _representatives(
    session: AsyncSession, commune: str, today: date, settings: RegistrySettings
) -> list[Found]:
    rows = await representation.expiring(
        session, commune, today=today, days=settings.representation_warning_days
    )
    return [
        Found(
            "representative_expiring",
            row.person_id,
            (f"{row.kind}_ends",),
            str(row.representation_id),
            row.valid_to,
        )
        for row in rows
        if row.revoked_on is None
    ]
