"""Groups 5.1, 5.2, 5.3 and 5.7: children without a source of care, students, small children.

Thuật ngữ: trẻ em không có nguồn nuôi dưỡng. Căn cứ: khoản 1, 2, 3, 7 Điều 5 và khoản 1 Điều 6.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from eligibility.law.domain.common_conditions import (
    Regime,
    aged,
    below,
    difficult_area,
    poor,
    poor_or_near_poor,
)
from eligibility.law.domain.conditions import (
    Condition,
    Provision,
    Row,
    all_of,
    any_of,
    show_birthday,
    show_code,
    show_flag,
    show_parts,
)
from eligibility.law.domain.facts import is_code, stated

_STATUS = {
    "able": "còn, nuôi dưỡng được",
    "dead": "chết",
    "missing": "mất tích",
    "facility": "đang ở cơ sở trợ giúp xã hội",
    "detained": "đang chấp hành án, ở trường giáo dưỡng hoặc cai nghiện bắt buộc",
    "unidentified": "không xác định được",
}
_STUDY = {
    "preschool": "mầm non",
    "general": "phổ thông",
    "vocational": "học nghề, trung cấp",
    "college": "cao đẳng",
    "university": "đại học",
    "none": "không đi học",
}
_TITLE = "Trẻ em không có nguồn nuôi dưỡng"
_CASES: tuple[tuple[str, str, str, str, str], ...] = (
    ("b", "b", "dead", "dead", "Mồ côi cả cha và mẹ"),
    ("c", "c", "dead", "missing", "Cha hoặc mẹ chết, người còn lại mất tích"),
    ("d", "d", "dead", "facility", "Cha hoặc mẹ chết, người còn lại ở cơ sở trợ giúp xã hội"),
    ("dd", "đ", "dead", "detained", "Cha hoặc mẹ chết, người còn lại đang chấp hành án"),
    ("e", "e", "missing", "missing", "Cả cha và mẹ mất tích"),
    ("g", "g", "facility", "facility", "Cả cha và mẹ ở cơ sở trợ giúp xã hội"),
    ("h", "h", "detained", "detained", "Cả cha và mẹ đang chấp hành án"),
    ("i", "i", "missing", "facility", "Cha hoặc mẹ mất tích, người còn lại ở cơ sở"),
    ("k", "k", "missing", "detained", "Cha hoặc mẹ mất tích, người còn lại đang chấp hành án"),
    ("l", "l", "facility", "detained", "Cha hoặc mẹ ở cơ sở, người còn lại đang chấp hành án"),
)
"""Code, point (điểm) of khoản 1 Điều 5, status of one parent, of the other, words."""


def no_source_of_care(regime: Regime, *, unidentified: bool) -> Condition:
    """Hold in one of the eleven cases of clause 1.

    Args:
        regime: ages and articles.
        unidentified: a parent who cannot be identified counts as dead beside another who is dead,
            missing, in a facility or detained (Decree 335/2026).
    """
    found = Condition(
        "no_care_a",
        "Bị bỏ rơi, chưa có người nhận làm con nuôi",
        regime.article("điểm a khoản 1 Điều 5"),
        stated("abandoned") & ~stated("adopted"),
        show_flag("abandoned", "bị bỏ rơi", "không", "không"),
        hangs_on=("abandoned",),
    )
    cases = (
        found,
        *(
            Condition(
                f"no_care_{code}",
                _words(text, one, unidentified=unidentified),
                regime.article(f"điểm {point} khoản 1 Điều 5"),
                _parents(one, other, unidentified=unidentified),
                _show_parents,
                hangs_on=("parents",),
            )
            for code, point, one, other, text in _CASES
        ),
    )
    return Condition(
        "no_source_of_care",
        "Không có nguồn nuôi dưỡng (một trong các trường hợp của khoản 1)",
        regime.article("khoản 1 Điều 5"),
        any_of([case.holds for case in cases]),
        show_parts(cases, "không thuộc trường hợp nào"),
        parts=cases,
        hangs_on=("abandoned", "parents"),
    )


def _words(text: str, one: str, *, unidentified: bool) -> str:
    return f"{text} (hoặc không xác định được)" if unidentified and one == "dead" else text


def parent_codes() -> list[pl.Expr]:
    """Give both parents' status as small numbers, which the eleven cases compare."""
    kind = pl.Enum(tuple(_STATUS))
    return [
        pl.col(f"{parent}_status").cast(kind, strict=False).to_physical().alias(f"_{parent}")
        for parent in ("father", "mother")
    ]


