"""Villages, specially difficult areas, and people whose commune a former address leaves open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.contracts.registry import AreaClassified
from common.database.ids import new_id
from common.events.emit import emit
from registry.areas.domain import CommuneNotFound
from registry.areas.domain.periods import make_room
from registry.areas.domain.resolution import FormerPlace, Resolution, lines_of, resolve
from registry.areas.domain.villages import (
    Difficulty,
    FormerUnitElsewhere,
    NotACandidate,
    ResidenceTask,
    ResidenceTaskClosed,
    ResidenceTaskNotFound,
    VillageExists,
    VillageName,
    VillageNotFound,
    village_key,
)
from registry.areas.service.units import book, own_commune
from registry.areas.store import places as store

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class VillageDraft:
    """What an officer states about a village; without `valid_from` it always had this name."""

    name: str
    former_unit_code: str | None = None
    decision_number: str | None = None
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A person whose former place leaves open in which commune of today they live."""

    person_id: UUID
    commune_code: str
    village: str | None
    resolution: Resolution


async def locate(session: AsyncSession, place: FormerPlace, village: str | None) -> Resolution:
    """Give the commune of today of a former place; the village decides where it was divided.

    Raises:
        FormerUnitUnclear: neither a code nor a name with a province.
    """
    found = resolve(lines_of(book(), place))
    if found.outcome != "open" or not village:
        return found
    holding = await store.communes_with(session, found.unit_codes, village_key(village))
    return resolve(found.candidates, holding)


async def villages(session: AsyncSession, code: str, on: date) -> list[VillageName]:
    """List the villages of a commune on a day.

    Raises:
        CommuneNotFound: there is no such commune.
    """
    book().commune(code)
    return await store.villages_of(session, code, on)


async def add_village(
    session: AsyncSession, code: str, draft: VillageDraft, *, now: datetime, province_code: str
) -> VillageName:
    """Add a village.

    Raises:
        CommuneNotFound, CommuneOutsideProvince: not a commune of the caller.
        FormerUnitElsewhere: the former unit did not go into the commune.
        VillageExists: the name is taken at that time.
    """
    _own(session, code, province_code)
    if draft.former_unit_code is not None:
        heirs = {line.new_code for line in book().former_by_code(draft.former_unit_code)}
        if code not in heirs:
            raise FormerUnitElsewhere.at_field()
    fresh = VillageName(
        row_id=new_id(),
        village_id=new_id(),
        unit_code=code,
        name=draft.name,
        former_unit_code=draft.former_unit_code,
        decision_number=draft.decision_number,
        valid_from=draft.valid_from,
        valid_to=None,
    )
    await _write_names(session, [], [fresh], now)
    await audit.record(session, "village.added", "village", fresh.village_id, {"commune": code})
    return fresh


async def rename_village(
    session: AsyncSession, village_id: UUID, draft: VillageDraft, *, now: datetime
) -> VillageName:
    """Give a village another name from a day on; without a day the name was always wrong.

    Raises:
        VillageNotFound: there is none, or it is in another commune than the caller's.
        VillageExists: the name is taken at that time.
    """
    rows = await store.names_of(session, village_id)
    if not rows or not _is_mine(session, rows[0].unit_code):
        raise VillageNotFound
    latest = rows[-1]
    start = draft.valid_from if draft.valid_from is not None else latest.valid_from
    gone, left = make_room(rows, start, None)
    fresh = replace(
        latest,
        row_id=new_id(),
        name=draft.name,
        decision_number=draft.decision_number,
        valid_from=start,
        valid_to=None,
    )
    kept = [replace(row, row_id=new_id(), valid_from=a, valid_to=b) for row, a, b in left]
    await _write_names(session, gone, [*kept, fresh], now)
    await audit.record(session, "village.renamed", "village", village_id)
    return fresh


async def _write_names(
    session: AsyncSession, gone: Sequence[VillageName], fresh: Sequence[VillageName], now: datetime
) -> None:
    await store.lock_unit(session, fresh[0].unit_code)
    if gone:
        await store.supersede_villages(session, [row.row_id for row in gone], now)
    for row in fresh:
        if await store.name_taken(session, row):
            raise VillageExists
    await store.insert_villages(session, fresh, now=now, recorded_by=session.info["scope"].actor)


