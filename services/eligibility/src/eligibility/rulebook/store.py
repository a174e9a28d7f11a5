"""Every SQL statement of `rulebook`: proposals, and the confirmed law, which is only added to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from common.database.session import AsyncSession
from common.runtime.clock import VN_TZ
from eligibility.law.domain.installed import LocalLaw
from eligibility.law.domain.provincial import LocalBenefit, LocalLevel
from eligibility.law.domain.switches import LocalChoice
from eligibility.rulebook.domain import LawProposal

_COLUMNS = {
    "law_level": (
        "level_id", "proposal_id", "province_code", "former_province_code", "benefits", "settings", "kind",
        "amount", "local_group", "group_title", "coefficient", "valid_from", "valid_to",
        "resolution", "source", "confidence", "note", "recorded_by", "recorded_at",
    ),
    "law_local_benefit": (
        "benefit_id", "proposal_id", "province_code", "former_province_code", "code", "ages", "age_from",
        "age_to", "cash", "gift", "silk_metres", "valid_from", "valid_to", "resolution", "source",
        "confidence", "note", "recorded_by", "recorded_at",
    ),
    "law_choice": (
        "choice_id", "proposal_id", "province_code", "code", "value", "valid_from", "valid_to", "resolution",
        "reason", "recorded_by", "recorded_at",
    ),
}  # fmt: skip


async def insert(session: AsyncSession, table: str, values: Mapping[str, Any]) -> None:
    """Add a row to one of the tables of local law."""
    columns = _COLUMNS[table]
    names, marks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    await session.execute(
        text(f"INSERT INTO {table} ({names}) VALUES ({marks})"),
        {name: values.get(name) for name in columns},
    )


async def lock_law(session: AsyncSession) -> None:
    """Let confirmations of changes wait for each other, so that each is compared with the last."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('local law'))"))


async def insert_proposal(session: AsyncSession, made: LawProposal) -> None:
    """Add a proposal."""
    statement = text("""
        INSERT INTO law_proposal (proposal_id, kind, values, operation_id, proposed_by, proposed_at)
        VALUES (:proposal_id, :kind, cast(:values AS jsonb), :operation_id, :proposed_by,
            :proposed_at)
    """)
    row = {**asdict(made), "values": json.dumps(made.values, ensure_ascii=False)}
    names = ("proposal_id", "kind", "values", "operation_id", "proposed_by", "proposed_at")
    await session.execute(statement, {name: row[name] for name in names})


async def proposal(
    session: AsyncSession, proposal_id: UUID, *, lock: bool = False
) -> LawProposal | None:
    """Read a proposal; `lock` keeps its row until the end of the transaction."""
    statement = text(
        f"SELECT * FROM law_proposal WHERE proposal_id = :id {'FOR UPDATE' if lock else ''}"
    )
    row = (await session.execute(statement, {"id": proposal_id})).mappings().one_or_none()
    return None if row is None else LawProposal(**row)


async def proposals(session: AsyncSession, state: str | None) -> list[LawProposal]:
    """Read the proposals in a state, or all of them, the newest first."""
    statement = text("""
        SELECT * FROM law_proposal WHERE state = coalesce(cast(:state AS text), state)
        ORDER BY proposed_at DESC, proposal_id LIMIT 500
    """)
    found = await session.execute(statement, {"state": state})
    return [LawProposal(**row) for row in found.mappings()]


async def set_operation(session: AsyncSession, proposal_id: UUID, operation_id: UUID) -> None:
    """Name the operation that works out the effect anew."""
    statement = text(
        "UPDATE law_proposal SET operation_id = :operation, effect = NULL, effect_version = NULL"
        " WHERE proposal_id = :id"
    )
    await session.execute(statement, {"id": proposal_id, "operation": operation_id})


async def keep_effect(
    session: AsyncSession, proposal_id: UUID, effect: Mapping[str, Any], version: int
) -> None:
    """Keep what a change would change, while nobody has decided it."""
    statement = text("""
        UPDATE law_proposal SET effect = cast(:effect AS jsonb), effect_version = :version
        WHERE proposal_id = :id AND state = 'proposed'
    """)
    values = {"id": proposal_id, "effect": json.dumps(dict(effect)), "version": version}
    await session.execute(statement, values)


async def decide(
    session: AsyncSession,
    proposal_id: UUID,
    state: str,
    decided: tuple[str, datetime],
    reason: str | None = None,
) -> None:
    """Write down who confirmed or rejected a proposal, and when."""
    statement = text("""
        UPDATE law_proposal
        SET state = :state, decided_by = :actor, decided_at = :now, reason = :reason
        WHERE proposal_id = :id
    """)
    actor, now = decided
    values = {"id": proposal_id, "state": state, "actor": actor, "now": now, "reason": reason}
    await session.execute(statement, values)


async def version(session: AsyncSession) -> int:
    """Count the rows of the local law: it grows with every entry."""
    statement = text("""
        SELECT (SELECT count(*) FROM law_level) + (SELECT count(*) FROM law_local_benefit)
            + (SELECT count(*) FROM law_choice)
    """)
    return int(await session.scalar(statement) or 0)


async def rows(session: AsyncSession, table: str) -> list[Any]:
    """Read a table of local law, oldest entry first."""
    key = _COLUMNS[table][0]
    statement = text(f"SELECT * FROM {table} ORDER BY recorded_at, {key}")
    return list(await session.execute(statement))


async def read(session: AsyncSession, province_code: str) -> LocalLaw:
    """Read everything that this installation's province entered."""
    levels = await rows(session, "law_level")
    benefits = await rows(session, "law_local_benefit")
    choices = await rows(session, "law_choice")
    return LocalLaw(
        province_code=province_code,
        version=len(levels) + len(benefits) + len(choices),
        levels=tuple(_level(row) for row in levels),
        benefits=tuple(_benefit(row) for row in benefits),
        choices=tuple(_choice(row) for row in choices),
        groups=tuple(
            (r.local_group, r.group_title or r.local_group) for r in levels if r.local_group
        ),
    )


def _origin(row: Any) -> dict[str, Any]:
    return {
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "known_from": row.recorded_at.astimezone(VN_TZ).date(),
        "resolution": row.resolution,
    }


def _level(row: Any) -> LocalLevel:
    return LocalLevel(
        province_code=row.province_code,
        former_province_code=row.former_province_code,
        benefits=tuple(row.benefits),
        settings=tuple(row.settings),
        kind=row.kind,
        amount=row.amount,
        local_group=row.local_group,
        coefficient=row.coefficient,
        source=row.source,
        confidence=row.confidence,
        note=row.note,
        **_origin(row),
    )


def _benefit(row: Any) -> LocalBenefit:
    return LocalBenefit(
        province_code=row.province_code,
        former_province_code=row.former_province_code,
        code=row.code,
        ages=tuple(row.ages),
        age_from=row.age_from,
        age_to=row.age_to,
        cash=row.cash,
        gift=row.gift,
        silk_metres=row.silk_metres,
        source=row.source,
        confidence=row.confidence,
        note=row.note,
        **_origin(row),
    )


def _choice(row: Any) -> LocalChoice:
    return LocalChoice(code=row.code, value=row.value, reason=row.reason, **_origin(row))
