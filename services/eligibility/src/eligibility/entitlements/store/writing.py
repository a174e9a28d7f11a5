"""Add, hold, release and change entitlements: levels are superseded, never edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from common.database.session import AsyncSession

Rows = Sequence[Mapping[str, Any]]


async def insert(session: AsyncSession, rows: Rows, now: datetime) -> list[UUID]:
    """Add entitlements with their first levels; gives those that did not exist.

    A person has a benefit once; a decision that was taken over before is not taken over again.
    """
    values = {"rows": to_json(rows).decode(), "now": now}
    statement = text("""
        INSERT INTO entitlement (entitlement_id, person_id, commune_code, benefit, group_code,
            status, origin, stated_category, listed_amount, listed_coefficient, paid_from, paid_to,
            old_decision_number, old_decision_date, decision_id, decision_number, signed_on,
            decision_origin, level_counts_from, import_id, row_number, payee_person_id, version,
            created_at, updated_at)
        SELECT i.entitlement_id, i.person_id, i.commune_code, i.benefit, i.group_code, 'active',
            i.origin, i.stated_category, i.listed_amount, i.listed_coefficient, i.paid_from,
            i.paid_to, i.old_decision_number, i.old_decision_date, i.decision_id,
            i.decision_number, i.signed_on, i.origin, i.level_counts_from, i.import_id,
            i.row_number, i.payee_person_id, 1, :now, :now
        FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (
            entitlement_id uuid, person_id uuid, commune_code text, benefit text, group_code text,
            origin text, stated_category text, listed_amount bigint, listed_coefficient integer,
            paid_from date, paid_to date, old_decision_number text, old_decision_date date,
            decision_id uuid, decision_number text, signed_on date, level_counts_from date,
            import_id uuid, row_number integer, payee_person_id uuid
        )
        WHERE NOT EXISTS (
            SELECT 1 FROM entitlement e WHERE e.person_id = i.person_id AND e.benefit = i.benefit
                AND i.origin = 'taken_over' AND e.old_decision_number = i.old_decision_number
        )
        ON CONFLICT (person_id, benefit) WHERE status <> 'stopped' DO NOTHING
        RETURNING entitlement_id
    """)
    made = [row.entitlement_id for row in await session.execute(statement, values)]
    await session.execute(
        text("""
            INSERT INTO entitlement_level (entitlement_id, version, commune_code, from_month,
                amount, coefficient, provision, recorded_at)
            SELECT entitlement_id, version, commune_code, paid_from, listed_amount,
                listed_coefficient, stated_category, :now
            FROM entitlement WHERE entitlement_id = ANY(:ids)
        """),
        {"ids": made, "now": now},
    )
    return made


async def hold(
    session: AsyncSession, ids: Sequence[UUID], reason: str, now: datetime
) -> list[dict[str, Any]]:
    """Hold active entitlements; those held now come back, each with `base`.

    Args:
        session: the transaction.
        ids: what to hold; what is not active is left alone.
        reason: why, `status_reason`.
        now: business time.

    `base` is the version of the current levels.
    """
    statement = text("""
        UPDATE entitlement e SET status = 'held', status_reason = :reason,
            version = version + 1, updated_at = :now
        WHERE e.entitlement_id = ANY(:ids) AND e.status = 'active'
        RETURNING e.entitlement_id, (
            SELECT coalesce(max(l.version), 0) FROM entitlement_level l
            WHERE l.entitlement_id = e.entitlement_id AND l.superseded_at IS NULL
        ) AS base
    """)
    values = {"ids": list(ids), "reason": reason, "now": now}
    return [dict(row) for row in (await session.execute(statement, values)).mappings()]


async def hold_merged(
    session: AsyncSession, pairs: Mapping[UUID, UUID], now: datetime
) -> list[UUID]:
    """Hold what a merged record has where the staying one is paid the same benefit.

    Args:
        session: the transaction.
        pairs: the record that ceases -> the one that stays.
        now: business time.
    """
    statement = text("""
        UPDATE entitlement e SET status = 'held', status_reason = 'merged', version = e.version + 1,
            updated_at = :now
        FROM jsonb_each_text(cast(:pairs AS jsonb)) AS m (gone, stays)
        WHERE e.person_id = cast(m.gone AS uuid) AND e.status = 'active' AND EXISTS (
            SELECT FROM entitlement o WHERE o.person_id = cast(m.stays AS uuid)
                AND o.benefit = e.benefit AND o.status = 'active'
        )
        RETURNING e.entitlement_id
    """)
    values = {"pairs": _json(pairs), "now": now}
    return [row.entitlement_id for row in await session.execute(statement, values)]


async def release_unmerged(
    session: AsyncSession, person_ids: Sequence[UUID], now: datetime
) -> list[UUID]:
    """Release what was held for a merge that is undone."""
    statement = text("""
        UPDATE entitlement e SET status = 'active', status_reason = NULL, version = e.version + 1,
            updated_at = :now
        WHERE e.person_id = ANY(:ids) AND e.status = 'held' AND e.status_reason = 'merged'
        RETURNING e.entitlement_id
    """)
    values = {"ids": list(person_ids), "now": now}
    return [row.entitlement_id for row in await session.execute(statement, values)]


async def hold_deceased(
    session: AsyncSession, months: Mapping[UUID, date], now: datetime
) -> list[dict[str, Any]]:
    """Hold what the dead still have, unless it is held and cut for that month already.

    Args:
        session: the transaction.
        months: the first day of each dead person's month of death.
        now: business time.

    Returns:
        What changed, as `cut_levels` takes it: `base` names the levels before any death.
    """
    statement = text("""
        UPDATE entitlement e SET status = 'held',
            status_reason = coalesce(e.status_reason, 'deceased'),
            cut_for_death = cast(d.month AS date),
            levels_before_death = coalesce(e.levels_before_death, (
                SELECT max(l.version) FROM entitlement_level l
                WHERE l.entitlement_id = e.entitlement_id AND l.superseded_at IS NULL
            ), 0),
            version = version + 1, updated_at = :now
        FROM jsonb_each_text(cast(:months AS jsonb)) AS d (person_id, month)
        WHERE e.person_id = cast(d.person_id AS uuid) AND e.status IN ('active', 'held')
            AND e.cut_for_death IS DISTINCT FROM cast(d.month AS date)
        RETURNING e.entitlement_id, e.levels_before_death AS base, e.cut_for_death AS last
    """)
    values = {"months": _json(months), "now": now}
    return [dict(row) for row in (await session.execute(statement, values)).mappings()]


async def release_living(
    session: AsyncSession, person_ids: Sequence[UUID], now: datetime
) -> list[dict[str, Any]]:
    """Release what was held for a death that is taken back; another reason to hold remains.

    Returns:
        What changed, as `cut_levels` takes it (`last` None: the levels before the death again),
        with `status`.
    """
    statement = text("""
        WITH before AS (
            SELECT entitlement_id, levels_before_death AS base FROM entitlement
            WHERE person_id = ANY(:ids) AND status = 'held' AND cut_for_death IS NOT NULL
            ORDER BY entitlement_id FOR UPDATE
        )
        UPDATE entitlement e SET
            status = CASE e.status_reason WHEN 'deceased' THEN 'active' ELSE e.status END,
            status_reason = nullif(e.status_reason, 'deceased'),
            cut_for_death = NULL, levels_before_death = NULL,
            version = version + 1, updated_at = :now
        FROM before b WHERE e.entitlement_id = b.entitlement_id
        RETURNING e.entitlement_id, b.base, cast(NULL AS date) AS last, e.status
    """)
    values = {"ids": list(person_ids), "now": now}
    return [dict(row) for row in (await session.execute(statement, values)).mappings()]


async def cut_levels(session: AsyncSession, cuts: Rows, now: datetime) -> None:
    """Put levels of an earlier version in place, ended after a last month.

    Args:
        session: the transaction.
        cuts: entitlement_id, base (the version of the levels; 0: none) and last (the first day of
            the last month; None: not ended).
        now: business time.
    """
    if not cuts:
        return
    values = {"cuts": to_json(cuts).decode(), "now": now}
    await session.execute(
        text("""
            UPDATE entitlement_level l SET superseded_at = :now
            FROM jsonb_to_recordset(cast(:cuts AS jsonb)) AS c (entitlement_id uuid)
            WHERE l.entitlement_id = c.entitlement_id AND l.superseded_at IS NULL
        """),
        values,
    )
    await session.execute(
        text("""
            INSERT INTO entitlement_level (entitlement_id, version, commune_code, from_month,
                to_month, amount, coefficient, provision, recorded_at)
            SELECT l.entitlement_id, e.version, l.commune_code, l.from_month,
                least(l.to_month, c.last), l.amount, l.coefficient, l.provision, :now
            FROM jsonb_to_recordset(cast(:cuts AS jsonb)) AS c (
                entitlement_id uuid, base bigint, last date
            )
            JOIN entitlement e ON e.entitlement_id = c.entitlement_id
            JOIN entitlement_level l ON l.entitlement_id = c.entitlement_id AND l.version = c.base
            WHERE l.from_month <= coalesce(c.last, 'infinity'::date)
        """),
        values,
    )


async def stale(session: AsyncSession, versions: Mapping[UUID, int]) -> int:
    """Lock entitlements and count those that are not at the version given."""
    statement = text("""
        SELECT count(*) FILTER (WHERE e.version IS DISTINCT FROM cast(v.value AS bigint))
        FROM jsonb_each_text(cast(:versions AS jsonb)) v
        LEFT JOIN (
            SELECT entitlement_id, version FROM entitlement
            WHERE entitlement_id = ANY(:ids) ORDER BY entitlement_id FOR UPDATE
        ) e ON e.entitlement_id = cast(v.key AS uuid)
    """)
    values = {"versions": _json(versions), "ids": list(versions)}
    return int(await session.scalar(statement, values) or 0)


async def adjust(session: AsyncSession, rows: Rows, common: Mapping[str, Any]) -> None:
    """Put signed levels in the place of those before.

    Args:
        session: the transaction.
        rows: entitlement_id, status, status_reason and levels (a list of months and amounts);
            where the signature is about the coefficient: signed_coefficient, stated_category.
        common: decision_id, number, origin, signed_on, counts_from and now, the same for all rows.
    """
    values = {"rows": to_json(rows).decode(), **common}
    await session.execute(
        text("""
            UPDATE entitlement e SET status = i.status, status_reason = i.status_reason,
                decision_id = :decision_id, decision_number = :number, signed_on = :signed_on,
                decision_origin = :origin,
                level_counts_from = coalesce(cast(:counts_from AS date), e.level_counts_from),
                listed_coefficient = coalesce(i.signed_coefficient, e.listed_coefficient),
                stated_category = coalesce(i.stated_category, e.stated_category),
                levels_before_end = CASE WHEN :origin IN ('stop', 'suspend') THEN coalesce(
                    e.levels_before_end, nullif(e.levels_before_death, 0), (
                        SELECT max(l.version) FROM entitlement_level l
                        WHERE l.entitlement_id = e.entitlement_id AND l.superseded_at IS NULL
                    )
                ) END,
                cut_for_death = NULL, levels_before_death = NULL,
                version = version + 1, updated_at = :now
            FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (
                entitlement_id uuid, status text, status_reason text, signed_coefficient integer,
                stated_category text
            ) WHERE e.entitlement_id = i.entitlement_id
        """),
        values,
    )
    await session.execute(
        text("""
            UPDATE entitlement_level l SET superseded_at = :now
            FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (entitlement_id uuid)
            WHERE l.entitlement_id = i.entitlement_id AND l.superseded_at IS NULL
        """),
        values,
    )
    await session.execute(
        text("""
            INSERT INTO entitlement_level (entitlement_id, version, commune_code, from_month,
                to_month, amount, coefficient, provision, recorded_at)
            SELECT e.entitlement_id, e.version, e.commune_code, l.from_month, l.to_month, l.amount,
                l.coefficient, l.provision, :now
            FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (entitlement_id uuid, levels jsonb)
            JOIN entitlement e ON e.entitlement_id = i.entitlement_id
            CROSS JOIN LATERAL jsonb_to_recordset(i.levels) AS l (
                from_month date, to_month date, amount bigint, coefficient integer, provision text
            )
        """),
        values,
    )


def _json(values: Mapping[UUID, Any]) -> str:
    return to_json({str(key): value for key, value in values.items()}).decode()
