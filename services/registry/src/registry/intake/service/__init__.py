"""What others ask of intake: submit a file, see what became of it."""

from registry.intake.service.corrections import write as write_errors
from registry.intake.service.imports import Submission, get, newest, resume, rows, submit
from registry.intake.service.mappings import confirm as confirm_mapping
from registry.intake.service.mappings import proposal as mapping
from registry.intake.service.payments import PaymentChoice, choose_payment
from registry.intake.service.previews import preview

__all__ = [
    "PaymentChoice",
    "Submission",
    "choose_payment",
    "confirm_mapping",
    "get",
    "mapping",
    "newest",
    "preview",
    "resume",
    "rows",
    "submit",
    "write_errors",
]
