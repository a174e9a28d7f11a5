"""Báo cáo kết quả chi trả of a commune or the province.

Căn cứ: Điều 28 Nghị định 335/2026/NĐ-CP (tổ chức chi trả báo cáo người đã nhận, chưa nhận, số tiền
còn lại; xã quyết toán).
"""

from __future__ import annotations

from common.documents import Cell, Column, Row, Table
from reporting.indicators.domain.figures import (
    PAID_DEFINITION,
    REGISTERED_DEFINITION,
    Figures,
    Group,
    Outcome,
    Slice,
    Tally,
    millions,
)
from reporting.indicators.domain.labels import Labels
from reporting.statutory.domain import FormInput
from reporting.statutory.service.notes import MILLIONS_NOTE, completeness_notes


def blocks(given: FormInput) -> tuple[Table, ...]:
    """Four tables: summary, by group, unsuccessful, reconciliation."""
    figures, labels = given.figures, given.labels
    return (
        _summary(figures, labels),
        _by_group(figures, labels),
        _unsuccessful(figures, labels),
        _reconciliation(figures, labels),
    )


def _line(label: str, people: int | None, amount: int | None, level: int = 1) -> Row:
    cells: tuple[Cell, ...] = (label, people, amount)
    return Row((*cells, None if amount is None else millions(amount)), level)


def _summary(figures: Figures, labels: Labels) -> Table:
    total, standing = figures.total, figures.standing
    rate, registered = total.cashless, total.registered_cashless
    return Table(
        "Tổng hợp",
        "Tổng hợp kết quả chi trả",
        (
            Column("Chỉ tiêu", "text"),
            Column("Số người"),
            Column("Số tiền (đồng)", "dong"),
            Column("Số tiền (triệu đồng)", "million"),
        ),
        (
            _line("Theo danh sách chi trả", total.people, total.total, 0),
            _line("Trợ cấp tháng này", None, total.regular),
            _line("Truy lĩnh các tháng trước", figures.arrears.people, total.arrears),
            _line("Kỳ trước chuyển sang", None, total.carried),
            *(
                _line(labels.of("method", part.code), part.people, part.total)
                for part in figures.by_method
            ),
            _line("Đã chi trả", total.paid_people, total.paid_amount, 0),
            _line("Trong đó qua tài khoản", rate.part, None),
            Row(("Tỷ lệ chi trả không dùng tiền mặt (%)", rate.percent, None, None)),
            _line("Đăng ký nhận qua tài khoản", registered.part, None),
            Row(("Tỷ lệ đăng ký nhận qua tài khoản (%)", registered.percent, None, None)),
            _tally_line("Chi trả không thành công", figures.failed.total, 0),
            _tally_line("Chưa nhận, chuyển kỳ sau", figures.carried.total, 0),
            _tally_line("Chưa có kết quả", figures.pending, 0),
            _tally_line("Hồ sơ thu hồi", standing.recovery_total, 0),
            Row(("Số chế độ tạm giữ, chờ quyết định", standing.held, None, None), 0),
            Row(("Số người mất trong kỳ", standing.deaths.in_period, None, None), 0),
        ),
        (PAID_DEFINITION, REGISTERED_DEFINITION, MILLIONS_NOTE, *completeness_notes(figures)),
    )


def _tally_line(label: str, tally: Tally, level: int = 1) -> Row:
    return _line(label, tally.people, tally.amount, level)


SEVERAL_GROUPS_NOTE = (
    "Một người có thể hưởng nhiều chế độ: dòng tổng số tính mỗi người một lần, dòng trừ là phần"
    " tính trùng."
)
_GROUP_COLUMNS = (
    Column("Nhóm đối tượng", "text"),
    Column("Số người"),
    Column("Nam"),
    Column("Nữ"),
    Column("Trợ cấp tháng này (đồng)", "dong"),
    Column("Truy lĩnh (đồng)", "dong"),
    Column("Kỳ trước chuyển sang (đồng)", "dong"),
    Column("Cộng (đồng)", "dong"),
    Column("Cộng (triệu đồng)", "million"),
    Column("Đã chi trả (người)"),
    Column("Đã chi trả (đồng)", "dong"),
)