def _parents(one: str, other: str, *, unidentified: bool) -> pl.Expr:
    places = {code: pl.lit(place, dtype=pl.UInt8) for place, code in enumerate(_STATUS)}
    father, mother = pl.col("_father"), pl.col("_mother")
    holds = (father == places[one]) & (mother == places[other])
    if one != other:
        holds |= (father == places[other]) & (mother == places[one])
    if unidentified and one == "dead":
        holds |= (father == places["unidentified"]) & (mother == places[other])
        holds |= (father == places[other]) & (mother == places["unidentified"])
    # Nothing stated about either parent: they are able. One unknown beside one who is not: unknown.
    return holds & ~(father.is_null() & mother.is_null())


def _show_parents(row: Row) -> str:
    father, mother = row.get("father_status"), row.get("mother_status")
    if father is None and mother is None:
        return "không có thông tin cha, mẹ không nuôi dưỡng được"
    said = (_STATUS.get(str(father), "chưa rõ"), _STATUS.get(str(mother), "chưa rõ"))
    return f"cha: {said[0]}; mẹ: {said[1]}"


def under_4(regime: Regime) -> Condition:
    """Hold below the age of the higher coefficient for small children."""
    years = regime.numbers["age_small_child_below"]
    return below("under_4", years, regime, regime.article("khoản 1 Điều 6"), level=True)


def under_16(regime: Regime) -> Condition:
    """Hold while the right of a child lasts."""
    article = regime.article("khoản 1 Điều 5")
    return below("under_16", regime.numbers["age_child_below"], regime, article, level=False)


def group_1(regime: Regime, care: Condition) -> tuple[Provision, ...]:
    """Give group 5.1: a child with no source of care."""
    article = regime.article("điểm a khoản 1 Điều 6")
    years = regime.numbers["age_small_child_below"]
    conditions = (under_16(regime), care)
    return (
        Provision(
            "5.1_under_4",
            f"{_TITLE}, dưới {years} tuổi",
            article,
            (under_4(regime), *conditions),
            regime.coefficients["5.1_under_4"],
            "5.1",
        ),
        Provision(
            "5.1_from_4",
            f"{_TITLE}, từ đủ {years} tuổi",
            article,
            conditions,
            regime.coefficients["5.1_from_4"],
            "5.1",
        ),
    )


def had_care_allowance(regime: Regime) -> Condition:
    """Hold for who was receiving 5.1 on reaching 16."""
    return Condition(
        "had_no_care_at_16",
        "Đang hưởng theo khoản 1 khi đủ 16 tuổi",
        regime.article("khoản 2 Điều 5"),
        stated("had_no_care_at_16"),
        show_flag("had_no_care_at_16", "có", "không", "không"),
        hangs_on=("had_care",),
    )


def studying(regime: Regime) -> Condition:
    """Hold for who studies in general, vocational, college or first-degree education."""
    return Condition(
        "studying",
        "Đang học phổ thông, học nghề, trung cấp, cao đẳng, đại học văn bằng thứ nhất",
        regime.article("khoản 2 Điều 5"),
        is_code("study_level", "general", "vocational", "college", "university"),
        show_code("study_level", _STUDY),
    )


def under_22(regime: Regime) -> Condition:
    """Hold up to the greatest age of group 5.2 (Decree 20/2021 only)."""
    years = regime.numbers["age_student_below"]
    return below("under_22", years, regime, regime.article("khoản 2 Điều 5"), level=False)


def study_continuous(regime: Regime) -> Condition:
    """Hold while the studies are continuous, a lawful suspension included (Decree 335/2026)."""
    return Condition(
        "study_continuous",
        "Học liên tục (kể cả bảo lưu theo quy định)",
        regime.article("khoản 2 Điều 5"),
        pl.col("study_continuous"),
        show_flag("study_continuous", "có", "không"),
    )


