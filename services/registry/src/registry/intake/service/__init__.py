"""What others ask of intake: submit a file, see what became of it, find waiting notices."""

from registry.intake.service.imports import Submission, get, rows, submit
from registry.intake.service.notices import match_people, match_waiting
from registry.intake.service.payments import PaymentChoice, choose_payment

__all__ = [
    "PaymentChoice",
    "Submission",
    "choose_payment",
    "get",
    "match_people",
    "match_waiting",
    "rows",
    "submit",
]
