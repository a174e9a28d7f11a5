"""What other rooms ask of accounts: keep them sealed, open them for a file, mark the refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from common.contracts.registry import PaymentInstruction, PersonState, RepresentationState
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
            person.merged_into,
        )
        for person, version in latest.values()
    ]
    await store.upsert_payees(session, _columns(rows, 11))


async def take_representations(
    session: AsyncSession, items: Sequence[tuple[PersonState, RepresentationState, int]]
) -> None:
    """Keep who may receive a person's money: the latest state of each appointment."""
    latest = {item.representation_id: (person, item, version) for person, item, version in items}
    rows = [
        (
            item.representation_id,
            person.person_id,
            person.commune_code,
            item.kind,
            item.representative_person_id,
            item.representative_name,
            item.may_receive_money,
            item.valid_from,
            item.valid_to,
            version,
        )
        for person, item, version in latest.values()
    ]
    await store.upsert_representations(session, _columns(rows, 10))


@dataclass(frozen=True, slots=True)
class Choice:
    """How a person is to be paid; `told_of` is whose event says so, where it is another's."""

    person_id: UUID
    commune_code: str
    payment: PaymentInstruction
    told_of: UUID


async def take_instructions(
    session: AsyncSession,
    vault: Vault,
    choices: Sequence[Choice],
    now: datetime,
) -> None:
    """Keep how each person is paid; the last choice of a person counts.

    Raises:
        SealBroken, SealedAccountUnreadable: the account cannot be opened; the event is parked.
    """
    latest = {choice.person_id: choice for choice in choices}
    methods = [choice.payment.method for choice in latest.values()]
    await store.set_methods(session, list(latest), methods)
    accounts = [
        _account_row(vault, choice)
        for choice in latest.values()
        if choice.payment.method == "account" and choice.payment.account_sealed
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


def _account_row(vault: Vault, choice: Choice) -> tuple[Any, ...]:
    text = unseal(vault.private_key, choice.payment.account_sealed or "")
    opened = read_sealed(text, choice.person_id, choice.told_of)
    account_id = new_id()
    holder = opened.holder
    return (
        account_id,
        choice.person_id,
        choice.commune_code,
        choice.payment.bank_code or "",
        vault.cipher.encrypt(opened.number, _aad("number", account_id)),
        vault.index.of(opened.number),
        vault.cipher.encrypt(holder, _aad("holder", account_id)) if holder else None,
    )


def _aad(column: str, account_id: UUID) -> str:
    return f"account|{column}|{account_id}"


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[index] for row in rows] for index in range(width)]
