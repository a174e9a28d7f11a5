"""Raise an entry, take its steps, list what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from common import audit
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.kernel.errors import PreconditionFailed
from common.runtime.clock import VN_TZ
from common.web.etag import etag
from eligibility.issue_register import store
from eligibility.issue_register.domain import (
    KINDS,
    IssueNotFound,
    Step,
    after,
    allowed_steps,
    due_on,
    kind_from,
)
from eligibility.issue_register.schemas import IssueDetailView, IssueView, RaiseIssueRequest
from eligibility.issue_register.tables import Issue, IssueStep


async def raise_issue(
    session: AsyncSession, request: RaiseIssueRequest, *, actor: str, now: datetime
) -> IssueView:
    """Write an entry down; its clock runs from today.

    Raises:
        IssueKindUnknown: no such kind for such a person.
    """
    kind = kind_from(request.kind, request.source)
    day = now.astimezone(VN_TZ).date()
    issue = Issue(
        **request.model_dump(),
        issue_id=new_id(),
        state="received",
        due_on=due_on(kind, "received", day),
        raised_by=actor,
        raised_on=day,
        version=1,
    )
    session.add(issue)
    await session.flush()
    _note(session, issue, request.subject, actor, now)
    await audit.record(session, "issue.raised", "issue", issue.issue_id, {"kind": kind.code})
    return IssueView.model_validate(issue)


async def take_step(
    session: AsyncSession,
    issue_id: UUID,
    step: Step,
    note: str,
    *,
    version: int,
    actor: str,
    now: datetime,
) -> IssueView:
    """Accept, answer, open again or close an entry.

    Raises:
        IssueNotFound: none, or not the caller's.
        PreconditionFailed: it has changed since it was read.
        IssueStepRefused: the state does not allow the step.
    """
    issue = await session.get(Issue, issue_id, with_for_update=True)
    if issue is None:
        raise IssueNotFound
    if issue.version != version:
        raise PreconditionFailed(current_etag=etag(issue.version))
    kind = KINDS[issue.kind]
    state = after(kind, issue.state, step)  # type: ignore[arg-type]  # the table's CHECK holds the states
    issue.state, issue.version = state, issue.version + 1
    issue.due_on = due_on(kind, state, now.astimezone(VN_TZ).date())
    _note(session, issue, note, actor, now)
    await audit.record(session, f"issue.{state}", "issue", issue_id, {"kind": kind.code})
    await session.flush()
    return IssueView.model_validate(issue)


def _note(session: AsyncSession, issue: Issue, note: str, actor: str, now: datetime) -> None:
    step = IssueStep(
        issue_id=issue.issue_id,
        version=issue.version,
        commune_code=issue.commune_code,
        state=issue.state,
        note=note,
        actor=actor,
        taken_at=now,
    )
    session.add(step)


async def get(session: AsyncSession, issue_id: UUID) -> IssueDetailView:
    """Give an entry with its steps and what may follow.

    Raises:
        IssueNotFound: none, or not the caller's.
    """
    issue = await session.get(Issue, issue_id)
    if issue is None:
        raise IssueNotFound
    shown = IssueView.model_validate(issue)
    return IssueDetailView(
        **shown.model_dump(),
        steps=await store.steps(session, issue_id),
        allowed_steps=allowed_steps(KINDS[shown.kind], shown.state),
    )


async def page(
    session: AsyncSession, filters: Mapping[str, Any], after_key: Sequence[Any] | None, limit: int
) -> list[IssueView]:
    """Give a page of entries, the nearest deadline first."""
    return await store.page(session, filters, after_key, limit)
