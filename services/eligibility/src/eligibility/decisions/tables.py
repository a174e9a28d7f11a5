"""Drafted and signed decisions; the database refuses changes of signed ones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from common.database.tables import (
    AppendOnly,
    Secured,
    bigint,
    check,
    index,
    jsonb,
    month_column,
    one_of,
)
from common.kernel.months import Month
from eligibility.tables import Base


class Decision(Base, Secured, table=True):
    """Decision of the commune's chair, or its draft."""

    __table_args__ = (
        one_of("status", "draft", "signed"),
        CheckConstraint("extract(day FROM pay_month) = 1"),
        check(
            "decision_status_signed_by_check",
            "(status = 'signed') = (signed_by IS NOT NULL AND signed_on IS NOT NULL)",
        ),
        check(
            "decision_signed_by_drafted_by_check", "signed_by IS NULL OR signed_by <> drafted_by"
        ),
        UniqueConstraint("commune_code", "number"),
        one_of(
            "kind",
            "level_review",
            "correction",
            "grant",
            "refusal",
            "stop",
            "suspend",
            "resume",
            "one_off",
        ),
        index("decision_dossier", "dossier_code", unique=True, where="dossier_code IS NOT NULL"),
    )

    decision_id: UUID = Field(primary_key=True)
    kind: str
    commune_code: str
    number: str
    status: str
    pay_month: Month | None = month_column(default=None)
    """First month that is paid by it."""
    dossier_code: str | None = None
    line_count: int
    totals: dict[str, Any] = jsonb()
    """Counts and sums of the lines, by outcome."""
    drafted_by: str
    """Who computed the draft last; may not sign it."""
    drafted_at: datetime
    signed_by: str | None = None
    signed_on: date | None = None
    signed_at: datetime | None = None
    version: int = bigint()
    """For If-Match."""


class DecisionExplanation(Base, Secured, table=True):
    """Why the lines are what they are; shared by lines that have the same reasons."""

    decision_id: UUID = Field(primary_key=True, foreign_key="decision.decision_id")
    key: str = Field(primary_key=True)
    """Hash of the explanation."""
    commune_code: str
    body: dict[str, Any] = jsonb()


class DecisionLine(Base, Secured, table=True):
    """What a decision says about one entitlement."""

    __table_args__ = (
        UniqueConstraint("decision_id", "entitlement_id"),
        index("decision_line_order", "decision_id, line_id"),
        index("decision_line_person", "person_id"),
    )

    line_id: UUID = Field(primary_key=True)
    decision_id: UUID = Field(foreign_key="decision.decision_id")
    commune_code: str
    person_id: UUID
    entitlement_id: UUID
    entitlement_version: int = bigint()
    """Version that the draft was computed from."""
    benefit: str
    outcome: str
    """What it does: code."""
    from_month: Month = month_column()
    listed_amount: int = bigint()
    """Đồng a month paid before."""
    listed_coefficient: int
    """Coefficient paid before, in hundredths."""
    law_coefficient: int
    """Coefficient by law, in hundredths."""
    law_amount: int = bigint()
    """Đồng a month by law."""
    owed: int = bigint()
    """Đồng owed for the months up to `pay_month`."""
    levels: dict[str, Any] = jsonb()
    """Levels that the line sets."""
    reasons: dict[str, Any] = jsonb()
    facts: dict[str, Any] = jsonb()
    """Facts that it was computed from."""
    old_levels: list[Any] = jsonb(default=[])
    """Levels that it replaces."""


OBJECTS = (
    """
CREATE FUNCTION refuse_signed_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'signed' THEN
        RAISE EXCEPTION 'a signed decision is final' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$
""",
    """
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON decision
    FOR EACH ROW EXECUTE FUNCTION refuse_signed_decision()
""",
    """
CREATE FUNCTION refuse_signed_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM decision d JOIN gone g USING (decision_id) WHERE d.status = 'signed')
    THEN
        RAISE EXCEPTION 'a line of a signed decision is final'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER final_delete AFTER DELETE ON decision_line
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_signed_line()
""",
    """
CREATE TRIGGER final_update AFTER UPDATE ON decision_line
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_signed_line()
""",
    """
CREATE TRIGGER final_insert AFTER INSERT ON decision_line
    REFERENCING NEW TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_signed_line()
""",
)
"""A signed decision and its lines are final."""


class OneOffGrant(Base, Secured, AppendOnly, table=True):
    """What a signed decision grants once; never changed."""

    __table_args__ = (
        CheckConstraint("amount > 0"),
        UniqueConstraint("person_id", "benefit", "event_on"),
    )

    one_off_id: UUID = Field(primary_key=True)
    decision_id: UUID = Field(foreign_key="decision.decision_id")
    commune_code: str
    person_id: UUID
    """Whose right it comes from: who died, or needs protection."""
    benefit: str
    provision: str
    event_on: date
    """Day of the event, which selected the law."""
    amount: int = bigint()
    """Đồng."""
    payee: dict[str, Any] = jsonb()
    """Who is paid: a registered person, a named one, or an organisation."""
    granted_at: datetime
