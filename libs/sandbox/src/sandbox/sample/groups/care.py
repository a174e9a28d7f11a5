"""Care support and who lives in a facility. Care support is a second benefit of its beneficiary.

The beneficiary is the person cared for; the carer stands in columns of his or her own and is paid.
"""

from __future__ import annotations

from datetime import date

from sandbox.sample import entitled, lookup
from sandbox.sample.groups.children import what_became
from sandbox.sample.groups.profile import Case, Draw, GroupProfile, calm_birth, text_of
from sandbox.sample.people import Life, Truth


def _foster_provision(person: Truth, month: int) -> str:
    full = entitled.foster(person, month) == lookup.law().tenths["C1a"]
    return "C1a" if full else "C1b"


def _foster_label(person: Truth, provision: str) -> str:
    del provision
    if person.life.taken_in_elder:
        return "Hộ nhận chăm sóc, nuôi dưỡng người cao tuổi không có người phụng dưỡng"
    return f"Hộ nhận chăm sóc, nuôi dưỡng trẻ em {what_became(person)}"


def _parent_provision(person: Truth, month: int) -> str:
    return (
        "C2a2" if entitled.disabled_parent(person, month) == lookup.law().tenths["C2a2"] else "C2a1"
    )


def _parent_label(person: Truth, provision: str) -> str:
    del provision
    words = []
    if person.life.pregnant:
        words.append("đang mang thai")
    if person.life.children:
        words.append("đang nuôi con dưới 36 tháng tuổi")
    degree = "đặc biệt nặng" if person.disability_degree == "very_severe" else "nặng"
    return f"Hỗ trợ người khuyết tật {degree} {' và '.join(words)}"


def _carer_provision(person: Truth, month: int) -> str:
    if person.life.care == "own_family":
        return "C2c"
    return "C2d2" if entitled.age_class(person, month) == "child" else "C2d1"


_CARER_LABELS = {
    "C2c": "Hộ gia đình đang chăm sóc người khuyết tật đặc biệt nặng",
    "C2d1": "Hộ nhận chăm sóc, nuôi dưỡng người khuyết tật đặc biệt nặng",
    "C2d2": "Hộ nhận chăm sóc, nuôi dưỡng trẻ em khuyết tật đặc biệt nặng",
}


def _draw_resident(draw: Draw) -> Case:
    birth = calm_birth(draw, date(2012, 3, 1), date(2022, 3, 1))
    life = Life(father="dead", mother="dead", in_facility=True)
    return Case(birth, draw.settled(date(2023, 1, 9)), draw.sex(0.5), life=life)


def _small_resident(draw: Draw) -> Case:
    birth = calm_birth(draw, date(2024, 3, 1), date(2025, 6, 1))
    life = Life(abandoned=True, in_facility=True)
    return Case(birth, draw.settled(date(2025, 9, 8)), draw.sex(0.5), life=life)


def _facility_provision(person: Truth, month: int) -> str:
    return "facility_under_4" if entitled.small(person, month) else "facility_from_4"


def _facility_label(person: Truth, provision: str) -> str:
    del provision
    return f"Nuôi dưỡng tại cơ sở trợ giúp xã hội: trẻ em {what_became(person)}"


FOSTER = GroupProfile(
    benefit="care_support",
    group="C1",
    heading="HỘ NHẬN CHĂM SÓC, NUÔI DƯỠNG TRẺ EM, NGƯỜI CAO TUỔI",
    share=0,
    lawful=entitled.foster,
    provision=_foster_provision,
    label=_foster_label,
)
DISABLED_PARENTS = GroupProfile(
    benefit="disabled_parent_support",
    group="C2a",
    heading="NGƯỜI KHUYẾT TẬT MANG THAI, NUÔI CON DƯỚI 36 THÁNG TUỔI",
    share=0,
    lawful=entitled.disabled_parent,
    provision=_parent_provision,
    label=_parent_label,
    states_children=True,
)
CARERS = GroupProfile(
    benefit="care_support",
    group="C2c",
    heading="HỘ GIA ĐÌNH CHĂM SÓC NGƯỜI KHUYẾT TẬT ĐẶC BIỆT NẶNG",
    share=0,
    lawful=entitled.carer,
    provision=_carer_provision,
    label=text_of(_CARER_LABELS),
)
TAKERS = GroupProfile(
    benefit="care_support",
    group="C2d",
    heading="HỘ NHẬN CHĂM SÓC NGƯỜI KHUYẾT TẬT ĐẶC BIỆT NẶNG",
    share=0,
    lawful=entitled.carer,
    provision=_carer_provision,
    label=text_of(_CARER_LABELS),
)
FACILITY = GroupProfile(
    benefit="facility_allowance",
    group="facility",
    heading="NGƯỜI ĐƯỢC NUÔI DƯỠNG TẠI CƠ SỞ TRỢ GIÚP XÃ HỘI",
    share=0.0008,
    lawful=entitled.facility,
    provision=_facility_provision,
    label=_facility_label,
    draw=_draw_resident,
    fixed=(_draw_resident, _small_resident),
    fixed_in_small=1,
)
