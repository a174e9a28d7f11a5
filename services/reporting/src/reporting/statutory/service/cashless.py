"""Báo cáo kết quả chi trả không dùng tiền mặt, for any period.

Căn cứ: khoản 1 Điều 28 Nghị định 335/2026/NĐ-CP (ưu tiên chi trả qua tài khoản). The two rates have
two denominators, and each says which.
"""

from __future__ import annotations

from common.documents import Column, Row, Section, Table
from common.documents.text import write_number
from reporting.indicators.domain.figures import (
    PAID_DEFINITION,
    REGISTERED_DEFINITION,
    Figures,
    Rate,
    Slice,
)
from reporting.indicators.domain.labels import Labels
from reporting.statutory.domain import FormInput
from reporting.statutory.service.notes import completeness_notes


def blocks(given: FormInput) -> tuple[Section | Table, ...]:
    """Two rates in words, then people and money by method and by partner."""
    figures, labels = given.figures, given.labels
    return (
        Section("I. Kết quả", (_sentence(figures), *completeness_notes(figures))),
        _table("Theo hình thức", "method", figures.by_method, figures, labels),
        _table("Theo đơn vị chi trả", "partner", figures.by_partner, figures, labels),
    )


def _sentence(figures: Figures) -> str:
    total = figures.total
    return (
        f"{figures.period.display()}, danh sách chi trả có {write_number(total.people)} người,"
        f" trong đó {_words(total.registered_cashless)} đăng ký nhận qua tài khoản;"
        f" đã chi trả cho {write_number(total.paid_people)} người,"
        f" trong đó {_words(total.cashless)} nhận qua tài khoản."
    )


def _words(rate: Rate) -> str:
    if rate.percent is None:
        return f"{write_number(rate.part)} người"
    return f"{write_number(rate.part)} người ({write_number(rate.percent)}%)"


def _table(
    name: str, kind: str, parts: tuple[Slice, ...], figures: Figures, labels: Labels
) -> Table:
    rows = [_row("Tổng số", figures.total, 0)]
    rows += [_row(labels.of(kind, part.code), part, 1) for part in parts]
    return Table(
        name,
        f"Chi trả {name.lower()}",
        (
            Column(name, "text"),
            Column("Số người trong danh sách"),
            Column("Số tiền theo danh sách (đồng)", "dong"),
            Column("Số người đã chi trả"),
            Column("Số tiền đã chi trả (đồng)", "dong"),
            Column("Đã trả qua tài khoản (%)", "percent"),
        ),
        tuple(rows),
        (PAID_DEFINITION, REGISTERED_DEFINITION),
    )


def _row(label: str, part: Slice, level: int) -> Row:
    return Row(
        (
            label,
            part.people,
            part.total,
            part.paid_people,
            part.paid_amount,
            part.cashless.percent,
        ),
        level,
    )
