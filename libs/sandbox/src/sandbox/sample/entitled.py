"""What a person of each group is entitled to in a month: the plan's own reading of the law.

Each function gives tenths of the standard amount, 0 where the law gives nothing. Căn cứ: Điều 5, 6,
18 đến 20, 25 Nghị định 20/2021; Điều 5, 6, 15 đến 17, 22 Nghị định 335/2026; Điều 2 Nghị định
176/2025 sửa đổi bởi Điều 31 Nghị định 335/2026. It shares nothing with the services.
"""

from __future__ import annotations

from sandbox.sample import lookup, months
from sandbox.sample.law import effective_month, stop_month
from sandbox.sample.people import Truth

_POOR = ("poor", "near_poor")
_TWO = 2


def _tenths(code: str) -> int:
    return lookup.law().tenths[code]


def age_class(person: Truth, month: int) -> str:
    """Child, adult or elderly in a month, for the level of group 5.6."""
    numbers = lookup.law()
    if month < effective_month(person.birth_date, numbers.adult_from_age):
        return "child"
    old = month >= effective_month(person.birth_date, numbers.elderly_from_age)
    return "elderly" if old else "adult"


def small(person: Truth, month: int) -> bool:
    """Whether a child counts as under 4 for the level of a month."""
    return month < effective_month(person.birth_date, lookup.law().small_child_until_age)


def _is_child(person: Truth, month: int) -> bool:
    return month < stop_month(person.birth_date, lookup.law().adult_from_age)


def without_care(person: Truth) -> bool:
    """No source of care: abandoned, or both parents gone in one of the law's ways (5.1)."""
    life = person.life
    return life.abandoned or "able" not in {life.father, life.mother}


def pension(person: Truth, month: int) -> int:
    """The social pension is one standard amount at any age; a lower pension does not reduce it."""
    del person, month
    return _tenths("social_pension")


def disability(person: Truth, month: int) -> int:
    """Group 5.6: degree and age decide."""
    return _tenths(f"{person.disability_degree}_{age_class(person, month)}")


def orphan(person: Truth, month: int) -> int:
    """Group 5.1, and 5.2 for who goes on studying."""
    if not without_care(person):
        return 0
    if _is_child(person, month):
        return _tenths("5.1_under_4" if small(person, month) else "5.1_from_4")
    return student(person, month)


def student(person: Truth, month: int) -> int:
    """Group 5.2: from 16 while studying; who was 22 before 5/10/2026 had to stop, for good."""
    if person.life.study is None or not without_care(person):
        return 0
    cap = months.birthday(person.birth_date, lookup.law().student_age_cap)
    stopped = cap < lookup.law().same_month_from and month > months.of(cap)
    return 0 if stopped else _tenths("5.2")


def sealed(person: Truth, month: int) -> int:
    """Groups 5.3 and 5.8, of poor households."""
    if not person.life.sealed or person.poverty_class != "poor":
        return 0
    if _is_child(person, month):
        return _tenths("5.3_under_4" if small(person, month) else "5.3_from_4")
    return _tenths("5.8")


def single_parent(person: Truth, month: int) -> int:
    """Group 5.4: for each child under 16, or of 16 to 22 who studies."""
    if person.life.single is None or person.poverty_class not in _POOR:
        return 0
    numbers = lookup.law()

    def counts(birth_age_studying: tuple[int, int, bool]) -> bool:
        until, cap, studying = birth_age_studying
        return month < until or (studying and month < cap)

    children = [
        (
            stop_month(child.birth_date, numbers.adult_from_age),
            stop_month(child.birth_date, numbers.student_age_cap),
            child.studying,
        )
        for child in person.life.children
    ]
    return _tenths("5.4_per_child") * sum(counts(child) for child in children)


def elder(person: Truth, month: int) -> int:
    """Groups 5.5a and 5.5d: poor and without support; the line of age fell from 80 to 75."""
    if person.poverty_class != "poor" or person.life.support is None:
        return 0
    if person.life.taken_in_elder:
        return _tenths("5.5d")
    numbers = lookup.law()
    older = month >= effective_month(person.birth_date, numbers.elder_line_before) or (
        month >= months.parse(numbers.elder_line_from)
        and month >= effective_month(person.birth_date, numbers.elder_line_since)
    )
    return _tenths("5.5a_older" if older else "5.5a_younger")


def infant(person: Truth, month: int) -> int:
    """Group 5.7: under 3, poor or near-poor, in a specially difficult commune."""
    young = month < stop_month(person.birth_date, lookup.law().infant_until_age)
    return _tenths("5.7") if young and person.poverty_class in _POOR else 0


def foster(person: Truth, month: int) -> int:
    """C1: for who takes in a child of 5.1 or an elder of 5.5d."""
    if person.life.taken_in_elder:
        return _tenths("C1b")
    if not without_care(person) or not _is_child(person, month):
        return 0
    return _tenths("C1a" if small(person, month) else "C1b")


def disabled_parent(person: Truth, month: int) -> int:
    """C2a: severely disabled and pregnant, or raising children under 36 months."""
    until = lookup.law().infant_until_age
    young = sum(month < stop_month(child.birth_date, until) for child in person.life.children)
    if young >= _TWO or (young and person.life.pregnant):
        return _tenths("C2a2")
    return _tenths("C2a1") if young or person.life.pregnant else 0


def carer(person: Truth, month: int) -> int:
    """C2c and C2d: for who cares for a very severely disabled person."""
    if person.disability_degree != "very_severe":
        return 0
    if person.life.care == "own_family":
        return _tenths("C2c")
    return _tenths("C2d2" if age_class(person, month) == "child" else "C2d1")


def facility(person: Truth, month: int) -> int:
    """Who lives in a social-assistance facility."""
    return _tenths("facility_under_4" if small(person, month) else "facility_from_4")
