"""Every SQL statement about former numbers, vital status, merges and moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.ids import new_id
from registry.persons.domain import FormerNumber, Person, PersonKey, PovertyClass, VitalRow
from registry.staging import stage


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A former number as it is kept."""

    number_id: UUID
    former: FormerNumber
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class NewVital:
    """A death or declaration to keep."""

    person: Person
    row: VitalRow
    household_id: UUID | None = None
    """Where they lived until then: they are back there when it is taken back."""


@dataclass(frozen=True, slots=True)
class MergedHome:
    """The household of a record that ceased, and whether the one that stays took its place there.

    `into_class` is the poverty class of the one that stays before.
    """

    household_id: UUID | None
    carried: bool
    into_class: PovertyClass | None


async def taken(
    session: AsyncSession,
    numbers: Iterable[str],
    *,
    except_for: UUID | None = None,
    present: bool = True,
) -> set[str]:
    """Give which of these 12-digit numbers are somebody's, anywhere in the province.

    Without `present` only numbers that were truly somebody's before they were re-issued: the
    present ones are guarded by their unique key.
    """
    found = await session.execute(
        text("SELECT personal_ids_taken(:numbers, :except_for, :present)"),
        {"numbers": list(numbers), "except_for": except_for, "present": present},
    )
    return set(found.scalar_one())


async def holders_of(session: AsyncSession, numbers: Iterable[str]) -> Mapping[str, UUID]:
    """Give whose the 12-digit numbers were that nobody has now; one that several had, nobody's."""
    found = await session.execute(
        text(
            "SELECT number, min(person_id::text)::uuid AS person_id FROM person_number n"
            " WHERE number = ANY (:numbers) AND kind = 'personal_id' AND superseded_at IS NULL"
            " AND NOT EXISTS (SELECT FROM person p WHERE p.personal_id = n.number)"
            " GROUP BY number HAVING count(DISTINCT person_id) = 1"
        ),
        {"numbers": list(numbers)},
    )
    return {row.number: row.person_id for row in found}


async def heirs_of(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, UUID]:
    """Give, for records that were merged, the record that stands at the end of the chain."""
    found = await session.execute(
        text(
            "WITH RECURSIVE chain (origin, person_id, merged_into) AS ("
            "  SELECT person_id, person_id, merged_into FROM person WHERE person_id = ANY (:ids)"
            "  UNION ALL"
            "  SELECT c.origin, p.person_id, p.merged_into"
            "  FROM chain c JOIN person p ON p.person_id = c.merged_into"
            ") SELECT origin, person_id FROM chain WHERE merged_into IS NULL AND origin <> person_id"
        ),
        {"ids": list(ids)},
    )
    return {row.origin: row.person_id for row in found}


async def numbers_of(session: AsyncSession, person_id: UUID) -> list[NumberRow]:
    """Read the former numbers of a person."""
    found = await session.execute(
        text(
            "SELECT number_id, kind, number, reason, note, valid_from, valid_to, recorded_at,"
            " recorded_by FROM person_number WHERE person_id = :id AND superseded_at IS NULL"
            " ORDER BY valid_from NULLS FIRST, recorded_at, number_id"
        ),
        {"id": person_id},
    )
    return [
        NumberRow(
            number_id=row["number_id"],
            former=FormerNumber(
                row["kind"],
                row["number"],
                row["reason"],
                row["note"],
                row["valid_from"],
                row["valid_to"],
            ),
            recorded_at=row["recorded_at"],
            recorded_by=row["recorded_by"],
        )
        for row in found.mappings()
    ]


async def insert_numbers(
    session: AsyncSession,
    rows: Sequence[tuple[Person, FormerNumber]],
    *,
    now: datetime,
    recorded_by: str,
) -> None:
    """Keep former numbers; one that is kept already is not written again."""
    columns = {
        "number_id": "uuid",
        "person_id": "uuid",
        "commune_code": "text",
        "kind": "text",
        "number": "text",
        "reason": "text",
        "note": "text",
        "valid_from": "date",
        "valid_to": "date",
    }
    records = [
        (
            new_id(),
            person.person_id,
            person.identity.commune_code,
            former.kind,
            former.number,
            former.reason,
            former.note,
            former.valid_from,
            former.valid_to,
        )
        for person, former in rows
    ]
    await stage(session, "staged_number", columns, records)
    listed = ", ".join(columns)
    await session.execute(
        text(
            f"INSERT INTO person_number ({listed}, recorded_at, recorded_by)"
            f" SELECT {listed}, cast(:now AS timestamptz), cast(:by AS text)"
            " FROM pg_temp.staged_number ON CONFLICT DO NOTHING"
        ),
        {"now": now, "by": recorded_by},
    )


async def retire_number(session: AsyncSession, person_id: UUID, number: str, now: datetime) -> None:
    """Take a number off the former ones of a person: it is theirs again, or never was."""
    await session.execute(
        text(
            "UPDATE person_number SET superseded_at = :now WHERE person_id = :id"
            " AND number = :number AND superseded_at IS NULL"
        ),
        {"id": person_id, "number": number, "now": now},
    )


