"""What each person is granted, with its levels by month."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    array,
    bigint,
    check,
    exclude,
    index,
    month_column,
    one_of,
)
from common.kernel.months import Month
from eligibility.tables import Base


class Entitlement(Base, Secured, table=True):
    """One benefit of one person, from grant or take-over to its end."""

    __table_args__ = (
        one_of("status", "active", "held", "suspended", "stopped"),
        one_of("origin", "taken_over", "grant"),
        CheckConstraint("listed_amount >= 0"),
        CheckConstraint("listed_coefficient > 0"),
        CheckConstraint("version > 0"),
        check("entitlement_death_check", "(cut_for_death IS NULL) = (levels_before_death IS NULL)"),
        index(
            "entitlement_one_each", "person_id, benefit", unique=True, where="status <> 'stopped'"
        ),
        index("entitlement_commune", "commune_code, entitlement_id"),
        index("entitlement_payee", "payee_person_id", where="payee_person_id IS NOT NULL"),
        index("entitlement_person", "person_id"),
    )

    entitlement_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    benefit: str = Field(foreign_key="benefit.code")
    group_code: str
    """Group of the law, or the neutral code of a sealed group."""
    status: str
    status_reason: str | None = None
    origin: str
    stated_category: str
    """Category that the list or decision names."""
    listed_amount: int = bigint()
    """Đồng a month as the list says."""
    listed_coefficient: int
    """As the list says, in hundredths."""
    paid_from: date
    """First month paid by us or before us."""
    paid_to: date | None = None
    """First month that is no longer paid."""
    old_decision_number: str | None = None
    old_decision_date: date | None = None
    decision_id: UUID | None = None
    decision_number: str
    signed_on: date
    decision_origin: str
    """`taken_over`, or which decision of ours."""
    level_counts_from: date | None = None
    """First month of the newest level."""
    import_id: UUID | None = None
    row_number: int | None = None
    """Row of the list that it was taken over from."""
    version: int = bigint()
    created_at: datetime
    updated_at: datetime
    cut_for_death: date | None = None
    """First day of the month of a death that ended the levels."""
    levels_before_death: int | None = bigint(default=None)
    """Version of the levels before that."""
    payee_person_id: UUID | None = None
    """Who receives the money, if not the person."""
    levels_before_end: int | None = bigint(default=None)
    """Version of the levels before a stop or suspension."""


class EntitlementLevel(Base, Secured, table=True):
    """Amount of an entitlement for a span of months, by both times."""

    __table_args__ = (
        CheckConstraint("extract(day FROM from_month) = 1"),
        check(
            "entitlement_level_to_month_from_month_check",
            "extract(day FROM to_month) = 1 AND to_month >= from_month",
        ),
        CheckConstraint("amount >= 0"),
        exclude(
            "entitlement_level_entitlement_id_daterange_excl",
            "entitlement_id WITH =",
            "daterange(from_month, coalesce(to_month, 'infinity'::date), '[]') WITH &&) WHERE (superseded_at IS NULL",
        ),
    )

    entitlement_id: UUID = Field(primary_key=True, foreign_key="entitlement.entitlement_id")
    version: int = bigint(primary_key=True)
    """Version of the entitlement that set it."""
    commune_code: str
    from_month: Month = month_column(primary_key=True)
    to_month: Month | None = month_column(default=None)
    """Last month, included; NULL: open."""
    amount: int = bigint()
    """Đồng a month."""
    coefficient: int
    """Hundredths."""
    provision: str
    recorded_at: datetime
    superseded_at: datetime | None = None


class GroupCount(Base, Secured, table=True):
    """How often the groups of a commune were counted and told."""

    __table_args__ = (CheckConstraint("version > 0"),)

    commune_code: str = Field(primary_key=True)
    version: int = bigint()
    """Version of the newest count that was emitted."""


class Proposal(Base, Secured, table=True):
    """Difference between what is paid and the law, open until a decision signs it."""

    __table_args__ = (
        one_of("status", "open", "signed"),
        check("proposal_signed_check", "(status = 'signed') = (decision_id IS NOT NULL)"),
        index("proposal_commune", "commune_code, code, entitlement_id"),
    )

    entitlement_id: UUID = Field(primary_key=True, foreign_key="entitlement.entitlement_id")
    code: str = Field(primary_key=True)
    """What differs, `amount_differs`."""
    commune_code: str
    person_id: UUID
    benefit: str
    status: str
    from_month: Month = month_column()
    listed_amount: int = bigint()
    """Đồng a month paid."""
    listed_coefficient: int
    """Paid, in hundredths."""
    proposed_amount: int = bigint()
    """Đồng a month."""
    law_coefficient: int
    """By law, in hundredths."""
    law_amount: int = bigint()
    """Đồng a month by law."""
    law_provision: str | None = None
    reasons: list[str] = array()
    found_at: datetime
    decision_id: UUID | None = Field(default=None, foreign_key="decision.decision_id")
