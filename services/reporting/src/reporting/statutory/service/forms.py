"""The forms by name; a new form is one module beside this one and one row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from common.documents import Document, Letterhead, Section, Signature, Table
from reporting.indicators.domain.figures import Figures
from reporting.statutory.domain import FormInput, Office, ReportKindUnknown, ReportPeriodUnfit
from reporting.statutory.service import cashless, data_forms, monthly_payment, partner_payment

Block = Section | Table


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """A form: its subject in words, the law that asks for it, and who writes its blocks."""

    subject: str
    basis: str
    blocks: Callable[[FormInput], tuple[Block, ...]]
    one_month: bool = False
    needs: tuple[str, ...] = ()
    """Selections that are counted for it; `code@before`: also in the period before."""


FORMS: Mapping[str, FormDefinition] = {
    "monthly_payment": FormDefinition(
        "Kết quả chi trả trợ cấp xã hội, trợ cấp hưu trí xã hội",
        "Điều 28 Nghị định 335/2026/NĐ-CP",
        monthly_payment.blocks,
    ),
    "cashless_payment": FormDefinition(
        "Kết quả chi trả chính sách trợ giúp xã hội, trợ cấp hưu trí xã hội không dùng tiền mặt",
        "Khoản 1 Điều 28 Nghị định 335/2026/NĐ-CP",
        cashless.blocks,
    ),
    "partner_payment": FormDefinition(
        "Kết quả chi trả của từng đơn vị chi trả",
        "Khoản 4 Điều 28 Nghị định 335/2026/NĐ-CP: trước ngày 20 hằng tháng",
        partner_payment.blocks,
    ),
    **{
        form.code: FormDefinition(
            form.subject, form.basis, partial(data_forms.blocks, form), needs=data_forms.needs(form)
        )
        for form in data_forms.forms()
    },
}


def form_of(kind: str) -> FormDefinition:
    """Give a form.

    Raises:
        ReportKindUnknown: the detail names the forms that exist.
    """
    form = FORMS.get(kind)
    if form is None:
        raise ReportKindUnknown(f"Các mẫu hiện có: {', '.join(sorted(FORMS))}.")
    return form


def make_document(kind: str, given: FormInput) -> Document:
    """Fill a form; the result is a draft without number and day.

    Raises:
        ReportKindUnknown: the detail names the forms that exist.
        ReportPeriodUnfit: the form is about one month, the period has several.
    """
    form = form_of(kind)
    if form.one_month and not given.figures.period.is_month:
        raise ReportPeriodUnfit
    request, correction = given.request, given.correction
    basis: list[str] = [f"Thực hiện {request.reference};"] if request else []
    if correction:
        basis.append(f"Báo cáo này thay báo cáo đã lập trước đó; lý do: {correction}.")
    return Document(
        kind="BÁO CÁO",
        subject=form.subject,
        letterhead=Letterhead(
            given.office.organ, given.office.short_name, given.office.parent_organ
        ),
        signature=Signature("CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN"),
        blocks=form.blocks(given),
        abbreviation="BC-UBND",
        period=f"{given.figures.scope.words()} - {given.figures.period.display()}",
        basis=tuple(basis),
        recipients=("Như trên", "Lưu: VT"),
    )


def office_of(figures: Figures) -> Office:
    """Give the office that issues the report: the commune's, or the province's."""
    province = figures.scope.province_name
    communes = figures.scope.communes
    if communes is None or len(communes) != 1:
        return Office(f"Ủy ban nhân dân {province}", province.partition(" ")[2] or province)
    name = figures.scope.name_of(communes[0])
    return Office(f"Ủy ban nhân dân {name}", name.partition(" ")[2] or name, province)
