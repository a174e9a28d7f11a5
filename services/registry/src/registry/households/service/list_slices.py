"""Taking a poverty list in, slice by slice: who is in which household, and its class of the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from common.kernel import personal_id
from common.kernel.names import alike, search_key, title_case
from registry.households.domain import (
    ClassStatement,
    Household,
    PovertyClass,
    change_of,
    class_on,
)
from registry.households.domain.poverty_list import ListedHousehold, ListedRow, Note, RowOutcome
from registry.households.service.classes import state_classes, tell_members
from registry.households.service.unit_of_work import Work
from registry.households.store import poverty_lists as store
from registry.households.store import timelines
from registry.households.store.poverty_lists import PovertyList, RowResult
from registry.persons.domain import Identity, Person

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(slots=True)
class _Found:
    """A listed household with the rows whose people are known."""

    listed: ListedHousehold
    known: list[tuple[ListedRow, Person]]
    household: Household | None = None
    is_new: bool = False


async def apply_slice(
    session: AsyncSession, made: PovertyList, listed: Sequence[ListedHousehold], now: datetime
) -> None:
    """Take some households of a list in: members, class, and the difference to last year."""
    work = Work(session, now)
    rows = [row for household in listed for row in household.rows]
    numbers = [row.personal_id for row in rows if row.personal_id and not row.refused]
    await work.people.load(personal_ids=numbers)
    await _register(work, made, rows)
    found = [_Found(household, _known(work, household)) for household in listed]
    await work.households.load_of({p.person_id for one in found for _, p in one.known})
    codes = {one.listed.code for one in found if one.listed.code}
    by_code = await timelines.by_codes(session, made.commune_code, codes)
    await work.households.load(by_code.values())
    results: list[RowResult] = []
    for one in found:
        _choose(work, made, one, by_code)
        placed = _place(work, made, one)
        home = one.household.household_id if one.household else None
        results += [_result(row, one, placed, home) for row in one.listed.rows]
    before = _classes(work, found, _last_day_before(made))
    changed = _classify(work, made, found)
    classified = await work.households.flush()
    await tell_members(work.households, classified)
    await work.people.flush()
    await store.insert_rows(session, made, results)
    new = {one.household.household_id for one in found if one.household and one.is_new}
    await store.insert_changes(
        session,
        made,
        [
            (h, before[h], after, change_of(before[h], after), h in new)
            for h, after in changed.items()
        ],
    )


async def end_classes(
    session: AsyncSession, made: PovertyList, ids: Sequence[UUID], now: datetime
) -> None:
    """Households that were poor or near-poor and are not on a complete list are so no longer."""
    work = Work(session, now)
    await work.households.load(ids)
    members = {row.person_id for key in ids for row in work.households.members(key)}
    await work.people.load(person_ids=members)
    day = _last_day_before(made)
    stated: dict[UUID, ClassStatement] = {}
    before: dict[UUID, PovertyClass] = {}
    for key in ids:
        if not _decided_later(work, key, made):
            stated[key] = _statement(made, key, "none")
            before[key] = class_on(work.households.classes(key), day)
    state_classes(work.households, stated)
    await tell_members(work.households, await work.households.flush())
    await work.people.flush()
    await store.insert_changes(
        session,
        made,
        [(h, was, "none", change_of(was, "none"), False) for h, was in before.items()],
    )


async def missing_households(session: AsyncSession, made: PovertyList) -> list[UUID]:
    """Give the households of last year's classes about which the list says nothing."""
    last_year = await timelines.classed(session, made.commune_code, _last_day_before(made))
    return sorted(last_year.keys() - await store.changed_households(session, made.list_id), key=str)


def _last_day_before(made: PovertyList) -> date:
    return date(made.year, 1, 1) - timedelta(days=1)


async def _register(work: Work, made: PovertyList, rows: Sequence[ListedRow]) -> None:
    """Register the members whom nobody knew: a decision of the commune names them."""
    unknown = {
        row.personal_id: _identity(row, made)
        for row in rows
        if row.personal_id and not row.refused and work.people.find((row.personal_id,)) is None
    }
    await work.people.register([who for who in unknown.values() if who is not None])


def _identity(row: ListedRow, made: PovertyList) -> Identity | None:
    """Give whom a row names, sex and birth year by the number; None when the list contradicts it."""
    number = str(row.personal_id)
    year = personal_id.birth_year_of(number)
    if row.birth_year not in {None, year}:
        return None
    return Identity(
        full_name=title_case(row.full_name) if row.full_name.isupper() else row.full_name,
        birth_date=row.birth_day or date(year, 1, 1),
        birth_precision="day" if row.birth_day else "year",
        sex=personal_id.sex_of(number),
        commune_code=made.commune_code,
        personal_id=number,
        village=row.village,
    )


def _known(work: Work, listed: ListedHousehold) -> list[tuple[ListedRow, Person]]:
    known: list[tuple[ListedRow, Person]] = []
    for row in listed.rows:
        if row.refused or row.personal_id is None:
            continue
        person = work.people.find((row.personal_id,))
        if person is None:
            message = "Chưa ghi nhận người này: số đã có ở nơi khác hoặc năm sinh khác với số."
            row.notes.append(Note("person_unknown", message))
        elif _is_another(row, person):
            row.refuse("id_of_another", "Số định danh này đang ghi cho người khác.")
        else:
            known.append((row, person))
    return known


