"""Every SQL statement of `dossiers`, by what it is about."""

from eligibility.dossiers.store.dossiers import (
    add_step,
    find,
    insert,
    of_unregistered,
    page,
    reroute,
    save,
    save_claim,
    steps,
    undecided,
    waiting_for_papers,
    work_list,
)
from eligibility.dossiers.store.letters import add_letter, ask_for_apologies, letters
from eligibility.dossiers.store.messages import (
    MessageSeals,
    came_before,
    keep_message,
    next_number,
)
from eligibility.dossiers.store.offices import find as find_office
from eligibility.dossiers.store.offices import keep as keep_office

__all__ = [
    "MessageSeals",
    "add_letter",
    "add_step",
    "ask_for_apologies",
    "came_before",
    "find",
    "find_office",
    "insert",
    "keep_message",
    "keep_office",
    "letters",
    "next_number",
    "of_unregistered",
    "page",
    "reroute",
    "save",
    "save_claim",
    "steps",
    "undecided",
    "waiting_for_papers",
    "work_list",
]
