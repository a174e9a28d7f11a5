"""Single parents (5.4), elders without support (5.5a, 5.5d), and the sealed groups (5.3, 5.8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sandbox.sample import entitled, lookup, months
from sandbox.sample.groups.profile import Case, Draw, GroupProfile, always, calm_birth
from sandbox.sample.people import Child, Life, Single, Support, Truth, full_name, random_day

_SINGLE: dict[Single, str] = {
    "single": "chưa có vợ/chồng",
    "widowed": "có vợ/chồng đã chết",
    "spouse_missing": "có vợ/chồng mất tích",
}
_SHARE_STUDYING = 0.12


def _child(draw: Draw, first: date, last: date, *, studying: bool = False) -> Child:
    birth = calm_birth(draw, first, last)
    name = full_name(draw.rng, draw.sex(0.5), birth, None, koho=False)
    return Child(name, birth, studying)


def _draw_parent(draw: Draw) -> Case:
    """A parent of children under 16; some were decided for one who is 16 by now and studies."""
    count = draw.rng.choices((1, 2, 3), weights=(55, 35, 10))[0]
    last = date(2026, 6, 26)
    if draw.rng.random() < _SHARE_STUDYING:
        eldest = _child(draw, date(2006, 3, 1), date(2009, 4, 1), studying=True)
        last = months.birthday(eldest.birth_date, 16) - timedelta(days=40)
        younger = (date(2011, 3, 1), date(2021, 2, 1))
        children = [eldest, *(_child(draw, *younger) for _ in range(count - 1))]
    else:
        children = [_child(draw, date(2011, 3, 1), date(2025, 3, 1)) for _ in range(count)]
    children.sort(key=lambda child: child.birth_date)
    single: Single = draw.rng.choices(("single", "widowed", "spouse_missing"), weights=(45, 50, 5))[
        0
    ]
    first = max(*(child.birth_date for child in children), date(2021, 7, 2)) + timedelta(days=60)
    return Case(
        birth_date=calm_birth(draw, date(1974, 1, 1), date(1992, 1, 1)),
        decision_date=draw.decision(first, last),
        sex=draw.sex(0.85),
        poverty_class=draw.poor(),
        life=Life(single=single, children=tuple(children)),
    )


def _child_turns_16(draw: Draw) -> Case:
    """Two children, of whom the elder turns 16 on 18/8/2026 and does not study."""
    name = full_name(draw.rng, "male", date(2010, 8, 18), None, koho=False)
    children = (Child(name, date(2010, 8, 18)), _child(draw, date(2011, 3, 1), date(2025, 3, 1)))
    life = Life(single="widowed", children=children)
    birth = calm_birth(draw, date(1978, 1, 1), date(1988, 1, 1))
    decision = draw.settled(children[1].birth_date + timedelta(days=90))
    return Case(birth, decision, "female", draw.poor(), situations=["child_turns_16"], life=life)


def _parent_label(person: Truth, provision: str) -> str:
    del provision
    poverty = "hộ nghèo" if person.poverty_class == "poor" else "hộ cận nghèo"
    words = _SINGLE[person.life.single or "single"]
    return f"Người đơn thân {poverty} {words} đang nuôi con"


def _draw_elder(draw: Draw) -> Case:
    span = draw.rng.choices(
        ((date(1952, 3, 1), date(1966, 3, 1)), (date(1932, 1, 1), date(1946, 3, 1))),
        weights=(65, 35),
    )[0]
    birth = calm_birth(draw, *span)
    first = months.birthday(birth, 60) + timedelta(days=30)
    support: Support = draw.rng.choices(("none", "on_allowance"), weights=(85, 15))[0]
    life = Life(support=support)
    return Case(birth, draw.settled(first), draw.sex(0.6), "poor", life=life)


def _elder_of_76(draw: Draw) -> Case:
    """W7: between 75 and 79, so 1.5 until the new line of age counts."""
    birth = random_day(draw.rng, date(1947, 3, 1), date(1951, 3, 1))
    decision = draw.settled(date(2022, 1, 10))
    life = Life(support="none")
    return Case(birth, decision, draw.sex(0.6), "poor", situations=["open_w7"], life=life)


def _elder_taken_in(draw: Draw) -> Case:
    """5.5d: cannot live in the community, and somebody takes the person in."""
    birth = calm_birth(draw, date(1932, 1, 1), date(1958, 1, 1))
    life = Life(support="none", taken_in_elder=True, care="taken_in")
    return Case(birth, draw.settled(date(2021, 9, 6)), draw.sex(0.5), "poor", life=life)


def _elder_provision(person: Truth, month: int) -> str:
    if person.life.taken_in_elder:
        return "5.5d"
    older = entitled.elder(person, month) == lookup.law().tenths["5.5a_older"]
    return "5.5a_older" if older else "5.5a_younger"


def _elder_label(person: Truth, provision: str) -> str:
    if provision == "5.5d":
        return (
            "Người cao tuổi hộ nghèo không có người phụng dưỡng, không đủ điều kiện sống ở cộng"
            " đồng, có người nhận nuôi dưỡng"
        )
    if person.life.support == "on_allowance":
        return "Người cao tuổi hộ nghèo, người phụng dưỡng đang hưởng trợ cấp xã hội"
    return "Người cao tuổi hộ nghèo không có người phụng dưỡng"


def _draw_sealed(draw: Draw) -> Case:
    child = draw.rng.random() < 0.35
    span = (date(2011, 3, 1), date(2025, 3, 1)) if child else (date(1972, 1, 1), date(2004, 1, 1))
    return _sealed(draw, calm_birth(draw, *span))


def _sealed(draw: Draw, birth: date) -> Case:
    decision = draw.settled(birth + timedelta(days=200))
    return Case(birth, decision, draw.sex(0.4), "poor", life=Life(sealed=True))


def _sealed_of(first: date, last: date) -> Callable[[Draw], Case]:
    return lambda draw: _sealed(draw, calm_birth(draw, first, last))


def _sealed_provision(person: Truth, month: int) -> str:
    child = entitled.age_class(person, month) == "child"
    if not child:
        return "5.8"
    return "5.3_under_4" if entitled.small(person, month) else "5.3_from_4"


def _sealed_label(person: Truth, provision: str) -> str:
    """Most lists write the clause; some write what nobody but the office may read."""
    plain = int(person.personal_id[-1]) % 3 == 0
    if provision == "5.8":
        if plain:
            return "Người nhiễm HIV/AIDS hộ nghèo không có nguồn thu nhập ổn định"
        return "Đối tượng khoản 8 Điều 5 (hộ nghèo)"
    return "Trẻ em nhiễm HIV hộ nghèo" if plain else "Đối tượng khoản 3 Điều 5 (hộ nghèo)"


PARENTS = GroupProfile(
    benefit="single_parent_allowance",
    group="5.4",
    heading="NGƯỜI ĐƠN THÂN NGHÈO ĐANG NUÔI CON (khoản 4 Điều 5)",
    share=0.035,
    lawful=entitled.single_parent,
    provision=always("5.4"),
    label=_parent_label,
    draw=_draw_parent,
    fixed=(_child_turns_16,),
    states_children=True,
    fixed_in_small=1,
)
ELDERS = GroupProfile(
    benefit="social_allowance",
    group="5.5",
    heading="NGƯỜI CAO TUỔI NGHÈO KHÔNG CÓ NGƯỜI PHỤNG DƯỠNG (khoản 5 Điều 5)",
    share=0.03,
    lawful=entitled.elder,
    provision=_elder_provision,
    label=_elder_label,
    draw=_draw_elder,
    fixed=(_elder_of_76, _elder_taken_in, *((_elder_of_76,) * 5), *((_elder_taken_in,) * 3)),
    fixed_in_small=2,
)
SEALED = GroupProfile(
    benefit="social_allowance",
    group="neutral",
    heading="ĐỐI TƯỢNG KHÁC",
    share=0.005,
    lawful=entitled.sealed,
    provision=_sealed_provision,
    label=_sealed_label,
    draw=_draw_sealed,
    fixed=(
        _sealed_of(date(1975, 1, 1), date(2000, 1, 1)),
        _sealed_of(date(2012, 1, 1), date(2020, 1, 1)),
        _sealed_of(date(2023, 3, 1), date(2025, 3, 1)),
    ),
    fixed_in_small=2,
)
