"""What sheets and assessments say about a degree; the council decides, this only guides.

Căn cứ: Nghị định 28/2012/NĐ-CP Điều 2 (6 dạng tật), Điều 3 (3 mức độ), Điều 4 khoản 3 (Hội đồng giám
định y khoa: tỷ lệ tổn thương); Thông tư 01/2019/TT-BLĐTBXH Mẫu 02 (dưới 6 tuổi), Mẫu 03 (từ đủ 6
tuổi). Tên hoạt động của Mẫu 03: chưa đối chiếu với bản mẫu (memory).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from common.kernel.errors import InvalidInput
from registry.disability.domain.council import Degree

Form = Literal["under_6", "from_6"]
Ability = Literal["able", "with_help", "unable", "unknown"]
Activity = Literal[
    "moving",
    "eating",
    "toilet",
    "hygiene",
    "dressing",
    "hearing",
    "speaking",
    "housework",
    "mixing",
]
DAILY: Final[frozenset[str]] = frozenset({"moving", "eating", "toilet", "hygiene", "dressing"})
"""Activities of daily living: walking, dressing, washing and the like (Điều 3)."""


class SheetFormWrong(
    InvalidInput,
    code="sheet_form_wrong",
    title="Mẫu phiếu không đúng với độ tuổi của người được xác định",
):
    """The sheet is for another age: Mẫu 02 before the birthday that the rule names, else Mẫu 03."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The dated numbers of the procedure, from `data/rules.toml`."""

    valid_from: date
    basis: str
    confidence: str
    quorum: tuple[int, int]
    assess_workdays: int
    certify_workdays: int
    complaint_workdays: int
    very_severe_percent: Decimal
    severe_percent: Decimal
    sheet_age: int
    """Completed years from which Mẫu 03 is used; the degree is determined anew at that birthday."""


def form_for(birth_date: date, day: date, rules: Rules) -> Form:
    """Give the form that fits the age on a day."""
    return "from_6" if day >= birthday(birth_date, rules.sheet_age) else "under_6"


def check_form(form: Form, birth_date: date, day: date, rules: Rules) -> None:
    """Refuse a sheet for another age.

    Raises:
        SheetFormWrong: the other form is needed.
    """
    if form != form_for(birth_date, day, rules):
        raise SheetFormWrong


def suggested(abilities: Mapping[str, Ability]) -> Degree | None:
    """Give the degree that the answers about daily living point to, None when they are incomplete.

    All of them impossible alone: very severe (mất hoàn toàn chức năng, cần chăm sóc hoàn toàn); some
    impossible or only with help: severe (suy giảm chức năng); otherwise mild (Điều 3).
    """
    daily = [abilities.get(activity, "unknown") for activity in sorted(DAILY)]
    if "unknown" in daily:
        return None
    if all(one == "unable" for one in daily):
        return "very_severe"
    return "mild" if all(one == "able" for one in daily) else "severe"


def from_loss(percent: Decimal, rules: Rules) -> Degree:
    """Give the degree of a medical assessment by the loss of ability in percent (Điều 4 khoản 3)."""
    if percent >= rules.very_severe_percent:
        return "very_severe"
    return "severe" if percent >= rules.severe_percent else "mild"


def reassess_on(birth_date: date, signed_on: date, rules: Rules, *, exempt: bool) -> date | None:
    """Give the day for determining the degree anew: the sixth birthday, when it lies ahead."""
    due = birthday(birth_date, rules.sheet_age)
    return due if due > signed_on and not exempt else None


def birthday(birth_date: date, years: int) -> date:
    """Give the day on which somebody completes so many years; 29 February becomes 1 March."""
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 3, 1)
