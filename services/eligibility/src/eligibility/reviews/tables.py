"""What sweeps find, and budget simulations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    array,
    bigint,
    check,
    index,
    jsonb,
    month_column,
    one_of,
)
from common.kernel.months import Month
from eligibility.tables import Base


class ReviewExplanation(Base, table=True):
    """Explanation of proposals; holds nobody's values."""

    key: str = Field(primary_key=True)
    """Hash of the explanation."""
    body: dict[str, Any] = jsonb()


class ReviewProposal(Base, Secured, table=True):
    """What a sweep proposes; one current row per person, benefit, kind and month."""

    __table_args__ = (
        one_of("kind", "open", "adjust", "stop", "suspend", "paper_needed"),
        CheckConstraint("extract(day FROM month) = 1"),
        one_of("status", "open", "drafted", "set_aside", "signed", "superseded"),
        check(
            "review_proposal_closed_at_status_check",
            "(closed_at IS NULL) = (status IN ('open', 'drafted', 'set_aside'))",
        ),
        check(
            "review_proposal_status_set_aside_by_check",
            "(status = 'set_aside') <= (set_aside_by IS NOT NULL AND set_aside_reason IS NOT NULL)",
        ),
        index(
            "review_proposal_current",
            "person_id, benefit, kind, month",
            unique=True,
            where="closed_at IS NULL",
        ),
        index("review_proposal_commune", "commune_code, proposal_id"),
        index("review_proposal_decision", "decision_id", where="decision_id IS NOT NULL"),
    )

    proposal_id: UUID = Field(primary_key=True)
    sweep_id: UUID
    person_id: UUID
    commune_code: str
    village: str | None = None
    benefit: str = Field(foreign_key="benefit.code")
    kind: str
    month: Month = month_column()
    entitlement_id: UUID | None = None
    status: str
    reasons: list[str] = array()
    event_on: date | None = None
    """Day of the event that it follows from."""
    missing_code: str | None = None
    """The one condition that is missing."""
    current_amount: int = bigint()
    """Đồng a month paid."""
    law_amount: int = bigint()
    """Đồng a month by law."""
    law_coefficient: int = bigint()
    """By law, in hundredths."""
    law_provision: str | None = None
    explanation: str = Field(foreign_key="review_explanation.key")
    """Key of the explanation."""
    facts: dict[str, Any] = jsonb()
    """The person's values for that explanation."""
    fingerprint: str
    """Hash of what was found: the same finding keeps its row."""
    found_at: datetime
    closed_at: datetime | None = None
    decision_id: UUID | None = Field(default=None, foreign_key="decision.decision_id")
    set_aside_by: str | None = None
    set_aside_reason: str | None = None


class SimulationResult(Base, Secured, table=True):
    """Sums of a simulation; no people. Commune `*`: counted of the province only."""

    __table_args__ = (CheckConstraint("extract(day FROM month) = 1"),)

    simulation_id: UUID = Field(primary_key=True)
    month: Month = month_column(primary_key=True)
    commune_code: str = Field(primary_key=True)
    benefit: str = Field(primary_key=True)
    group_code: str = Field(primary_key=True)
    people_receiving: int = bigint()
    """People who receive now."""
    amount_receiving: int = bigint()
    """Đồng of the month, as the law stands."""
    people_receiving_changed: int = bigint()
    """The same people who would receive."""
    amount_receiving_changed: int = bigint()
    """Đồng of the month, as the law would be."""
    people_eligible: int = bigint()
    """All whom the law gives it to."""
    amount_eligible: int = bigint()
    """Đồng of the month for them."""
    people_eligible_changed: int = bigint()
    """All whom the changed law would give it to."""
    amount_eligible_changed: int = bigint()
    """Đồng of the month for them."""
