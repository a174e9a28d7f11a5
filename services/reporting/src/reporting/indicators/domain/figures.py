"""Figures of a period: what was listed, what became of it, and what is still open.

Every figure that the API, the page and the workbook show is a field of `Figures`; none of them
counts anything itself. Money is whole đồng. A person with two lines counts once per heading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from reporting.indicators.domain.periods import Period

PAID_DEFINITION = (
    "Số người đã được chi trả qua tài khoản chia cho số người đã được chi trả trong kỳ;"
    " mỗi người tính một lần, người chưa có kết quả chi trả không tính."
)
REGISTERED_DEFINITION = (
    "Số người đăng ký nhận qua tài khoản chia cho số người trong danh sách chi trả của kỳ;"
    " mỗi người tính một lần."
)
"""Said wherever a rate stands, because the denominator decides what it means."""


def percentage(part: int, whole: int) -> Decimal | None:
    """Give `part` of `whole` in percent, two decimals, rounded half up; None of nothing."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def millions(amount: int) -> Decimal:
    """Round đồng to triệu đồng with one decimal, half up: only on output, never in between.

    Căn cứ: cột "Kinh phí (triệu đồng)" của Mẫu số 05 Nghị định 335/2026/NĐ-CP.
    """
    return (Decimal(amount) / 1_000_000).quantize(Decimal("0.1"), ROUND_HALF_UP)


UNNAMED_PROVINCE = "tỉnh"
"""Said until the registry has told the province's name."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: one commune, the communes of an officer, or the whole province (None)."""

    communes: tuple[str, ...] | None
    names: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Commune code -> full name ("xã Di Linh"), as far as it is known."""
    province_name: str = UNNAMED_PROVINCE

    def name_of(self, code: str) -> str:
        """Give `Xã Di Linh`, or the code with a word before it where no name is known."""
        name = self.names.get(code)
        return f"Xã, phường mã {code}" if name is None else name[:1].upper() + name[1:]

    def words(self) -> str:
        """Say whose figures these are: `Xã Di Linh`, `Toàn tỉnh Lâm Đồng`, `Các xã, phường: ...`."""
        if self.communes is None:
            return f"Toàn {self.province_name}"
        names = [self.name_of(code) for code in self.communes]
        return names[0] if len(names) == 1 else f"Các xã, phường: {', '.join(names)}"

    @property
    def kind(self) -> Literal["commune", "communes", "province"]:
        """`province`, `commune` or `communes`."""
        if self.communes is None:
            return "province"
        return "commune" if len(self.communes) == 1 else "communes"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Sums of list lines that share a key; `keys` is empty for the total."""

    keys: tuple[str | None, ...]
    lines: int
    people: int
    male: int
    female: int
    regular: int
    arrears: int
    carried: int
    total: int
    paid_people: int
    paid_cashless: int
    paid_amount: int
    result_amount: int
    cashless_people: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole, both in people.

    Thuật ngữ: tỷ lệ chi trả không dùng tiền mặt. Căn cứ: khoản 1 Điều 28 Nghị định
    335/2026/NĐ-CP (ưu tiên chi trả qua tài khoản).
    """

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """Percent with two decimals; None while the whole is empty."""
        return percentage(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Slice:
    """People and money under one heading. `carried` came over from earlier months."""

    code: str
    lines: int
    people: int
    male: int
    female: int
    sex_unknown: int
    regular: int
    arrears: int
    carried: int
    total: int
    paid_people: int
    paid_amount: int
    cashless: Rate
    registered_cashless: Rate


@dataclass(frozen=True, slots=True)
class Group:
    """A group of beneficiaries and its provisions (nhóm đối tượng và điểm, khoản)."""

    total: Slice
    provisions: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many and how much under one code."""

    code: str
    people: int
    lines: int
    amount: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of lines, with the reasons that partners gave."""

    total: Tally
    reasons: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class ArrearsMonths:
    """People whose line contains arrears of so many months."""

    months: int
    people: int
    amount: int


@dataclass(frozen=True, slots=True)
class Lists:
    """Sealed lists of the period and what their heads announce."""

    sealed: int
    announced_lines: int
    announced_total: int
    last_sealed_on: date | None


@dataclass(frozen=True, slots=True)
class Deaths:
    """Deaths known: dated in the period, and dated up to its last day."""

    in_period: int
    to_date: int


@dataclass(frozen=True, slots=True)
class EntitlementCount:
    """Entitlements of one status and reason, as they stand now."""

    status: str
    reason: str | None
    entitlements: int
    people: int


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A partner's three-way reconciliation of the period, over all lists in scope."""

    partner: str
    matched_lines: int
    matched_amount: int
    unexplained_lines: int
    unexplained_amount: int
    carried_lines: int
    carried_amount: int
    reconciled_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What does not come from the lines of a list."""

    lists: Lists
    recoveries: tuple[Tally, ...]
    recovery_total: Tally
    deaths: Deaths
    entitlements: tuple[EntitlementCount, ...]
    verification: tuple[Tally, ...]
    reconciliations: tuple[Reconciled, ...]
    updated_at: datetime | None

    @property
    def held(self) -> int:
        """Entitlements of which nothing may be paid until a person decides."""
        return sum(row.entitlements for row in self.entitlements if row.status == "held")


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a scope and a period."""

    scope: Scope
    period: Period
    total: Slice
    by_group: tuple[Group, ...]
    by_method: tuple[Slice, ...]
    by_partner: tuple[Slice, ...]
    arrears: ArrearsMonths
    arrears_by_months: tuple[ArrearsMonths, ...]
    failed: Outcome
    carried: Outcome
    pending: Tally
    standing: Standing

    @property
    def counted(self) -> bool:
        """True when every announced line and đồng of the sealed lists is counted."""
        lists = self.standing.lists
        return (lists.announced_lines, lists.announced_total) == (
            self.total.lines,
            self.total.total,
        )

    @property
    def lines_with_result(self) -> int:
        """Lines of which the outcome is known."""
        return self.total.lines - self.pending.lines

    @property
    def complete(self) -> bool:
        """True when lists are sealed, all their lines counted, and all results known.

        A rate or sum of a period that is not complete is provisional (số liệu tạm tính).
        """
        return self.standing.lists.sealed > 0 and self.counted and self.pending.lines == 0

    @property
    def counted_in_several_groups(self) -> int:
        """How often people count again in a second group: the groups' people minus the total's.

        The reason why the rows of the groups add up to more than the total (một người hưởng nhiều
        chế độ).
        """
        return sum(group.total.people for group in self.by_group) - self.total.people
