"""What others ask of quality: the board, its lists, looking through communes."""

from registry.quality.service.board import (
    counts,
    findings,
    forget,
    look_again,
    note_receiving,
    work_off,
)
from registry.quality.service.pairs import settle_pairs
from registry.quality.service.refreshing import (
    OPERATION,
    PROVINCE,
    communes_with_people,
    due,
    refresh,
    refresh_duplicates,
    start,
)

__all__ = [
    "OPERATION",
    "PROVINCE",
    "communes_with_people",
    "counts",
    "due",
    "findings",
    "forget",
    "look_again",
    "note_receiving",
    "refresh",
    "refresh_duplicates",
    "settle_pairs",
    "start",
    "work_off",
]
