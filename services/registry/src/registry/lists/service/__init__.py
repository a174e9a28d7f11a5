"""What others ask of intake: submit a file, see what became of it."""

from registry.lists.service.corrections import write as write_errors
from registry.lists.service.imports import (
    Submission,
    get,
    last_taken_in,
    newest,
    resume,
    rows,
    submit,
)
from registry.lists.service.mappings import Confirmation
from registry.lists.service.mappings import confirm as confirm_mapping
from registry.lists.service.mappings import proposal as mapping
from registry.lists.service.monthly_names import changes
from registry.lists.service.payments import PaymentChoice, choose_payment
from registry.lists.service.previews import preview

__all__ = [
    "Confirmation",
    "PaymentChoice",
    "Submission",
    "changes",
    "choose_payment",
    "confirm_mapping",
    "get",
    "last_taken_in",
    "mapping",
    "newest",
    "preview",
    "resume",
    "rows",
    "submit",
    "write_errors",
]
