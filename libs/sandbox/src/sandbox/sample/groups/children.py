"""Groups of children: 5.1 and 5.2 without a source of care, 5.7 under 3 in difficult communes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sandbox.sample import entitled
from sandbox.sample.groups.profile import Case, Draw, GroupProfile, always, calm_birth
from sandbox.sample.people import Life, ParentStatus, Study, Truth

_AMONG_PARENTS: dict[tuple[ParentStatus, ParentStatus], str] = {
    ("dead", "dead"): "mồ côi cả cha và mẹ",
    ("dead", "missing"): "mồ côi cha, mẹ mất tích",
    ("missing", "dead"): "mồ côi mẹ, cha mất tích",
    ("dead", "facility"): "mồ côi cha, mẹ đang ở cơ sở trợ giúp xã hội",
    ("dead", "detained"): "mồ côi cha, mẹ đang chấp hành án phạt tù",
    ("detained", "dead"): "mồ côi mẹ, cha đang chấp hành án phạt tù",
    ("missing", "missing"): "cả cha và mẹ mất tích",
    ("facility", "facility"): "cả cha và mẹ đang ở cơ sở trợ giúp xã hội",
    ("detained", "detained"): "cả cha và mẹ đang chấp hành án phạt tù",
    ("missing", "facility"): "cha mất tích, mẹ đang ở cơ sở trợ giúp xã hội",
    ("missing", "detained"): "cha mất tích, mẹ đang chấp hành án phạt tù",
    ("facility", "detained"): "cha đang ở cơ sở trợ giúp xã hội, mẹ đang chấp hành án phạt tù",
}
"""The law's cases of what became of father and mother, in the words of lists."""
_YOUNG = 2009
_WEIGHTS = (40, 6, 6, 2, 5, 5, 3, 1, 3, 1, 3, 1)
_STUDIES = {
    "general": "học trung học phổ thông",
    "vocational": "học nghề",
    "college": "học cao đẳng",
    "university": "học đại học",
}


def what_became(person: Truth) -> str:
    """What became of the parents, in words."""
    if person.life.abandoned:
        return "bị bỏ rơi chưa có người nhận làm con nuôi"
    return _AMONG_PARENTS[person.life.father, person.life.mother]


def _parents(draw: Draw, *, infants: bool) -> Life:
    if infants and draw.rng.random() < 0.4:
        return Life(abandoned=True)
    father, mother = draw.rng.choices(tuple(_AMONG_PARENTS), weights=_WEIGHTS)[0]
    return Life(father=father, mother=mother)


def _draw_orphan(draw: Draw) -> Case:
    infant = draw.rng.random() < 0.2
    first, last = (
        (date(2023, 3, 1), date(2025, 10, 1)) if infant else (date(2011, 3, 1), date(2022, 4, 1))
    )
    birth = calm_birth(draw, first, last)
    life = _parents(draw, infants=infant)
    return Case(birth, draw.decided(birth + timedelta(days=150)), draw.sex(0.48), life=life)


def _turning_4(birth: date) -> Callable[[Draw], Case]:
    """A child of 5.1 whose coefficient falls from 2.5 to 1.5 (W11: 15/10/2026)."""

    def drawn(draw: Draw) -> Case:
        decision = draw.settled(birth + timedelta(days=200))
        life = Life(father="dead", mother="dead", care="taken_in")
        return Case(birth, decision, draw.sex(0.5), situations=["crosses_4"], life=life)

    return drawn


def _draw_student(draw: Draw) -> Case:
    birth = calm_birth(draw, date(2005, 3, 1), date(2010, 3, 1))
    levels: tuple[Study, ...] = ("college", "university")
    if birth.year >= _YOUNG:
        levels = ("general", "vocational")
    life = _parents(draw, infants=False)
    life.study = draw.rng.choice(levels)
    first = date(birth.year + 16, birth.month, min(birth.day, 28)) + timedelta(days=20)
    return Case(birth, draw.settled(first), draw.sex(0.5), life=life)


def _student_of_22(draw: Draw) -> Case:
    """W21: turned 22 on 5/3/2026, still studying, still on the list."""
    life = Life(father="dead", mother="dead", study="university")
    decision = draw.decision(date(2021, 9, 6), date(2024, 6, 28))
    return Case(date(2004, 3, 5), decision, draw.sex(0.5), situations=["open_w21"], life=life)


def _draw_infant(draw: Draw) -> Case:
    birth = calm_birth(draw, date(2024, 3, 1), date(2026, 4, 1))
    poverty = draw.poor()
    return Case(birth, draw.decided(birth + timedelta(days=25)), draw.sex(0.49), poverty)


def _turning_3(birth: date) -> Callable[[Draw], Case]:
    """A child whose right ends: the month after the third birthday is owed nothing."""

    def drawn(draw: Draw) -> Case:
        decision = draw.settled(birth + timedelta(days=60))
        return Case(birth, decision, draw.sex(0.5), draw.poor(), situations=["ends_at_3"])

    return drawn


def _orphan_provision(person: Truth, month: int) -> str:
    return "5.1_under_4" if entitled.small(person, month) else "5.1_from_4"


def _orphan_label(person: Truth, provision: str) -> str:
    del provision
    words = what_became(person)
    return f"Trẻ em {words}"


def _student_label(person: Truth, provision: str) -> str:
    del provision
    return f"Người từ 16 tuổi {_STUDIES[person.life.study or 'general']}, {what_became(person)}"


def _infant_label(person: Truth, provision: str) -> str:
    del provision
    words = "hộ nghèo" if person.poverty_class == "poor" else "hộ cận nghèo"
    return f"Trẻ em dưới 3 tuổi {words} ở xã đặc biệt khó khăn"


ORPHANS = GroupProfile(
    benefit="social_allowance",
    group="5.1",
    heading="TRẺ EM KHÔNG CÓ NGUỒN NUÔI DƯỠNG (khoản 1 Điều 5)",
    share=0.018,
    lawful=entitled.orphan,
    provision=_orphan_provision,
    label=_orphan_label,
    draw=_draw_orphan,
    fixed=(_turning_4(date(2022, 10, 15)), _turning_4(date(2022, 8, 10))),
    fixed_in_small=1,
)
STUDENTS = GroupProfile(
    benefit="social_allowance",
    group="5.2",
    heading="NGƯỜI TỪ 16 TUỔI ĐANG HỌC (khoản 2 Điều 5)",
    share=0.007,
    lawful=entitled.student,
    provision=always("5.2"),
    label=_student_label,
    draw=_draw_student,
    fixed=(_student_of_22,),
    fixed_in_small=0,
)
INFANTS = GroupProfile(
    benefit="social_allowance",
    group="5.7",
    heading="TRẺ EM DƯỚI 3 TUỔI Ở XÃ ĐẶC BIỆT KHÓ KHĂN (khoản 7 Điều 5)",
    share=0.03,
    lawful=entitled.infant,
    provision=always("5.7"),
    label=_infant_label,
    draw=_draw_infant,
    fixed=(_turning_3(date(2023, 8, 12)), _turning_3(date(2023, 10, 20))),
    fixed_in_small=1,
    only_difficult=True,
)