def _is_another(row: ListedRow, person: Person) -> bool:
    """A number alone never makes two names one person: the name agrees, or the day of birth."""
    who = person.identity
    if search_key(row.full_name) == who.name_key:
        return False
    row.notes.append(Note("name_differs", "Họ tên khác với sổ đăng ký."))
    same_day = row.birth_day == who.birth_date and who.birth_precision == "day"
    return not (same_day and alike(search_key(row.full_name), who.name_key))


def _choose(work: Work, made: PovertyList, one: _Found, by_code: Mapping[str, UUID]) -> None:
    """Find the household: by code, else that of the head or of the first who is in one."""
    code = one.listed.code
    if not one.known:
        return
    home = by_code.get(code) if code else None
    if home is None:
        ordered = sorted(one.known, key=lambda pair: pair[0].relation != "head")
        homes = (work.households.household_of(person.person_id) for _, person in ordered)
        candidates = (key for key in homes if key is not None)
        # A household with another code of this commune is another household of this list.
        home = next((key for key in candidates if _may_take(work, key, code)), None)
    one.household = work.households.get(home) if home is not None else None
    if one.household is None or one.household.commune_code != made.commune_code:
        village = next((row.village for row in one.listed.rows if row.village), None)
        one.household = work.households.found(made.commune_code, village=village)
        one.is_new = True
    if code is not None and code not in by_code:
        work.households.name(one.household, code)


def _may_take(work: Work, key: UUID, code: str | None) -> bool:
    household = work.households.get(key)
    return household is not None and (
        code is None or not household.codes or code in household.codes
    )


def _place(work: Work, made: PovertyList, one: _Found) -> set[UUID]:
    """Put the known people into the household; gives those for whom that was new."""
    if one.household is None:
        return set()
    start = min(date(made.year, 1, 1), work.today)
    home = one.household.household_id
    placed: set[UUID] = set()
    living = [pair for pair in one.known if pair[1].death_date is None]
    for row, person in one.known:
        if person.death_date is not None:
            row.notes.append(Note("person_deceased", "Người này đã được ghi nhận là đã mất."))
    present = {m.person_id: m for m in work.households.members(home, work.today)}
    for row, person in sorted(living, key=lambda pair: pair[0].relation == "head"):
        relation = row.relation
        member = present.get(person.person_id)
        if member is not None and relation in {None, member.relation}:
            continue
        if _moved_since(work, person.person_id, home, start):
            row.notes.append(Note("moved_since", "Người này đã vào hộ khác sau ngày 1/1."))
            continue
        if relation == "head":
            _step_down(work, one.household, person.person_id, start)
        if work.arrive(one.household, person.person_id, relation or "other", start):
            placed.add(person.person_id)
    marked = any(row.no_labour for row in one.listed.rows)
    if marked:
        basis = f"Danh sách theo Quyết định {made.decision_number}"
        work.households.set_flag(one.household, "no_labour", holds=True, start=start, basis=basis)
    return placed


def _moved_since(work: Work, person_id: UUID, home: UUID, start: date) -> bool:
    return any(
        row.household_id != home and row.valid_from is not None and row.valid_from > start
        for row in work.households.memberships(person_id)
    )


def _step_down(work: Work, household: Household, head: UUID, start: date) -> None:
    """Whom the list does not call the head any more stays in the household."""
    for row in work.households.members(household.household_id):
        ends = row.valid_to is None or row.valid_to > start
        if row.relation == "head" and row.person_id != head and ends:
            work.households.place(row.person_id, household, "other", start)


def _result(row: ListedRow, one: _Found, placed: set[UUID], home: UUID | None) -> RowResult:
    person = next((p for known, p in one.known if known is row), None)
    outcome: RowOutcome = "refused" if row.refused else "unknown"
    if person is not None and not row.refused:
        outcome = "placed" if person.person_id in placed else "unchanged"
    return RowResult(row, outcome, person.person_id if person else None, home if person else None)


def _classes(work: Work, found: Iterable[_Found], day: date) -> dict[UUID, PovertyClass]:
    keys = {one.household.household_id for one in found if one.household}
    return {key: class_on(work.households.classes(key), day) for key in keys}


def _classify(work: Work, made: PovertyList, found: Iterable[_Found]) -> dict[UUID, PovertyClass]:
    """State the class of each listed household; gives what the list says of each."""
    said: dict[UUID, PovertyClass] = {}
    stated: dict[UUID, ClassStatement] = {}
    for one in found:
        poverty_class = one.listed.poverty_class
        if one.household is None or poverty_class is None:
            continue
        key = one.household.household_id
        said[key] = poverty_class
        if not _decided_later(work, key, made):
            stated[key] = _statement(made, key, poverty_class)
    state_classes(work.households, stated)
    return said


def _statement(made: PovertyList, key: UUID, poverty_class: PovertyClass) -> ClassStatement:
    number, signed = made.decision_number, made.decision_date
    return ClassStatement(key, poverty_class, made.year, number, signed)


def _decided_later(work: Work, key: UUID, made: PovertyList) -> bool:
    """A decision of the same year that is younger than the list is not undone by it."""
    return any(
        row.year == made.year
        and row.decision_date is not None
        and row.decision_date > made.decision_date
        for row in work.households.classes(key)
    )