def still_receiving(regime: Regime, start_key: int) -> Condition:
    """Hold for who had not yet stopped at 22 when the cap fell away: 335 speaks of who receives.

    The switch `revive_students_over_22` lets everyone in who still studies.
    """
    years = regime.numbers["age_student_below"]
    text = f"Chưa thôi hưởng vì đủ {years} tuổi trước khi bỏ giới hạn tuổi"
    # A birthday of the first month still left that month payable.
    outcome = regime.ages.reached_from(years, start_key)
    if regime.switches["revive_students_over_22"] == "yes":
        outcome = pl.lit(value=True)
    describe = show_birthday(years, regime.switches)
    return Condition("still_receiving", text, regime.article("khoản 2 Điều 5"), outcome, describe)


def group_2(regime: Regime, limits: Sequence[Condition]) -> Provision:
    """Give group 5.2: who reached 16 under 5.1 and studies; `limits` differ by decree."""
    years = regime.numbers["age_child_below"]
    return Provision(
        "5.2",
        f"Người hưởng theo khoản 1 đã đủ {years} tuổi, đang học",
        regime.article("điểm b khoản 1 Điều 6"),
        (
            aged("reached_16", years, regime, regime.article("khoản 2 Điều 5")),
            had_care_allowance(regime),
            studying(regime),
            *limits,
        ),
        regime.coefficients["5.2"],
        "5.2",
    )


def neutral_group(regime: Regime, clause: str) -> Condition:
    """Hold for who has the sealed fact of groups 5.3 and 5.8; unknown counts as not."""
    return Condition(
        "neutral_group",
        "Nhiễm HIV/AIDS",
        regime.article(f"khoản {clause} Điều 5"),
        stated("neutral_group"),
        show_flag("neutral_group", "có", "không", "không"),
        sealed=True,
        hangs_on=("neutral",),
    )


def group_3(regime: Regime) -> tuple[Provision, ...]:
    """Give group 5.3: a child with HIV of a poor household."""
    article = regime.article("điểm c khoản 1 Điều 6")
    years = regime.numbers["age_small_child_below"]
    conditions = (
        neutral_group(regime, "3"),
        under_16(regime),
        poor(regime.article("khoản 3 Điều 5")),
    )
    title = "Trẻ em nhiễm HIV/AIDS thuộc hộ nghèo"
    return (
        Provision(
            "5.3_under_4",
            f"{title}, dưới {years} tuổi",
            article,
            (under_4(regime), *conditions),
            regime.coefficients["5.3_under_4"],
            "5.3",
            sealed=True,
        ),
        Provision(
            "5.3_from_4",
            f"{title}, từ đủ {years} tuổi",
            article,
            conditions,
            regime.coefficients["5.3_from_4"],
            "5.3",
            sealed=True,
        ),
    )


def group_7(
    regime: Regime, others: Sequence[Provision], disabled: Sequence[Condition]
) -> Provision:
    """Give group 5.7: a child under 3 of a poor or near-poor household in a difficult area.

    Args:
        regime: ages and articles.
        others: provisions of 5.1 and 5.3, whose children are not counted here.
        disabled: conditions of which one makes a person of group 5.6.
    """
    article = regime.article("khoản 7 Điều 5")
    years = regime.numbers["age_infant_below"]
    elsewhere = any_of(
        [
            *(all_of([item.holds for item in other.conditions]) for other in others),
            *(item.holds for item in disabled),
        ]
    )
    parts = {part.code: part for other in others for part in other.conditions}
    parts |= {item.code: item for item in disabled}
    not_elsewhere = Condition(
        "not_in_other_child_group",
        "Không thuộc khoản 1, khoản 3, khoản 6 Điều 5",
        article,
        ~elsewhere,
        lambda row: "thuộc nhóm khác" if row.get("c.not_in_other_child_group") is False else "đúng",
        parts=tuple(parts.values()),
    )
    return Provision(
        "5.7",
        f"Trẻ em dưới {years} tuổi thuộc hộ nghèo, hộ cận nghèo ở vùng đặc biệt khó khăn",
        regime.article("điểm g khoản 1 Điều 6"),
        (
            below("under_3", years, regime, article, level=False),
            poor_or_near_poor(article),
            difficult_area(article),
            not_elsewhere,
        ),
        regime.coefficients["5.7"],
        "5.7",
    )
