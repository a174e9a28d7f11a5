"""Where figures contradict each other: every sum across and down, and against their sources.

A report with a contradiction is filed only with a written reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reporting.indicators.domain.figures import Figures


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two figures that should be equal: what they are in words, and both values."""

    code: str
    text: str
    expected: int
    found: int


def contradictions(figures: Figures) -> tuple[Contradiction, ...]:
    """Check the figures of a period against each other; nothing found is an empty tuple."""
    return tuple(one for one in _comparisons(figures) if one.expected != one.found)


def _comparisons(figures: Figures) -> Iterator[Contradiction]:
    total, lists = figures.total, figures.standing.lists
    yield Contradiction(
        "lines_not_as_sealed",
        "Số dòng đã nhận khác số dòng của danh sách đã chốt",
        lists.announced_lines,
        total.lines,
    )
    yield Contradiction(
        "total_not_as_sealed",
        "Số tiền các dòng khác tổng tiền của danh sách đã chốt",
        lists.announced_total,
        total.total,
    )
    outcomes = figures.failed.total.amount + figures.carried.total.amount + figures.pending.amount
    yield Contradiction(
        "outcomes_not_total",
        "Đã trả, không thành công, chuyển kỳ sau và chưa có kết quả cộng lại khác tổng tiền",
        total.total,
        total.paid_amount + outcomes,
    )
    yield Contradiction(
        "parts_not_total",
        "Trợ cấp tháng này, truy lĩnh và kỳ trước chuyển sang cộng lại khác tổng tiền",
        total.total,
        total.regular + total.arrears + total.carried,
    )
    axes = (
        ("groups", "các nhóm đối tượng", [group.total for group in figures.by_group]),
        ("methods", "các hình thức chi trả", figures.by_method),
        ("partners", "các đơn vị chi trả", figures.by_partner),
    )
    for code, words, parts in axes:
        yield Contradiction(
            f"{code}_not_total",
            f"Số tiền của {words} cộng lại khác tổng tiền",
            total.total,
            sum(part.total for part in parts),
        )
    yield Contradiction(
        "unexplained_in_reconciliation",
        "Đối soát còn số tiền chưa giải thích được",
        0,
        sum(row.unexplained_amount for row in figures.standing.reconciliations),
    )
