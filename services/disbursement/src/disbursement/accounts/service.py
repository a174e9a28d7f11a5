"""What other rooms ask of accounts: keep them sealed, open them for a file, mark the refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.registry import IntakeRowAccepted, PersonState
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.kernel.names import sort_key
from common.sealing import BlindIndex, FieldCipher, unseal
from disbursement.accounts import store
from disbursement.accounts.domain import OpenedAccount, read_sealed

_WITHOUT_NUL = {0: 1, 1: 2}
"""PostgreSQL text holds no NUL; moving both separators up by one keeps the order."""


@dataclass(frozen=True, slots=True)
class Vault:
    """The keys of this room: opens what intake sealed, seals what the database keeps."""

    private_key: str
    cipher: FieldCipher
    index: BlindIndex

    def __repr__(self) -> str:
        """Never show a key."""
        return "Vault(...)"


@dataclass(frozen=True, slots=True)
class Payee:
    """How a person is paid today."""

    person_id: UUID
    commune_code: str
    full_name: str
    personal_id: str | None
    method: str
    partner: str
    bank_code: str | None
    cash_because: str | None
    rejected_reason: str | None


async def take_people(session: AsyncSession, states: Iterable[tuple[PersonState, int]]) -> None:
    """Keep this service's own copy of people: the latest version wins."""
    latest: dict[UUID, tuple[PersonState, int]] = {}
    for person, version in states:
        known = latest.get(person.person_id)
        if known is None or known[1] < version:
            latest[person.person_id] = (person, version)
    rows = [
        (
            person.person_id,
            person.commune_code,
            person.personal_id,
            person.former_number,
            person.full_name,
            sort_key(person.full_name).translate(_WITHOUT_NUL),
            person.birth_date,
            person.village,
            person.death_date,
            version,
        )
        for person, version in latest.values()
    ]
    await store.upsert_payees(session, _columns(rows, 10))


async def take_instructions(
    session: AsyncSession, vault: Vault, rows: Sequence[IntakeRowAccepted], now: datetime
) -> None:
    """Keep how each person is paid; the last row of a person counts.

    Raises:
        SealBroken, SealedAccountUnreadable: the account cannot be opened; the event is parked.
    """
    latest = {row.person.person_id: row for row in rows}
    await store.set_methods(session, list(latest), [row.payment.method for row in latest.values()])
    accounts = [
        _account_row(vault, row)
        for row in latest.values()
        if row.payment.method == "account" and row.payment.account_sealed
    ]
    if accounts:
        await store.record_accounts(session, _columns(accounts, 7), now)


async def open_accounts(
    session: AsyncSession, vault: Vault, accounts: Sequence[UUID]
) -> dict[UUID, OpenedAccount]:
    """Open the accounts that a payment file needs."""
    return {
        row["account_id"]: OpenedAccount(
            vault.cipher.decrypt(row["number_encrypted"], _aad("number", row["account_id"])),
            vault.cipher.decrypt(row["holder_encrypted"], _aad("holder", row["account_id"]))
            if row["holder_encrypted"]
            else None,
        )
        for row in await store.sealed_numbers(session, accounts)
    }


async def reject(session: AsyncSession, refused: Sequence[tuple[UUID, str]], now: datetime) -> None:
    """Mark accounts that a bank refused for good: until a new one is declared, pay in cash."""
    if refused:
        await store.reject(
            session, [account for account, _ in refused], [why for _, why in refused], now
        )


async def payee(session: AsyncSession, person_id: UUID) -> Payee | None:
    """Give how a person is paid today."""
    row = await store.payee(session, person_id)
    return Payee(**dict(row)) if row is not None else None


def _account_row(vault: Vault, row: IntakeRowAccepted) -> tuple[Any, ...]:
    person = row.person
    text = unseal(vault.private_key, row.payment.account_sealed or "")
    opened = read_sealed(text, person.person_id)
    account_id = new_id()
    holder = opened.holder
    return (
        account_id,
        person.person_id,
        person.commune_code,
        row.payment.bank_code or "",
        vault.cipher.encrypt(opened.number, _aad("number", account_id)),
        vault.index.of(opened.number),
        vault.cipher.encrypt(holder, _aad("holder", account_id)) if holder else None,
    )


def _aad(column: str, account_id: UUID) -> str:
    return f"account|{column}|{account_id}"


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[index] for row in rows] for index in range(width)]
