"""SQL over many entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from common.database.rows import fetch
from common.database.session import AsyncSession
from eligibility.issue_register.schemas import IssueStepView, IssueView


async def page(
    session: AsyncSession, filters: Mapping[str, Any], after: Sequence[Any] | None, limit: int
) -> list[IssueView]:
    """Read entries by deadline, those without one last."""
    given = {name: value for name, value in filters.items() if value is not None}
    tests = {"overdue_on": "due_on < :overdue_on"}
    clauses = [tests.get(name, f"{name} = :{name}") for name in given] or ["true"]
    values: dict[str, Any] = {**given, "limit": limit}
    if after is not None:
        clauses.append("(coalesce(due_on, 'infinity'::date)::text, issue_id) > (:due, :id)")
        values |= {"due": after[0], "id": UUID(str(after[1]))}
    statement = f"""
        SELECT * FROM (SELECT issue_id, commune_code, kind, source, subject, content, article,
            dossier_code, person_id, state, due_on, raised_on, version FROM issue) i
        WHERE {" AND ".join(clauses)}
        ORDER BY coalesce(due_on, 'infinity'::date)::text, issue_id LIMIT :limit
    """
    return await fetch(session, IssueView, statement, values)


async def steps(session: AsyncSession, issue_id: UUID) -> list[IssueStepView]:
    """Read the steps of an entry, oldest first."""
    statement = "SELECT state, note, taken_at FROM issue_step WHERE issue_id = :id ORDER BY version"
    return await fetch(session, IssueStepView, statement, {"id": issue_id})
