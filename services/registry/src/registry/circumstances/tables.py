"""Dated facts that the groups of the law ask for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    bigint,
    check,
    exclude,
    index,
    jsonb,
    one_of,
)
from registry.tables import Base


class Circumstance(Base, Secured, table=True):
    """One fact about a person with its paper, by both times; `content` holds what its kind needs."""

    __table_args__ = (
        one_of("degree", "severe", "very_severe", "mild"),
        CheckConstraint("monthly_amount >= 0"),
        check("circumstance_kind_degree_check", "(kind = 'disability') = (degree IS NOT NULL)"),
        check(
            "circumstance_valid_to_valid_from_check",
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to",
        ),
        one_of(
            "kind",
            "disability",
            "pension_income",
            "wage_income",
            "care_source",
            "study",
            "marital",
            "child",
            "support",
            "care_need",
            "care",
            "pregnancy",
            "couple",
            "detention",
            "facility",
            "missing",
            "neutral",
            "local_group",
        ),
        check(
            "circumstance_amount_check",
            "(kind IN ('pension_income', 'wage_income')) = (monthly_amount IS NOT NULL)",
        ),
        check("circumstance_child_check", "(kind = 'child') = (child_key <> '')"),
        check(
            "circumstance_content_check",
            "jsonb_typeof(content) = 'object' AND jsonb_typeof(paper) = 'object'",
        ),
        exclude(
            "circumstance_periods",
            "person_id WITH =",
            "kind WITH =",
            "child_key WITH =",
            "daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL",
        ),
        index("circumstance_person", "person_id, recorded_at"),
        index(
            "circumstance_of_commune",
            "commune_code, kind, circumstance_id",
            where="superseded_at IS NULL",
        ),
    )

    circumstance_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    kind: str
    degree: str | None = None
    """Degree of disability, for `disability` only."""
    certificate_number: str | None = None
    certificate_date: date | None = None
    monthly_amount: int | None = bigint(default=None)
    """Đồng a month, for incomes only."""
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None
    supersedes: UUID | None = None
    """Row that this one replaces."""
    content: dict[str, Any] = jsonb(default={})
    """Fields of the kind, checked by `domain`."""
    child_key: str = ""
    """Which child it is about, for `child` only; empty otherwise."""
    paper: dict[str, Any] | None = jsonb(default=None)
    """Kind, number, date and issuer of the paper."""
    reason: str | None = None
    """Why it was corrected or withdrawn."""
    superseded_by: str | None = None
    superseded_reason: str | None = None
