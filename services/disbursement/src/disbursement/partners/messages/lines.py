"""What a line must be before our books are asked: its own words, without a database.

Each check gives the code of the first thing that is wrong. A wrong line counts for nothing and
stands as an exception; the other lines of the message are not touched by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from disbursement.partners.domain import REASONS
from disbursement.partners.messages.message import Kind, ResultEntry

AMOUNT_MAX = 10**15
REFERENCE_CHARACTERS_MAX = 35
REASON_CHARACTERS_MAX = 40
CURRENCY = "VND"
OUTCOMES = frozenset({"accepted", "paid", "failed", "uncollected", "returned"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)

LINE_PROBLEMS: Mapping[str, str] = {
    "entry_invalid": "Dòng không phải một đối tượng có đủ các thành phần bắt buộc",
    "key_repeated": "Dòng có hai thành phần cùng tên",
    "end_to_end_id_invalid": "Mã đối chiếu trống hoặc dài quá 35 ký tự",
    "outcome_unknown": "Kết quả không thuộc danh mục",
    "amount_invalid": "Số tiền phải là số nguyên dương, không phải chuỗi hay giá trị logic",
    "currency_not_vnd": "Đồng tiền khác VND",
    "settled_on_missing": "Đã chi nhưng không ghi ngày",
    "settled_on_invalid": "Ngày không đúng dạng YYYY-MM-DD",
    "settled_on_in_future": "Ngày chi ở tương lai",
    "settled_before_sealing": "Ngày chi trước ngày niêm phong danh sách",
    "reason_missing": "Không chi được nhưng không ghi lý do",
    "reason_unknown": "Mã lý do không thuộc danh mục",
    "list_reference_missing": "Thông điệp không ghi mã danh sách",
    "list_reference_unknown": "Không có danh sách nào mang mã này được giao cho đơn vị",
    "line_not_in_list": "Dòng không thuộc danh sách mà thông điệp nêu",
    "unknown_reference": "Không có khoản chi nào mang mã đối chiếu này",
    "duplicate_in_message": "Mã đối chiếu đã xuất hiện ở một dòng trước của thông điệp",
    "amount_differs": "Số tiền khác với số tiền của dòng trong danh sách",
    "repeat": "Kết quả này đã được ghi nhận",
    "late": "Kết quả cũ hơn kết quả đã ghi nhận",
    "contradiction": "Kết quả trái với kết quả đã ghi nhận, chờ người có trách nhiệm quyết định",
    "beneficiary_deceased": "Đơn vị chi trả báo người hưởng đã mất",
}
"""Code of a line's outcome -> what it means, for the partner and for the officer."""


@dataclass(frozen=True, slots=True)
class LineRules:
    """What the lines of one message are read with."""

    kind: Kind
    today: date
    reasons: Mapping[str, str]
    """Reason codes that this partner may use: ISO 20022 and its own."""


def read_line(content: Any, rules: LineRules) -> ResultEntry:
    """Read one line of a message; a wrong one has `problem` and counts for nothing."""
    if not isinstance(content, Mapping):
        return ResultEntry("", "", 0, None, None, "entry_invalid")
    reference = content.get("end_to_end_id")
    outcome = content.get("outcome")
    amount = content.get("amount")
    reason = content.get("reason_code")
    settled = _day(content.get("settled_on"))
    entry = ResultEntry(
        str(reference) if _is_reference(reference) else "",
        outcome if isinstance(outcome, str) and outcome in OUTCOMES else "",
        int(amount) if amount is not None and is_amount(amount) else 0,
        reason if isinstance(reason, str) and len(reason) <= REASON_CHARACTERS_MAX else None,
        settled,
        bank_reference=_bank_reference(content.get("bank_reference")),
    )
    problem = _problem(content, entry, rules)
    if problem is None:
        return entry
    return ResultEntry(
        entry.end_to_end_id, entry.outcome, entry.amount, entry.reason_code, settled, problem
    )


def is_amount(value: Any) -> bool:
    """Tell whether a JSON value is an amount: a positive whole number, no text and no boolean."""
    return type(value) is int and 0 < value <= AMOUNT_MAX


def known_reasons(profile: Mapping[str, Any]) -> Mapping[str, str]:
    """Give the reason codes that are understood, a partner's own ones on top."""
    return {**REASONS, **profile.get("reasons", {})}


def _problem(content: Mapping[str, Any], entry: ResultEntry, rules: LineRules) -> str | None:
    checks = (
        ("key_repeated", getattr(content, "repeated", False)),
        ("end_to_end_id_invalid", not entry.end_to_end_id),
        ("outcome_unknown", not entry.outcome),
        ("amount_invalid", not entry.amount),
        ("currency_not_vnd", content.get("currency", CURRENCY) != CURRENCY),
        ("settled_on_invalid", entry.settled_on is None and content.get("settled_on") is not None),
        ("settled_on_missing", entry.settled_on is None and _needs_day(entry.outcome, rules.kind)),
        ("settled_on_in_future", entry.settled_on is not None and entry.settled_on > rules.today),
        ("reason_missing", entry.outcome == "failed" and content.get("reason_code") is None),
        ("reason_unknown", not _reason_is_known(content.get("reason_code"), entry.outcome, rules)),
    )
    return next((code for code, wrong in checks if wrong), None)


def _needs_day(outcome: str, kind: Kind) -> bool:
    return outcome == "paid" or kind == "statement"


def _reason_is_known(code: Any, outcome: str, rules: LineRules) -> bool:
    if code is None or outcome in {"paid", "accepted"} or rules.kind == "statement":
        return True
    return isinstance(code, str) and code in rules.reasons


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= REFERENCE_CHARACTERS_MAX


def _bank_reference(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= REFERENCE_CHARACTERS_MAX else ""


def _day(value: Any) -> date | None:
    if not isinstance(value, str) or not _DAY.match(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
