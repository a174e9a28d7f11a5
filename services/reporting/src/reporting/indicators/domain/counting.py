"""How the figures of a period are put together from sums of list lines."""

from __future__ import annotations

from collections.abc import Sequence

from reporting.indicators.domain.figures import (
    ArrearsMonths,
    Breakdown,
    Figures,
    Group,
    Outcome,
    Rate,
    Scope,
    Slice,
    Tally,
)
from reporting.indicators.domain.periods import Period
from reporting.indicators.domain.sums import Sums

FAILED = "failed"
CARRIED = "carried"
"""Heading for every outcome whose money moves to the next month's list."""
MOVES_ON = ("uncollected", "carried")
"""Outcomes under the heading `carried` (chưa nhận, chuyển kỳ sau)."""
PENDING = "pending"
"""A line of a sealed list without any result so far."""
CASHLESS_METHODS = ("account",)
"""Methods that need no cash (tài khoản ngân hàng, tài khoản an sinh xã hội)."""
UNKNOWN = "unknown"


def assemble(scope: Scope, period: Period, sums: Sums) -> Figures:
    """Make figures from sums; an axis without rows gives empty figures."""
    lines = sums.lines
    with_arrears = _only(lines["arrears"])
    by_months = sorted(
        (ArrearsMonths(int(_key(row)), row.people, row.arrears) for row in lines["arrears_months"]),
        key=lambda row: row.months,
    )
    return Figures(
        scope=scope,
        period=period,
        total=_slice("total", _only(lines["total"])),
        by_group=groups(lines["group"], lines["provision"]),
        by_method=tuple(_slice(_key(row), row) for row in lines["method"]),
        by_partner=tuple(_slice(_key(row), row) for row in lines["partner"]),
        arrears=ArrearsMonths(
            sum(int(_key(row)) * row.lines for row in lines["arrears_months"]),
            with_arrears.people,
            with_arrears.arrears,
        ),
        arrears_by_months=tuple(by_months),
        failed=outcome(FAILED, lines["outcome"], lines["reason"]),
        carried=outcome(CARRIED, lines["outcome"], lines["reason"]),
        pending=outcome(PENDING, lines["outcome"], ()).total,
        standing=sums.standing,
    )


def groups(totals: Sequence[Breakdown], provisions: Sequence[Breakdown]) -> tuple[Group, ...]:
    """Hang each provision under its group, both in the order of their codes."""
    return tuple(
        Group(
            _slice(_key(row), row),
            tuple(
                _slice(part.keys[1] or UNKNOWN, part)
                for part in provisions
                if part.keys[0] == row.keys[0]
            ),
        )
        for row in totals
    )


def outcome(code: str, totals: Sequence[Breakdown], reasons: Sequence[Breakdown]) -> Outcome:
    """Take one outcome with its reasons out of the breakdowns; absent means zero."""
    total = next((row for row in totals if _key(row) == code), _nothing())
    return Outcome(
        _tally(code, total),
        tuple(_tally(row.keys[1] or UNKNOWN, row) for row in reasons if row.keys[0] == code),
    )


def _only(rows: Sequence[Breakdown]) -> Breakdown:
    return next(iter(rows), _nothing())


def _key(row: Breakdown) -> str:
    return row.keys[0] or UNKNOWN


def _nothing() -> Breakdown:
    return Breakdown((), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def _slice(code: str, row: Breakdown) -> Slice:
    return Slice(
        code=code,
        lines=row.lines,
        people=row.people,
        male=row.male,
        female=row.female,
        sex_unknown=row.people - row.male - row.female,
        regular=row.regular,
        arrears=row.arrears,
        carried=row.carried,
        total=row.total,
        paid_people=row.paid_people,
        paid_amount=row.paid_amount,
        cashless=Rate(row.paid_cashless, row.paid_people),
        registered_cashless=Rate(row.cashless_people, row.people),
    )


def _tally(code: str, row: Breakdown) -> Tally:
    return Tally(code, row.people, row.lines, row.result_amount)
