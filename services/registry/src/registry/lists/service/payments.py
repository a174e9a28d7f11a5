"""How a person is paid: the account is sealed to disbursement's key at once, and kept nowhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from common import audit
from common.contracts.registry import PaymentChosen, PaymentInstruction, PersonState
from common.sealing import seal_for
from registry.lists.domain.payments import BankUnknown, CashOnly
from registry.lists.gateway.vocabulary import vocabulary
from registry.persons.domain import Person, PersonNotFound
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class PaymentChoice:
    """What the person asks for; `bank` in the person's own words, `account` in clear."""

    method: Literal["account", "cash"]
    bank: str | None = None
    account: str | None = None


def sealed_account(public_key: str, account: str, *, holder: str, person_id: UUID) -> str:
    """Seal an account number with whose it is; only disbursement can open it."""
    secret = {"account": account, "holder": holder, "person_id": str(person_id)}
    return seal_for(public_key, json.dumps(secret, ensure_ascii=False))


async def choose_payment(
    session: AsyncSession,
    personal_id: str,
    choice: PaymentChoice,
    *,
    public_key: str,
    now: datetime,
) -> tuple[Person, PaymentInstruction]:
    """Tell disbursement how a person is to be paid from now on.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
        BankUnknown: the bank's name says nothing to us.
        CashOnly: an account without its number or bank.
    """
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    await people.load(personal_ids=[personal_id])
    person = people.find((personal_id,))
    if person is None:
        raise PersonNotFound
    instruction = _instruction(person, choice, public_key)

    def chosen(state: PersonState) -> PaymentChosen:
        return PaymentChosen(person=state, payment=instruction, recorded_by=people.recorded_by)

    people.tell(person, chosen)
    await people.flush()
    await audit.record(
        session, "payment.chosen", "person", person.person_id, {"method": choice.method}
    )
    return person, instruction


def _instruction(person: Person, choice: PaymentChoice, public_key: str) -> PaymentInstruction:
    if choice.method == "cash":
        return PaymentInstruction(method="cash")
    if not choice.account or not choice.bank:
        raise CashOnly
    bank = vocabulary().bank(choice.bank)
    if bank.code is None:
        raise BankUnknown
    holder = person.identity.full_name
    return PaymentInstruction(
        method="account",
        bank_code=bank.code,
        bank_branch=bank.branch,
        account_sealed=sealed_account(
            public_key, choice.account, holder=holder, person_id=person.person_id
        ),
    )
