"""Use cases of `dossiers`: take them in, move them, keep their clocks."""

from eligibility.dossiers.service.counter import file_at_office
from eligibility.dossiers.service.intake import (
    Filing,
    RegisteredOwner,
    join_owners,
    receive,
)
from eligibility.dossiers.service.overdue import close_unsupplemented, note_apologies
from eligibility.dossiers.service.slips import keep_office, office_of, printed
from eligibility.dossiers.service.steps import (
    accept,
    ask_papers,
    claim,
    dates_of,
    extend_dossier,
    get,
    letters,
    missing_papers,
    move,
    page,
    procedure_of,
    refuse_intake,
    steps,
    undecided_benefits,
    withdraw,
)
from eligibility.dossiers.service.supplements import receive_or_supplement
from eligibility.dossiers.service.work_list import WorkItem, work_list

__all__ = [
    "Filing",
    "RegisteredOwner",
    "WorkItem",
    "accept",
    "ask_papers",
    "claim",
    "close_unsupplemented",
    "dates_of",
    "extend_dossier",
    "file_at_office",
    "get",
    "join_owners",
    "keep_office",
    "letters",
    "missing_papers",
    "move",
    "note_apologies",
    "office_of",
    "page",
    "printed",
    "procedure_of",
    "receive",
    "receive_or_supplement",
    "refuse_intake",
    "steps",
    "undecided_benefits",
    "withdraw",
    "work_list",
]