async def insert_vital(session: AsyncSession, rows: Sequence[NewVital]) -> None:
    """Keep deaths and declarations; what stands already is not written again."""
    columns = {
        "vital_id": "uuid",
        "person_id": "uuid",
        "commune_code": "text",
        "kind": "text",
        "happened_on": "date",
        "source": "text",
        "notice_number": "text",
        "recorded_at": "timestamptz",
        "recorded_by": "text",
        "household_id": "uuid",
    }
    records = [
        (
            new_id(),
            new.person.person_id,
            new.person.identity.commune_code,
            new.row.kind,
            new.row.happened_on,
            new.row.source,
            new.row.notice_number,
            new.row.recorded_at,
            new.row.recorded_by,
            new.household_id,
        )
        for new in rows
    ]
    await stage(session, "staged_vital", columns, records)
    listed = ", ".join(columns)
    await session.execute(
        text(
            f"INSERT INTO person_vital ({listed}) SELECT {listed} FROM pg_temp.staged_vital"
            " ON CONFLICT DO NOTHING"
        )
    )


async def take_back_vital(
    session: AsyncSession, person_id: UUID, kind: str, *, values: Mapping[str, object]
) -> UUID | None:
    """Supersede what stands about a person's life; `values` names now, by and reason.

    Gives the household in which the person was until then.
    """
    found = await session.execute(
        text(
            "UPDATE person_vital SET superseded_at = :now, superseded_by = :by,"
            " superseded_reason = :reason"
            " WHERE person_id = :id AND kind = :kind AND superseded_at IS NULL"
            " RETURNING household_id"
        ),
        {"id": person_id, "kind": kind, **values},
    )
    household_id: UUID | None = found.scalar_one_or_none()
    return household_id


async def vital_of(session: AsyncSession, person_id: UUID) -> list[VitalRow]:
    """Read what was ever recorded about a person's life."""
    found = await session.execute(
        text(
            "SELECT kind, happened_on, source, notice_number, recorded_at, recorded_by,"
            " superseded_at, superseded_reason FROM person_vital WHERE person_id = :id"
            " ORDER BY recorded_at, vital_id"
        ),
        {"id": person_id},
    )
    return [VitalRow(**row) for row in found.mappings()]


async def insert_merge(
    session: AsyncSession,
    gone: Person,
    into: Person,
    *,
    values: Mapping[str, object],
    home: MergedHome,
) -> None:
    """Keep that two records are one human; `values` names reason, now and by."""
    await session.execute(
        text(
            "INSERT INTO person_merge (merge_id, person_id, into_id, commune_code, reason,"
            " recorded_at, recorded_by, household_id, household_carried, into_poverty_class)"
            " VALUES (:merge_id, :gone, :into, :commune, :reason, :now, :by, :household,"
            " :carried, :class)"
        ),
        {
            "merge_id": new_id(),
            "gone": gone.person_id,
            "into": into.person_id,
            "commune": gone.identity.commune_code,
            "household": home.household_id,
            "carried": home.carried,
            "class": home.into_class,
            **values,
        },
    )


async def home_at_merge(session: AsyncSession, person_id: UUID) -> MergedHome:
    """Read where a merged record lived when it was merged."""
    found = await session.execute(
        text(
            "SELECT household_id, household_carried AS carried, into_poverty_class AS into_class"
            " FROM person_merge WHERE person_id = :id AND undone_at IS NULL"
        ),
        {"id": person_id},
    )
    return MergedHome(**found.mappings().one())


async def undo_merge(
    session: AsyncSession, person_id: UUID, *, values: Mapping[str, object]
) -> None:
    """Keep that a merge was undone; `values` names reason, now and by."""
    await session.execute(
        text(
            "UPDATE person_merge SET undone_at = :now, undone_by = :by, undone_reason = :reason"
            " WHERE person_id = :id AND undone_at IS NULL"
        ),
        {"id": person_id, **values},
    )


async def open_move(session: AsyncSession, key: PersonKey, to_commune: str | None) -> UUID | None:
    """Open the two communes of a move for this transaction, if one of them is the caller's.

    Gives who moves, or None: there is no such person, or neither commune is the caller's.
    """
    found = await session.execute(
        text("SELECT moving FROM open_person_move(:personal_id, :person_id, :to_commune)"),
        {
            "personal_id": key.personal_id,
            "person_id": key.person_id,
            "to_commune": to_commune,
        },
    )
    moving: UUID | None = found.scalar_one_or_none()
    return moving


async def close_move(session: AsyncSession, communes: str) -> None:
    """Limit the transaction to its caller's own communes again."""
    await session.execute(
        text("SELECT set_config('app.communes', :communes, true)"), {"communes": communes}
    )


async def follow(session: AsyncSession, person_ids: Sequence[UUID]) -> None:
    """Put numbers, vital status and merges of people under the commune where they live now."""
    for table in ("person_number", "person_vital", "person_merge"):
        await session.execute(
            text(
                f"UPDATE {table} t SET commune_code = p.commune_code FROM person p"
                " WHERE t.person_id = ANY (:ids) AND p.person_id = t.person_id"
                " AND t.commune_code <> p.commune_code"
            ),
            {"ids": list(person_ids)},
        )
