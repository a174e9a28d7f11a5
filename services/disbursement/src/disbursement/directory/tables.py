"""Banks and the post office: rows, keys with days, accounts, routes, and proposals about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from common.database.tables import bigint, check, jsonb, one_of
from disbursement.tables import Base


class Partner(Base, table=True):
    """Bank or post office that pays out for the province."""

    __table_args__ = (
        one_of("kind", "bank", "post_office"),
        one_of("delivery", "pull", "folder", "push"),
        UniqueConstraint("client_id"),
        check("partner_delivery_address_check", "delivery = 'pull' OR address <> ''"),
    )

    code: str = Field(primary_key=True)
    kind: str
    name: str
    format: str
    """Format of its files, as an adapter calls it."""
    delivery: str
    """`pull`: it fetches its lists; `folder`: over SFTP; `push`: we send them."""
    address: str
    """Where lists are sent, or the name of the folder."""
    client_id: str
    """OAuth2 client that speaks for it."""
    token_url: str
    """Its own token endpoint, if it has one."""
    contract: dict[str, Any] = jsonb()
    fees: dict[str, Any] = jsonb()
    """What the budget pays it; never taken from beneficiaries."""
    profile: dict[str, Any] = jsonb()
    """How it wants its file written, within the format."""
    version: int = bigint(default=1)


class PartnerKey(Base, table=True):
    """Key that verifies a partner's messages, with its days."""

    key_id: str = Field(primary_key=True)
    partner: str = Field(foreign_key="partner.code")
    public_key: str
    """ed25519, base64."""
    valid_from: date
    valid_to: date | None = None


class DebtorAccount(Base, table=True):
    """Account that a partner takes the money from; without a commune: for all of them."""

    __table_args__ = (
        UniqueConstraint(
            "partner", "commune_code", "valid_from", postgresql_nulls_not_distinct=True
        ),
    )
    __mapper_args__ = {"primary_key": ["partner", "commune_code", "valid_from"]}

    partner: str = Field(foreign_key="partner.code")
    commune_code: str | None = None
    holder: str
    account: str
    bank_code: str
    valid_from: date


class PartnerRoute(Base, table=True):
    """Whom a partner pays: accounts at a bank, or cash in a commune; the most particular counts."""

    __table_args__ = (
        one_of("method", "account", "cash"),
        UniqueConstraint("method", "bank_code", "commune_code", postgresql_nulls_not_distinct=True),
        check("partner_route_method_bank_code_check", "method = 'account' OR bank_code IS NULL"),
    )
    __mapper_args__ = {"primary_key": ["method", "bank_code", "commune_code"]}

    method: str
    bank_code: str | None = None
    commune_code: str | None = None
    partner: str = Field(foreign_key="partner.code")


class PartnerChange(Base, table=True):
    """Proposal about a partner; it counts once another person has confirmed it."""

    __table_args__ = (
        one_of("kind", "partner", "key", "key_end", "debtor_account", "route"),
        one_of("state", "proposed", "confirmed", "refused"),
        check(
            "partner_change_state_decided_by_check", "(state = 'proposed') = (decided_by IS NULL)"
        ),
        check("partner_change_decided_by_proposed_by_check", "decided_by <> proposed_by"),
    )

    change_id: UUID = Field(primary_key=True)
    partner: str
    kind: str
    content: dict[str, Any] = jsonb()
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None


OBJECTS = (
    """
CREATE FUNCTION open_clearing_account() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_account (code, name, normal_side)
  VALUES ('clearing:' || NEW.code, 'Đang chuyển qua ' || NEW.name, 'credit')
  ON CONFLICT (code) DO UPDATE SET name = excluded.name;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER partner_clearing AFTER INSERT OR UPDATE OF name ON partner
FOR EACH ROW EXECUTE FUNCTION open_clearing_account()
""",
    """
CREATE FUNCTION paying_partner(wanted_method text, wanted_bank text, wanted_commune text)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.partner FROM partner_route r
  WHERE r.method = wanted_method
    AND (r.bank_code IS NULL OR r.bank_code = wanted_bank)
    AND (r.commune_code IS NULL OR r.commune_code = wanted_commune)
  ORDER BY r.bank_code NULLS LAST, r.commune_code NULLS LAST LIMIT 1
$$
""",
)
