"""Truths of the registry that must always hold; read-only, ids only."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from common.database.session import AsyncSession
from common.runtime.service import Invariant

_CHECKS: dict[str, str] = {
    "household_versions_are_contiguous": """
        SELECT h.household_id::text FROM household h
        LEFT JOIN (
            SELECT aggregate_id, count(*) AS told, max(aggregate_version) AS latest
            FROM outbox WHERE aggregate_type = 'household' GROUP BY aggregate_id
        ) e ON e.aggregate_id = h.household_id::text
        WHERE e.told IS NOT NULL AND (e.latest <> h.version OR e.told > e.latest)
        LIMIT 20
    """,
    "person_versions_are_contiguous": """
        SELECT p.person_id::text FROM person p
        LEFT JOIN (
            SELECT aggregate_id, count(*) AS told, max(aggregate_version) AS latest
            FROM outbox WHERE aggregate_type = 'person' GROUP BY aggregate_id
        ) e ON e.aggregate_id = p.person_id::text
        WHERE e.latest IS DISTINCT FROM p.version AND e.told IS NOT NULL
           OR (e.told IS NOT NULL AND e.told > e.latest)
        LIMIT 20
    """,
    "person_has_one_open_version_that_agrees": """
        SELECT p.person_id::text FROM person p
        LEFT JOIN person_version v ON v.person_id = p.person_id
             AND v.superseded_at IS NULL AND v.valid_to IS NULL
        WHERE v.full_name IS DISTINCT FROM p.full_name
           OR v.birth_date IS DISTINCT FROM p.birth_date
           OR v.sex IS DISTINCT FROM p.sex
           OR v.commune_code IS DISTINCT FROM p.commune_code
        LIMIT 20
    """,
    "person_death_agrees_with_its_record": """
        SELECT p.person_id::text FROM person p
        LEFT JOIN person_vital v ON v.person_id = p.person_id AND v.kind = 'death'
             AND v.superseded_at IS NULL
        WHERE v.happened_on IS DISTINCT FROM p.death_date LIMIT 20
    """,
    "person_household_agrees_with_membership": """
        SELECT p.person_id::text FROM person p
        LEFT JOIN household_member m ON m.person_id = p.person_id
             AND m.superseded_at IS NULL AND m.valid_to IS NULL
        WHERE m.household_id IS DISTINCT FROM p.household_id LIMIT 20
    """,
    "person_merged_agrees_with_its_merge": """
        SELECT p.person_id::text FROM person p
        LEFT JOIN person_merge m ON m.person_id = p.person_id AND m.undone_at IS NULL
        WHERE m.into_id IS DISTINCT FROM p.merged_into LIMIT 20
    """,
    "person_records_follow_the_person": """
        SELECT p.person_id::text FROM person p JOIN (
            SELECT person_id, commune_code FROM person_number
            UNION ALL SELECT person_id, commune_code FROM person_vital
            UNION ALL SELECT person_id, commune_code FROM person_merge
        ) r ON r.person_id = p.person_id AND r.commune_code <> p.commune_code LIMIT 20
    """,
    "applied_rows_have_outcomes": """
        SELECT s.import_id::text FROM (
            SELECT import_id, sum(row_count) AS applied FROM intake_slice GROUP BY 1
        ) s LEFT JOIN (
            SELECT import_id, count(*) AS rows FROM intake_row GROUP BY 1
        ) r USING (import_id)
        WHERE s.applied IS DISTINCT FROM r.rows LIMIT 20
    """,
    "accepted_rows_have_a_person": """
        SELECT r.import_id::text || '/' || r.row_number FROM intake_row r
        JOIN intake_import i USING (import_id)
        WHERE i.kind = 'beneficiary_list' AND (r.outcome = 'refused') <> (r.person_id IS NULL)
        LIMIT 20
    """,
    "applied_notices_of_deaths_have_a_dead_person": """
        SELECT n.notice_id::text FROM notice n LEFT JOIN person p USING (person_id)
        WHERE n.kind = 'death' AND n.state = 'applied' AND p.death_date IS NULL LIMIT 20
    """,
}


def _invariant(name: str, statement: str) -> Invariant:
    async def check(session: AsyncSession) -> Sequence[str]:
        found = await session.execute(text(statement))
        return [str(row[0]) for row in found]

    return Invariant(name=name, check=check)


INVARIANTS: tuple[Invariant, ...] = tuple(
    _invariant(name, statement) for name, statement in _CHECKS.items()
)
