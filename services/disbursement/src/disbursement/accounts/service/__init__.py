"""What other rooms ask of accounts."""

from disbursement.accounts.service.changes import (
    FirstChoices,
    PaymentChange,
    confirm_first_choices,
    decide,
    first_choices,
    propose_heir,
    search,
)
from disbursement.accounts.service.notices import Told, tell_citizens
from disbursement.accounts.service.people import (
    Appointment,
    Payee,
    follow_merges,
    payee,
    reject,
    take_people,
    take_representations,
)
from disbursement.accounts.service.proposing import (
    Choice,
    PayeeNamed,
    RecipientNamed,
    take_choices,
    take_payees,
    take_recipients,
)
from disbursement.accounts.service.vault import Vault, open_accounts

__all__ = [
    "Appointment",
    "Choice",
    "FirstChoices",
    "Payee",
    "PayeeNamed",
    "PaymentChange",
    "RecipientNamed",
    "Told",
    "Vault",
    "confirm_first_choices",
    "decide",
    "first_choices",
    "follow_merges",
    "open_accounts",
    "payee",
    "propose_heir",
    "reject",
    "search",
    "take_choices",
    "take_payees",
    "take_people",
    "take_recipients",
    "take_representations",
    "tell_citizens",
]
