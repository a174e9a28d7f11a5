"""What others ask of circumstances: establish, correct, end, withdraw and read dated facts."""

from registry.circumstances.service.commands import (
    correct_for,
    end_for,
    establish_for,
    withdraw_for,
)
from registry.circumstances.service.establish import establish
from registry.circumstances.service.facts import fact_of, told
from registry.circumstances.service.kinds import end_kind, withdraw_kind
from registry.circumstances.service.queries import current, history
from registry.circumstances.service.residence import follow

__all__ = [
    "correct_for",
    "current",
    "end_for",
    "end_kind",
    "establish",
    "establish_for",
    "fact_of",
    "follow",
    "history",
    "told",
    "withdraw_for",
    "withdraw_kind",
]
