"""The slip of a person, and the calendar of a month.

Thuật ngữ: phiếu báo chi trả; lịch chi trả. Căn cứ: khoản 4, 5 Điều 28 Nghị định 335/2026/NĐ-CP.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.contracts.benefits import payee_text
from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.payroll.domain import SlipNotFound
from disbursement.payroll.service.rules import PaymentRule, rule
from disbursement.payroll.store import slips as store
from disbursement.sql import Record


@dataclass(frozen=True, slots=True)
class SlipLine:
    """What a person gets of one benefit; `text` says it, and why it changed, in words."""

    benefit: str
    regular: int
    arrears: int
    carried: int
    total: int
    previous: int | None
    text: str


@dataclass(frozen=True, slots=True)
class PersonSlip:
    """All that a person gets in a month."""

    person_id: UUID
    full_name: str
    month: Month
    total: int
    lines: tuple[SlipLine, ...]


@dataclass(frozen=True, slots=True)
class ListProgress:
    """How far a commune's list is; `late`: not sealed before the day of the law."""

    commune_code: str
    state: str
    sealed_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class PaymentCalendar:
    """Days of a month's payment: the list is sealed before one, settled before the other."""

    month: Month
    list_before: date
    list_rule: PaymentRule
    settle_before: date
    settle_rule: PaymentRule
    lists: tuple[ListProgress, ...]


async def person_slip(session: AsyncSession, person_id: UUID, month: Month) -> PersonSlip:
    """Give the slip of a person: every benefit of the month, and why an amount changed.

    Raises:
        SlipNotFound: nothing is paid to the person, among the caller's communes.
    """
    rows = await store.slip(session, person_id, month.first_day)
    if not rows:
        raise SlipNotFound
    lines = tuple(
        SlipLine(
            row["benefit"], row["regular"], row["arrears"], row["carried"], row["total"],
            row["previous"], _words(row),
        )
        for row in rows
    )  # fmt: skip
    total = sum(line.total for line in lines)
    return PersonSlip(person_id, rows[0]["full_name"], month, total, lines)


async def payment_calendar(
    session: AsyncSession, month: Month, commune_code: str | None, today: date
) -> PaymentCalendar:
    """Give the days by which a month's list is sealed and settled, and how far each list is."""
    list_rule = await rule(session, "list_before_day", month.previous().first_day)
    settle_rule = await rule(session, "settle_before_day", month.first_day)
    list_before = month.previous().first_day.replace(day=list_rule.value)
    rows = await store.progress(session, month.first_day, commune_code)
    lists = tuple(
        ListProgress(
            row["commune_code"], row["state"], row["sealed_on"],
            late=(row["sealed_on"] or today) >= list_before,
        )
        for row in rows
    )  # fmt: skip
    return PaymentCalendar(
        month, list_before, list_rule, month.first_day.replace(day=settle_rule.value), settle_rule,
        lists,
    )  # fmt: skip


def _dong(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")


def _words(row: Record) -> str:
    """Say what is paid and why it differs from last month."""
    parts = []
    if row["regular"]:
        parts.append(f"{payee_text(row['benefit'])}: {_dong(row['regular'])}")
    if row["arrears"]:
        parts.append(f"truy lĩnh {row['arrears_months']} tháng: {_dong(row['arrears'])}")
    if row["carried"]:
        parts.append(f"kỳ trước chưa nhận: {_dong(row['carried'])}")
    text = "; ".join(parts)
    before, now = row["previous"], row["regular"]
    if row["one_off_id"] is not None or not now or before == now:
        return f"{text}."
    why = f" theo Quyết định {row['decision_number']}" if row["decision_number"] else ""
    if before is None:
        return f"{text}. Kỳ đầu được nhận{why}."
    change = "Tăng" if now > before else "Giảm"
    return f"{text}. {change} {_dong(abs(now - before))} so với tháng trước{why}."
