"""What other rooms ask of accounts: keep them sealed, open them for a file, mark the refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from common.contracts.registry import PaymentInstruction, PersonState
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.kernel.names import sort_key
from common.sealing import BlindIndex, FieldCipher, unseal
from disbursement.accounts import store
from disbursement.accounts.domain import OpenedAccount, read_sealed


class Vault:
    """The keys of this room: opens what intake sealed, seals what the database keeps."""

    def __init__(self, *, private_key: str, field_key: str, index_key: str) -> None:
        """Keep the keys (base64); they are read when first used."""
        self.private_key = private_key
        self._field_key = field_key
        self._index_key = index_key

    @cached_property
    def cipher(self) -> FieldCipher:
        """Seals fields and files."""
        return FieldCipher(self._field_key)

    @cached_property
    def index(self) -> BlindIndex:
        """Finds equal account numbers without reading them."""
        return BlindIndex(self._index_key)

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
            sort_key(person.full_name),
            person.birth_date,
            person.village,
            person.death_date,
            version,
        )
        for person, version in latest.values()
    ]
    await store.upsert_payees(session, _columns(rows, 10))


async def take_instructions(
    session: AsyncSession,
    vault: Vault,
    choices: Sequence[tuple[PersonState, PaymentInstruction]],
    now: datetime,
) -> None:
    """Keep how each person is paid; the last choice of a person counts.

    Raises:
        SealBroken, SealedAccountUnreadable: the account cannot be opened; the event is parked.
    """
    latest = {person.person_id: (person, payment) for person, payment in choices}
    methods = [payment.method for _, payment in latest.values()]
    await store.set_methods(session, list(latest), methods)
    accounts = [
        _account_row(vault, person, payment)
        for person, payment in latest.values()
        if payment.method == "account" and payment.account_sealed
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


def _account_row(vault: Vault, person: PersonState, payment: PaymentInstruction) -> tuple[Any, ...]:
    text = unseal(vault.private_key, payment.account_sealed or "")
    opened = read_sealed(text, person.person_id)
    account_id = new_id()
    holder = opened.holder
    return (
        account_id,
        person.person_id,
        person.commune_code,
        payment.bank_code or "",
        vault.cipher.encrypt(opened.number, _aad("number", account_id)),
        vault.index.of(opened.number),
        vault.cipher.encrypt(holder, _aad("holder", account_id)) if holder else None,
    )


def _aad(column: str, account_id: UUID) -> str:
    return f"account|{column}|{account_id}"


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[index] for row in rows] for index in range(width)]
