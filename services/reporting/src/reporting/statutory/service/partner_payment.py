"""Báo cáo của tổ chức chi trả: đã nhận, chưa nhận, số tiền còn lại theo từng đơn vị.

Căn cứ: khoản 4 Điều 28 Nghị định 335/2026/NĐ-CP.
"""

from __future__ import annotations

from common.documents import Column, Row, Table
from reporting.indicators.domain.figures import Slice
from reporting.statutory.domain import FormInput
from reporting.statutory.service.notes import completeness_notes


def blocks(given: FormInput) -> tuple[Table, ...]:
    """One table with a row per partner."""
    figures, labels = given.figures, given.labels
    rows = [_row("Tổng số", figures.total, 0)]
    rows += [_row(labels.of("partner", part.code), part, 1) for part in figures.by_partner]
    return (
        Table(
            "Đơn vị chi trả",
            "Kết quả chi trả theo đơn vị",
            (
                Column("Đơn vị chi trả", "text"),
                Column("Số người trong danh sách"),
                Column("Số tiền đã chuyển (đồng)", "dong"),
                Column("Số người đã nhận"),
                Column("Số tiền đã chi trả (đồng)", "dong"),
                Column("Số người chưa nhận"),
                Column("Số tiền còn lại (đồng)", "dong"),
            ),
            tuple(rows),
            completeness_notes(figures),
        ),
    )


def _row(label: str, part: Slice, level: int) -> Row:
    return Row(
        (
            label,
            part.people,
            part.total,
            part.paid_people,
            part.paid_amount,
            part.people - part.paid_people,
            part.total - part.paid_amount,
        ),
        level,
    )
