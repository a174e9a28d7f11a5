"""Proposals: a choice of how or to whom money goes waits for a second person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.registry import PaymentInstruction
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.sealing import unseal
from disbursement.accounts.domain import CASH, holder_key, mask_number, read_sealed
from disbursement.accounts.service.notices import Told, tell_citizens
from disbursement.accounts.service.vault import Vault, aad
from disbursement.accounts.store import proposing as store
from disbursement.sql import columns


@dataclass(frozen=True, slots=True)
class Choice:
    """How a person asks to be paid.

    `source_person_id` is the person of the event, where the choice is a payee's; `import_id` the
    list that it came with.
    """

    person_id: UUID
    commune_code: str
    payment: PaymentInstruction
    source_person_id: UUID
    proposed_by: str
    import_id: UUID | None


@dataclass(frozen=True, slots=True)
class PayeeNamed:
    """Who is paid in a person's place, None for the person; `signed`: by a signed decision."""

    person_id: UUID
    benefit: str
    commune_code: str
    payee_person_id: UUID | None
    proposed_by: str
    basis: str
    signed: bool


@dataclass(frozen=True, slots=True)
class RecipientNamed:
    """Who may take a person's cash, by an appointment that was recorded."""

    representation_id: UUID
    person_id: UUID
    commune_code: str
    name: str
    proposed_by: str


async def take_choices(
    session: AsyncSession, vault: Vault, choices: Sequence[Choice], now: datetime
) -> None:
    """Propose each person's choice; the last of a person counts, equal ones change nothing.

    Raises:
        SealBroken, SealedAccountUnreadable: the account cannot be opened; the event is parked.
    """
    latest = {choice.person_id: choice for choice in choices}
    rows = [_choice_row(vault, choice) for choice in latest.values()]
    found = await store.compare_channels(session, columns(rows, store.CHOICE_WIDTH), now)
    made = [
        (
            row["change_id"], "channel", row["person_id"], row["commune_code"], "", row["method"],
            row["account_id"], None, None, None, row["first_choice"],
            row["before"], row["after"], row["source"], row["import_id"], row["proposed_by"],
        )
        for row in found
    ]  # fmt: skip
    await _propose(session, made, now)


async def take_payees(session: AsyncSession, named: Sequence[PayeeNamed], now: datetime) -> None:
    """Propose who is paid in a person's place; a signed decision takes effect at once."""
    latest = {(item.person_id, item.benefit): item for item in named}
    rows = [
        (
            i.person_id,
            i.benefit,
            i.commune_code,
            i.payee_person_id,
            i.basis,
            i.signed,
            i.proposed_by,
        )
        for i in latest.values()
    ]
    made = []
    for row in await store.compare_payees(session, columns(rows, 7), now):
        item = latest[row["person_id"], row["benefit"]]
        made.append(
            (
                new_id(), "payee", item.person_id, row["commune_code"], item.benefit, None, None,
                None, row["payee_person_id"], row["payee_name"], row["first_choice"],
                row["before"], row["payee_name"] or "", item.basis, None, item.proposed_by,
            )
        )  # fmt: skip
    await _propose(session, made, now)


async def take_recipients(
    session: AsyncSession, named: Sequence[RecipientNamed], now: datetime
) -> None:
    """Propose who may take a person's cash."""
    made = [
        (
            new_id(), "recipient", item.person_id, item.commune_code, "", None, None,
            item.representation_id, None, item.name, False,
            CASH, f"{CASH}: {item.name}", "representation", None, item.proposed_by,
        )
        for item in named
    ]  # fmt: skip
    await _propose(session, made, now)


async def _propose(session: AsyncSession, made: list[tuple[Any, ...]], now: datetime) -> None:
    if not made:
        return
    await store.insert(session, columns(made, store.CHANGE_WIDTH), now)
    told = [
        Told(row[2], row[3], "change_proposed", row[0], row[11] or "", row[12])
        for row in made
        if not row[10]
    ]
    await tell_citizens(session, told, now)


def _choice_row(vault: Vault, choice: Choice) -> tuple[Any, ...]:
    payment = choice.payment
    source = "commune_list" if choice.import_id else "registry"
    head = (new_id(), choice.person_id, choice.commune_code, payment.method)
    tail = (choice.proposed_by, source, choice.import_id)
    if payment.method != "account" or not payment.account_sealed:
        return (*head, None, payment.bank_code or "", None, None, None, None, None, *tail)
    text = unseal(vault.private_key, payment.account_sealed)
    opened = read_sealed(text, choice.person_id, choice.source_person_id)
    account_id = new_id()
    holder = opened.holder
    return (
        *head,
        account_id,
        payment.bank_code or "",
        vault.cipher.encrypt(opened.number, aad("number", account_id)),
        vault.index.of(opened.number),
        mask_number(opened.number),
        vault.cipher.encrypt(holder, aad("holder", account_id)) if holder else None,
        vault.index.of(holder_key(holder)),
        *tail,
    )
