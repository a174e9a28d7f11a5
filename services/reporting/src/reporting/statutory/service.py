"""Which forms exist, and what each contains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from common.kernel.errors import InvalidInput
from reporting.indicators.domain.figures import (
    CASHLESS_DEFINITION,
    Figures,
    Group,
    Outcome,
    Slice,
    Tally,
    millions,
)
from reporting.indicators.domain.labels import Labels
from reporting.statutory.domain import Cell, Column, Form, Row, Sheet

MILLIONS_NOTE = (
    "Cột triệu đồng được làm tròn đến một chữ số thập phân khi in ra; mọi phép cộng dùng số đồng."
)


class ReportKindUnknown(InvalidInput):
    """No form of this name exists."""

    code = "report_kind_unknown"
    title = "Chưa có mẫu báo cáo này"


def make_form(kind: str, figures: Figures, labels: Labels, made_on: date) -> Form:
    """Fill a form from figures.

    Raises:
        ReportKindUnknown: there is no form of this kind.
    """
    maker = FORMS.get(kind)
    if maker is None:
        raise ReportKindUnknown(f"Các mẫu hiện có: {', '.join(sorted(FORMS))}.")
    return maker(figures, labels, made_on)


def monthly_payment(figures: Figures, labels: Labels, made_on: date) -> Form:
    """Fill the monthly payment report of a commune or the province.

    Thuật ngữ: báo cáo kết quả chi trả. Căn cứ: Điều 28 Nghị định 335/2026/NĐ-CP (trước ngày 20
    tổ chức chi trả báo cáo người đã nhận, chưa nhận, số tiền còn lại; xã quyết toán).
    """
    return Form(
        kind="monthly_payment",
        title="Báo cáo kết quả chi trả trợ cấp xã hội, trợ cấp hưu trí xã hội",
        subtitle=f"{scope_words(figures)} - Tháng {figures.month.display()}",
        made_on=made_on,
        sheets=(
            _summary(figures, labels),
            _by_group(figures, labels),
            _unsuccessful(figures, labels),
            _reconciliation(figures, labels),
        ),
    )


FORMS: Mapping[str, Callable[[Figures, Labels, date], Form]] = {"monthly_payment": monthly_payment}


def scope_words(figures: Figures) -> str:
    """Say whose figures these are."""
    communes = figures.scope.communes
    if communes is None:
        return "Toàn tỉnh"
    if len(communes) == 1:
        return f"Xã, phường mã {communes[0]}"
    return f"Các xã, phường mã {', '.join(communes)}"


def _line(label: str, people: int | None, amount: int | None, level: int = 1) -> Row:
    cells: tuple[Cell, ...] = (label, people, amount)
    return Row((*cells, None if amount is None else millions(amount)), level)


def _summary(figures: Figures, labels: Labels) -> Sheet:
    total, standing = figures.total, figures.standing
    rate = total.cashless
    notes = [CASHLESS_DEFINITION, MILLIONS_NOTE]
    if not figures.complete:
        notes.append("Danh sách chưa nhận đủ dòng: số liệu còn thay đổi.")
    return Sheet(
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
            _line("Trong đó qua tài khoản", rate.people_by_account, None),
            Row(("Tỷ lệ chi trả không dùng tiền mặt (%)", rate.percent, None, None)),
            _tally_line("Chi trả không thành công", figures.failed.total, 0),
            _tally_line("Chưa nhận, chuyển kỳ sau", figures.carried.total, 0),
            _tally_line("Chưa có kết quả", figures.pending, 0),
            _tally_line("Hồ sơ thu hồi", standing.recovery_total, 0),
            Row(("Số chế độ tạm giữ, chờ quyết định", standing.held, None, None), 0),
            Row(("Số người mất trong tháng", standing.deaths.in_month, None, None), 0),
        ),
        tuple(notes),
    )


def _tally_line(label: str, tally: Tally, level: int = 1) -> Row:
    return _line(label, tally.people, tally.amount, level)


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


def _by_group(figures: Figures, labels: Labels) -> Sheet:
    rows = [_slice_row("Tổng số", figures.total, 0)]
    for group in figures.by_group:
        rows.extend(_group_rows(group, labels))
    return Sheet(
        "Theo nhóm",
        "Người và kinh phí theo nhóm đối tượng",
        _GROUP_COLUMNS,
        tuple(rows),
        ("Một người có thể thuộc nhiều nhóm; dòng tổng số tính mỗi người một lần.", MILLIONS_NOTE),
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


def _unsuccessful(figures: Figures, labels: Labels) -> Sheet:
    rows: list[Row] = []
    for heading, outcome in (
        ("Chi trả không thành công", figures.failed),
        ("Chưa nhận, chuyển kỳ sau", figures.carried),
    ):
        rows.extend(_outcome_rows(heading, outcome, labels))
    return Sheet(
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


def _reconciliation(figures: Figures, labels: Labels) -> Sheet:
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
    return Sheet(
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
        () if rows else ("Chưa có đối soát nào cho tháng này.",),
    )