async def classify_area(
    session: AsyncSession, stated: Difficulty, *, now: datetime, province_code: str
) -> Difficulty:
    """Record what a decision says about a commune or village, and tell it.

    Raises:
        CommuneNotFound, CommuneOutsideProvince: not a commune of the caller.
    """
    _own(session, stated.unit_code, province_code)
    version = await store.next_version(session, stated.unit_code)
    rows = [
        row
        for row in await store.difficulties(session, [stated.unit_code])
        if row.village_key == stated.village_key
    ]
    gone, left = make_room(rows, stated.valid_from, stated.valid_to)
    kept = [
        replace(row, difficulty_id=new_id(), valid_from=a or row.valid_from, valid_to=b)
        for row, a, b in left
    ]
    if gone:
        await store.supersede_difficulties(session, [row.difficulty_id for row in gone], now)
    actor = session.info["scope"].actor
    await store.insert_difficulties(session, [*kept, stated], now=now, recorded_by=actor)
    await emit(
        session,
        AreaClassified(
            commune_code=stated.unit_code,
            village=stated.village,
            difficult=stated.difficult,
            decision_number=stated.decision_number,
            valid_from=stated.valid_from,
            valid_to=stated.valid_to,
        ),
        aggregate_id=stated.unit_code,
        version=version,
    )
    await audit.record(
        session, "area.classified", "commune", stated.unit_code, {"difficult": stated.difficult}
    )
    return stated


async def difficulties(
    session: AsyncSession, codes: Collection[str], on: date | None = None
) -> list[Difficulty]:
    """List what decisions say of communes and their villages, all times or one day."""
    rows = await store.difficulties(session, codes)
    if on is None:
        return rows
    return [r for r in rows if r.valid_from <= on and (r.valid_to is None or on < r.valid_to)]


async def ask_for_residence(
    session: AsyncSession, questions: Sequence[OpenQuestion], *, now: datetime
) -> int:
    """Open a task for each person whose commune is not certain; gives how many were new.

    What is certain (`Resolution.commune_code` is set) or unknown opens none.
    """
    rows = [
        (
            new_id(),
            question.person_id,
            question.commune_code,
            sorted(question.resolution.unit_codes),
            sorted({unit.new_code for unit in question.resolution.candidates}),
            question.village,
            village_key(question.village) if question.village else "",
        )
        for question in questions
        if question.resolution.outcome == "open"
    ]
    if not rows:
        return 0
    actor = session.info["scope"].actor
    return await store.open_tasks(session, rows, now=now, opened_by=actor)


async def follow(session: AsyncSession, communes: Mapping[UUID, str]) -> None:
    """Put questions about people under the commune where they live now; nothing else changes."""
    if communes:
        await store.move_tasks(session, communes)


async def residence_tasks(
    session: AsyncSession, commune_code: str, *, after: UUID | None, limit: int
) -> list[ResidenceTask]:
    """Read a page of a commune's open questions of residence."""
    return await store.tasks(session, commune_code, after=after, limit=limit)


async def settle_residence(
    session: AsyncSession, task_id: UUID, commune_code: str, *, now: datetime
) -> list[ResidenceTask]:
    """Settle where a person lives; gives the task and those that the same village settles.

    Where one former unit and a village are known, the village is added to the chosen commune, so
    that the next person from there is no question any more.

    Raises:
        ResidenceTaskNotFound, ResidenceTaskClosed: nothing to settle.
        NotACandidate: the commune took nothing over from the former unit.
    """
    task = await store.task(session, task_id)
    if task is None:
        raise ResidenceTaskNotFound
    if task.closed_at is not None:
        raise ResidenceTaskClosed
    if commune_code not in task.candidates:
        raise NotACandidate.at_field()
    settled = [task]
    if task.village and len(task.former_unit_codes) == 1:
        key, unit = village_key(task.village), task.former_unit_codes[0]
        settled = await store.same_village(session, [unit], key)
        if commune_code not in await store.communes_with(session, [unit], key):
            learnt = VillageName(
                *(new_id(), new_id(), commune_code, task.village, unit), None, None, None
            )
            await _write_names(session, [], [learnt], now)
    actor = session.info["scope"].actor
    ids = [one.task_id for one in settled]
    await store.close_tasks(session, ids, commune_code, now=now, by=actor)
    await audit.record(
        session,
        "residence.settled",
        "residence_task",
        task_id,
        {"commune": commune_code, "tasks": len(ids)},
    )
    return [replace(one, settled_code=commune_code, closed_at=now) for one in settled]


def _own(session: AsyncSession, code: str, province_code: str) -> None:
    own_commune(code, province_code)
    if not _is_mine(session, code):
        raise CommuneNotFound


def _is_mine(session: AsyncSession, code: str) -> bool:
    communes = session.info["scope"].communes
    return communes is None or code in communes
