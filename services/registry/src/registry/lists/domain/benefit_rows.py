"""What a row says is being paid, by which decision, how, and whether the law of the month agrees."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from common.kernel.months import Month
from registry.lists.domain.dates import read_date
from registry.lists.domain.findings import mask_date, mask_name, mask_number, mask_text
from registry.lists.domain.lawful import AgeSpan, check_age, check_amount
from registry.lists.domain.numbers import (
    loses_zero,
    read_account,
    read_amount,
    read_coefficient,
    read_identity,
)
from registry.lists.domain.person_names import read_name
from registry.lists.domain.remarks import FINDINGS
from registry.lists.domain.statements import read_carer, read_children, read_income

if TYPE_CHECKING:
    from registry.lists.domain.rows import ReadingContext, RowReader, RowReading


def read_benefit(reader: RowReader, context: ReadingContext, reading: RowReading) -> None:
    """Read category, money, decision, carer and payment, and compare them with the law."""
    _read_listed(reader, context, reading)
    _read_beside(reader, reading)
    _read_payment(reader, context, reading)
    _check_law(context, reading)


def _read_listed(reader: RowReader, context: ReadingContext, reading: RowReading) -> None:
    benefit, words = reading.benefit, context.vocabulary
    text, remark = reader.text("category", reading), reader.text("note", reading)
    benefit.category = words.category(text)
    if benefit.category is None:
        reading.note("category_unknown", "category", mask_text(text) if text else None)
    if len(words.categories(text)) > 1:
        reading.note("category_several", "category", mask_text(text))
    for kind in words.remarks.in_category(text):
        reading.note(FINDINGS[kind], "category", mask_text(text))
    for kind in words.remarks.in_note(remark):
        reading.note(FINDINGS[kind], "note")
    benefit.poverty = words.poverty_class(remark, text)
    if words.poverty_unclear(remark, text):
        reading.note("poverty_unclear", "note")
    _read_money(reader, reading)
    benefit.decision_number = reader.safe_text("decision_number", reading)
    if not benefit.decision_number:
        reading.note("decision_number_missing", "decision_number")
    cell = reader.cell("decision_date")
    decided = read_date(cell, epoch=context.epoch) if cell is not None else None
    if decided is None or decided.precision == "year":
        reading.note(
            "decision_date_unreadable",
            "decision_date",
            mask_date(cell) if cell is not None else None,
        )
        return
    benefit.decision_date = decided.day
    if Month.of(decided.day) > context.list_month:
        reading.note("decision_after_list", "decision_date", mask_date(decided.day))


def _read_money(reader: RowReader, reading: RowReading) -> None:
    benefit = reading.benefit
    cell = reader.cell("amount")
    benefit.amount = read_amount(cell)
    if not benefit.amount:
        reading.note("amount_unreadable", "amount", mask_text(cell) if cell is not None else None)
    cell = reader.cell("coefficient")
    benefit.coefficient = read_coefficient(cell)
    if benefit.coefficient is None:
        if cell is None and benefit.category and benefit.category.benefit == "social_pension":
            # The social pension is one amount for everybody; many lists leave the column empty.
            benefit.coefficient = "1.0"
        else:
            reading.note(
                "coefficient_unreadable",
                "coefficient",
                mask_text(cell) if cell is not None else None,
            )


def _read_beside(reader: RowReader, reading: RowReading) -> None:
    category, beside = reading.benefit.category, reading.benefit.beside
    income = read_income(reader.cell("other_income"))
    if income is not None:
        beside.facts.append(income)
    if category is None:
        return
    if category.names_children:
        children = read_children(reader.text("children", reading))
        beside.facts.extend(children)
        if not children and all(fact["kind"] != "pregnancy" for fact in category.facts):
            reading.note("children_missing", "children")
    if category.paid_to_carer:
        number = reader.cell("carer_identity")
        beside.carer = read_carer(number, _carer_name(reader, reading))
        if read_identity(number).zeros_restored:
            reading.note("id_zero_lost", "carer_identity", mask_number(number))
        if beside.carer is None:
            reading.note("carer_missing", "carer_identity", mask_number(number) if number else None)


def _carer_name(reader: RowReader, reading: RowReading) -> str:
    found = read_name(reader.text("carer_name", reading))
    if not found.is_readable:
        reading.note("name_unreadable", "carer_name", mask_name(found.name))
    return found.name


def _check_law(context: ReadingContext, reading: RowReading) -> None:
    """Compare age and amount with what the law says of the group in the list's month."""
    person, benefit = reading.person, reading.benefit
    if person.birth_date is None:
        return
    month = context.list_month
    span = AgeSpan.of(person.birth_date, month, year_only=person.birth_precision == "year")
    category = benefit.category
    law = context.vocabulary.law.get(category.code) if category else None
    verdict = check_age(law, span, month)
    if verdict == "impossible" and check_age(None, span, month) == "impossible":
        reading.note("age_impossible", "birth", mask_date(person.birth_date))
    elif verdict == "impossible":
        reading.note("age_contradicts_category", "birth", mask_date(person.birth_date))
    if category is None or not benefit.amount or benefit.coefficient is None:
        return
    row = (Decimal(benefit.coefficient), benefit.amount, span)
    check = check_amount(law, category.benefit, context.province_code, month, row)
    if check.verdict in {"differs", "unknown"}:
        code = "amount_differs" if check.verdict == "differs" else "amount_not_lawful"
        lawful = " hoặc ".join(f"{amount:,}".replace(",", ".") for amount in check.lawful[:4])
        reading.note(code, "amount", None, lawful=lawful)


def _read_payment(reader: RowReader, context: ReadingContext, reading: RowReading) -> None:
    benefit = reading.benefit
    cell = reader.cell("account")
    text = reader.text("method", reading)
    stated = context.vocabulary.method(text) if text else None
    if stated is None and text:
        reading.note("method_unknown", "method", mask_text(text))
    wants_account = stated == "account" or (stated is None and not text and cell is not None)
    payee_has_number = benefit.beside.carer is not None or reading.person.personal_id is not None
    if not (wants_account and payee_has_number):
        return
    account = read_account(cell)
    text = reader.text("bank", reading)
    bank = context.vocabulary.bank(text)
    if account is None:
        reading.note("account_unusable", "account", mask_number(cell) if cell is not None else None)
    elif bank.code is None:
        code = "bank_ambiguous" if bank.several else "bank_unknown"
        reading.note(code, "bank", mask_text(text) if text else None)
    elif loses_zero(cell, bank.zero_length):
        reading.note("account_zero_lost", "account", mask_number(cell))
    else:
        benefit.method, benefit.bank_code, benefit.account = "account", bank.code, account
        benefit.bank_branch = bank.branch
        if bank.former is not None:
            reading.note("bank_former_name", "bank", None, change=bank.former.note)
