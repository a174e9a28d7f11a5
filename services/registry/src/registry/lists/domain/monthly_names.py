"""Next month's list by number and name alone: it only tells who is still there.

Thuật ngữ: danh sách chi trả tháng sau chỉ có số định danh và họ tên. It changes nobody and lists nothing for payment: what is
paid stays as decided; who is new needs a list with every column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from common.kernel.names import search_key
from registry.lists.domain.findings import mask_number
from registry.lists.domain.numbers import read_identity
from registry.lists.domain.remarks import FINDINGS

if TYPE_CHECKING:
    from registry.lists.domain.rows import ReadingContext, RowReader, RowReading

MONTHLY_NAMES: Final = "monthly_names"
FIELDS: Final = ("ordinal", "full_name", "given_name", "identity", "village", "note")


def read_named(reader: RowReader, context: ReadingContext, reading: RowReading) -> None:
    """Read number, name and note of a row."""
    person = reading.person
    person.full_name = reader.name(reading)
    if not person.full_name:
        reading.note("row_without_name", "full_name")
    cell = reader.cell("identity")
    found = read_identity(cell)
    masked = mask_number(cell) if cell is not None else None
    if found.problem is not None:
        reading.note(found.problem, "identity", masked)
    if found.zeros_restored:
        reading.note("id_zero_lost", "identity", masked)
    person.personal_id, person.former_number = found.personal_id, found.former_number
    for kind in context.vocabulary.remarks.in_note(reader.text("note", reading)):
        reading.note(FINDINGS[kind], "note")


def same_name(stated: str, known: str) -> bool:
    """Say whether two names are one, accents and case apart."""
    return search_key(stated) == search_key(known)
