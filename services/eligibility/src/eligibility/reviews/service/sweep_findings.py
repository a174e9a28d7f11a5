"""What sweeps found: read it, set it aside with a reason, or turn it into a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from common import audit
from common.database.session import AsyncSession
from eligibility.decisions.domain import Decision, Drafting
from eligibility.entitlements import service as entitlements
from eligibility.facts import service as facts
from eligibility.law import service as law
from eligibility.reviews import store
from eligibility.reviews.domain import (
    AMOUNT_DIFFERS,
    FoundNotAlike,
    FoundNotOpen,
    ProposalNotFound,
)
from eligibility.reviews.service.corrections import draft_correction
from eligibility.reviews.service.endings import Ending, draft_ending
from eligibility.reviews.store import sweeps

_BY_KIND = {"adjust": "correction", "stop": "stop", "suspend": "suspend"}
"""Kind of proposal -> kind of the decision that answers it; the others need a dossier first."""


async def page_found(
    session: AsyncSession, filters: Mapping[str, Any], after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Give a page of proposals, each with name and explanation."""
    rows = await sweeps.page_found(session, filters, after, limit)
    bodies = await sweeps.explanations(session, list({row["explanation"] for row in rows}))
    names = await facts.names(session, [row["person_id"] for row in rows])
    return [_shown(row, bodies[row["explanation"]], names.get(row["person_id"])) for row in rows]


async def find_found(session: AsyncSession, proposal_id: UUID) -> dict[str, Any]:
    """Give one proposal.

    Raises:
        ProposalNotFound: none, or not the caller's.
    """
    rows = await sweeps.found(session, [proposal_id])
    if not rows:
        raise ProposalNotFound
    names = await facts.names(session, [rows[0]["person_id"]])
    return _shown(rows[0], rows[0]["body"], names.get(rows[0]["person_id"]))


def _shown(row: Mapping[str, Any], body: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    missing = next(
        (item for item in body["conditions"] if item["code"] == row["missing_code"]), None
    )
    return {
        **row,
        "full_name": name,
        "title": body.get("title"),
        "missing": missing,
        "explanation": law.with_values(body, row["facts"]),
    }


async def set_aside(
    session: AsyncSession, proposal_id: UUID, *, reason: str, actor: str
) -> dict[str, Any]:
    """Set a proposal aside: the same finding is not proposed again; other facts are.

    Raises:
        ProposalNotFound: none, or not the caller's.
        FoundNotOpen: it does not wait for anyone.
    """
    rows = await sweeps.found(session, [proposal_id], lock=True)
    if not rows:
        raise ProposalNotFound
    if rows[0]["status"] != "open":
        raise FoundNotOpen(proposal_status=rows[0]["status"])
    await sweeps.set_aside(session, proposal_id, actor=actor, reason=reason)
    await audit.record(session, "proposal.set_aside", "proposal", proposal_id, {"reason": reason})
    return await find_found(session, proposal_id)


async def draft_found(
    session: AsyncSession, drafting: Drafting, proposal_ids: Sequence[UUID], *, now: datetime
) -> Decision:
    """Turn proposals of one commune and kind into a draft; the law is applied anew by the draft.

    Raises:
        ProposalNotFound: one is not the commune's.
        FoundNotOpen: one was set aside, answered or overtaken.
        FoundNotAlike: several kinds, or a kind that needs a dossier.
        EndingRefused, NothingToCorrect, DecisionNumberTaken: as the kind of decision says.
    """
    rows = await sweeps.found(session, proposal_ids, lock=True)
    here = {row["proposal_id"] for row in rows if row["commune_code"] == drafting.commune_code}
    missing = set(proposal_ids) - here
    if missing:
        raise ProposalNotFound(proposal_ids=sorted(map(str, missing)))
    closed = [str(row["proposal_id"]) for row in rows if row["status"] not in {"open", "drafted"}]
    if closed:
        raise FoundNotOpen(proposal_ids=closed)
    kinds = {row["kind"] for row in rows}
    if len(kinds) > 1 or not kinds <= _BY_KIND.keys():
        raise FoundNotAlike(kinds=sorted(kinds))
    made = replace(drafting, kind=_BY_KIND[kinds.pop()])
    if made.kind == "correction":
        decision = await _correct(session, made, rows, now)
    else:
        endings = {
            row["entitlement_id"]: Ending(row["reasons"][0], row["event_on"]) for row in rows
        }
        decision = await draft_ending(session, made, list(endings), endings, now=now)
    await sweeps.mark_drafted(session, [row["proposal_id"] for row in rows], decision.decision_id)
    return decision


async def _correct(
    session: AsyncSession, drafting: Drafting, rows: Sequence[Mapping[str, Any]], now: datetime
) -> Decision:
    """Draft a correction from the first month that was found to differ."""
    first = {row["entitlement_id"]: row for row in sorted(rows, key=lambda row: row["month"])[::-1]}
    items = await entitlements.read(session, list(first))
    noted = [
        {
            "entitlement_id": item.entitlement_id,
            "code": AMOUNT_DIFFERS,
            "commune_code": item.commune_code,
            "person_id": item.person_id,
            "benefit": item.benefit,
            "from_month": first[item.entitlement_id]["month"],
            "listed_amount": item.listed_amount,
            "listed_coefficient": item.listed_coefficient,
            "proposed_amount": first[item.entitlement_id]["current_amount"],
            "law_coefficient": first[item.entitlement_id]["law_coefficient"],
            "law_amount": first[item.entitlement_id]["law_amount"],
            "law_provision": first[item.entitlement_id]["law_provision"],
            "reasons": ["coefficient"],
        }
        for item in items
    ]
    await store.reopen_proposals(session, list(first), AMOUNT_DIFFERS)
    await store.replace_proposals(session, noted, list(first), code=AMOUNT_DIFFERS, now=now)
    return await draft_correction(session, drafting, list(first), now=now)
