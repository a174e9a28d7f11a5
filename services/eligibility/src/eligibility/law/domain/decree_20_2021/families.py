"""Group 5.4: poor single parents, and group 5.8.

Thuật ngữ: người đơn thân nghèo đang nuôi con. Căn cứ: khoản 4, khoản 8 Điều 5, khoản 1 Điều 6.
"""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.common_conditions import Regime, no_income, poor, poor_or_near_poor
from eligibility.law.domain.conditions import Condition, Provision, Row, show_code
from eligibility.law.domain.decree_20_2021.children import neutral_group
from eligibility.law.domain.facts import is_code

_MARITAL = {
    "single": "chưa có chồng, vợ",
    "married": "có chồng, vợ",
    "widowed": "chồng, vợ đã chết",
    "divorced": "đã ly hôn",
    "spouse_missing": "chồng, vợ mất tích",
}


def group_4(regime: Regime, children: str) -> Provision:
    """Give group 5.4: paid for each child.

    Args:
        regime: coefficients and articles.
        children: the words of the decree for the children who count.
    """
    article = regime.article("khoản 4 Điều 5")
    alone = Condition(
        "single_parent",
        "Chưa có chồng, vợ hoặc chồng, vợ đã chết, mất tích",
        article,
        is_code("marital_status", "single", "widowed", "spouse_missing"),
        show_code("marital_status", _MARITAL),
    )

    def describe(row: Row) -> str:
        count = len(row.get("children") or ())
        return f"nuôi {count} con" if count else "không có thông tin đang nuôi con"

    raising = Condition(
        "raises_child", children, article, pl.col("_raises_child"), describe, hangs_on=("children",)
    )
    return Provision(
        "5.4",
        "Người đơn thân nghèo đang nuôi con, tính theo mỗi con",
        regime.article("điểm d khoản 1 Điều 6"),
        (poor_or_near_poor(article), alone, raising),
        regime.coefficients["5.4"],
        "5.4",
        times="_children",
    )


def group_8(regime: Regime, *, other: bool) -> Provision:
    """Give group 5.8.

    Args:
        regime: coefficients and articles.
        other: another monthly allowance is income too (Decree 20/2021).
    """
    article = regime.article("khoản 8 Điều 5")
    text = "Không có tiền lương, tiền công, lương hưu, trợ cấp BHXH hằng tháng"
    if other:
        text += ", trợ cấp hằng tháng khác"
    return Provision(
        "5.8",
        "Người nhiễm HIV/AIDS thuộc hộ nghèo không có thu nhập ổn định",
        regime.article("điểm g khoản 1 Điều 6"),
        (
            neutral_group(regime, "8"),
            poor(article),
            no_income("no_stable_income", text, article, wage=True, other=other),
        ),
        regime.coefficients["5.8"],
        "5.8",
        sealed=True,
    )
