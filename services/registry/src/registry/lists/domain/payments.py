"""Refusals about how a person wants to be paid."""

from __future__ import annotations

from common.kernel.errors import InvalidInput


class BankUnknown(InvalidInput, code="bank_unknown", title="Chưa nhận ra tên ngân hàng"):
    """The bank's name is in no list of ours."""


class CashOnly(
    InvalidInput,
    code="account_incomplete",
    title="Nhận qua tài khoản cần có số tài khoản và tên ngân hàng",
):
    """An account needs its number and its bank; otherwise the person is paid in cash."""
