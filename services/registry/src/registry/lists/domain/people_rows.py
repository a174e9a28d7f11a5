"""Rows of lists that pay nothing: all residents, elders (Hội Người cao tuổi), disabled people.

Thuật ngữ: danh sách nhân khẩu, danh sách người cao tuổi, danh sách người khuyết tật (Giấy xác nhận khuyết tật, mức độ
khuyết tật: Điều 3 Nghị định 28/2012/NĐ-CP). They register or find people and state what is known of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

from common.kernel import levels
from registry.lists.domain.findings import mask_date, mask_text
from registry.lists.domain.lawful import GRACE, AgeSpan, check_age
from registry.lists.domain.remarks import FINDINGS
from registry.lists.domain.vocabulary import phrase

if TYPE_CHECKING:
    from registry.lists.domain.rows import ReadingContext, RowReader, RowReading

PEOPLE_KINDS: Final = ("residents", "elders", "disabled_people")
DegreeText = Literal["very_severe", "severe", "mild"]
_DEGREES: Final[tuple[tuple[str, DegreeText], ...]] = (
    ("dac biet nang", "very_severe"),
    ("dbn", "very_severe"),
    ("nhe", "mild"),
    ("nang", "severe"),
)
FIELDS: Final = (
    *("ordinal", "full_name", "given_name", "birth", "birth_male", "birth_female", "birth_day"),
    *("birth_month", "birth_year", "sex", "sex_male", "sex_female", "identity", "village", "phone"),
    "note",
)
"""Fields that these lists share with a list of beneficiaries."""


def read_listed_person(reader: RowReader, context: ReadingContext, reading: RowReading) -> None:
    """Read what such a row states besides who it is about."""
    for kind in context.vocabulary.remarks.in_note(reader.text("note", reading)):
        reading.note(FINDINGS[kind], "note")
    person = reading.person
    if person.birth_date is not None:
        year_only = person.birth_precision == "year"
        span = AgeSpan.of(person.birth_date, context.list_month, year_only=year_only)
        elderly = levels.age("elderly", context.list_month)
        if check_age(None, span, context.list_month) == "impossible":
            reading.note("age_impossible", "birth", mask_date(person.birth_date))
        elif context.kind == "elders" and elderly is not None and span.oldest < elderly - GRACE:
            reading.note("age_contradicts_category", "birth", mask_date(person.birth_date))
    if context.kind == "disabled_people":
        text = reader.text("degree", reading)
        degree = read_degree(text)
        if degree is None:
            reading.note("degree_unreadable", "degree", mask_text(text) if text else None)
        else:
            fact: Mapping[str, str] = {"kind": "disability", "degree": degree}
            reading.benefit.beside.facts.append(fact)


def read_degree(text: str) -> DegreeText | None:
    """Read a degree of disability; None when none or several are named."""
    words = f" {phrase(text)} "
    found: list[DegreeText] = []
    for written, degree in _DEGREES:
        if f" {written} " in words:
            found.append(degree)
            words = words.replace(f" {written} ", " ")
    return found[0] if len(set(found)) == 1 else None