def _by_group(figures: Figures, labels: Labels) -> Table:
    rows = [_slice_row("Tổng số", figures.total, 0)]
    for group in figures.by_group:
        rows.extend(_group_rows(group, labels))
    if figures.counted_in_several_groups:
        rows.append(_several_groups(figures))
    return Table(
        "Theo nhóm",
        "Người và kinh phí theo nhóm đối tượng",
        _GROUP_COLUMNS,
        tuple(rows),
        (SEVERAL_GROUPS_NOTE, MILLIONS_NOTE),
    )


def _several_groups(figures: Figures) -> Row:
    """Give the row that makes the groups add up: people are counted once in the total."""
    total, parts = figures.total, [group.total for group in figures.by_group]
    return Row(
        (
            "Trừ: tính trùng do một người hưởng nhiều chế độ",
            -figures.counted_in_several_groups,
            total.male - sum(part.male for part in parts),
            total.female - sum(part.female for part in parts),
            *((0,) * 4),
            millions(0),
            total.paid_people - sum(part.paid_people for part in parts),
            0,
        ),
        1,
    )


def _group_rows(group: Group, labels: Labels) -> list[Row]:
    head = _slice_row(labels.of("group", group.total.code), group.total, 1)
    parts = [_slice_row(labels.of("provision", part.code), part, 2) for part in group.provisions]
    return [head, *parts]


def _slice_row(label: str, part: Slice, level: int) -> Row:
    return Row(
        (
            label,
            part.people,
            part.male,
            part.female,
            part.regular,
            part.arrears,
            part.carried,
            part.total,
            millions(part.total),
            part.paid_people,
            part.paid_amount,
        ),
        level,
    )


def _unsuccessful(figures: Figures, labels: Labels) -> Table:
    rows: list[Row] = []
    for heading, outcome in (
        ("Chi trả không thành công", figures.failed),
        ("Chưa nhận, chuyển kỳ sau", figures.carried),
    ):
        rows.extend(_outcome_rows(heading, outcome, labels))
    return Table(
        "Chi trả không thành công",
        "Chi trả không thành công và chưa nhận, theo lý do",
        (
            Column("Lý do", "text"),
            Column("Số người"),
            Column("Số dòng"),
            Column("Số tiền (đồng)", "dong"),
            Column("Số tiền (triệu đồng)", "million"),
        ),
        tuple(rows),
        (MILLIONS_NOTE,),
    )


def _outcome_rows(heading: str, outcome: Outcome, labels: Labels) -> list[Row]:
    entries = [(heading, outcome.total, 0)]
    entries += [(labels.of("reason", row.code), row, 1) for row in outcome.reasons]
    return [
        Row((label, row.people, row.lines, row.amount, millions(row.amount)), level)
        for label, row, level in entries
    ]


def _reconciliation(figures: Figures, labels: Labels) -> Table:
    rows = tuple(
        Row(
            (
                labels.of("partner", row.partner),
                row.matched_lines,
                row.matched_amount,
                row.unexplained_lines,
                row.unexplained_amount,
                row.carried_lines,
                row.carried_amount,
                row.reconciled_on,
            )
        )
        for row in figures.standing.reconciliations
    )
    return Table(
        "Đối soát",
        "Đối soát ba bên: danh sách, kết quả, sao kê",
        (
            Column("Đơn vị chi trả", "text"),
            Column("Khớp (dòng)"),
            Column("Khớp (đồng)", "dong"),
            Column("Chưa giải thích (dòng)"),
            Column("Chưa giải thích (đồng)", "dong"),
            Column("Chuyển kỳ sau (dòng)"),
            Column("Chuyển kỳ sau (đồng)", "dong"),
            Column("Ngày đối soát", "date"),
        ),
        rows,
        () if rows else ("Chưa có đối soát nào cho kỳ này.",),
    )
