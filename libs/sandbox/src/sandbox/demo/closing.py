"""The closing table: people and money by group, arrears, cashless rate, failed, carried, ledger."""

from __future__ import annotations

from typing import Any

from sandbox.demo.case import Case
from sandbox.demo.client import Client, DemoError
from sandbox.demo.console import console, table


def closing_table(client: Client, case: Case, sealed: dict[str, Any]) -> dict[str, object]:
    """Fetch every figure from the services, show them, and give them.

    Raises:
        DemoError: the ledger does not balance, or a partner paid other than it was told.
    """
    figures: dict[str, Any] = client.get(
        "ke_toan",
        "/reporting/v1/indicators",
        commune_code=case.commune_code,
        month=case.pay_month,
    )
    ledger = client.get("ke_toan", "/disbursement/v1/ledger/check")
    console.print("\n[bold]BẢNG KẾT THÚC[/]")
    table(
        "Người và tiền theo nhóm",
        ("Nhóm", "Người", "Tháng này", "Truy lĩnh", "Tổng cộng"),
        [
            (g["label"], g["people"], g["regular"], g["arrears"], g["total"])
            for g in figures["by_group"]
        ],
    )
    paid = sum(
        outcome["total"]
        for desk in ("bank", "post")
        for outcome in client.world(f"/{desk}/books")["outcomes"]
        if outcome["outcome"] == "paid"
    )
    total = figures["total"]
    rows = [
        ("Tổng số người trong danh sách", total["people"]),
        ("Tổng số tiền trong danh sách (đồng)", total["total"]),
        ("Trong đó truy lĩnh (đồng)", total["arrears"]),
        ("Đã chi (đồng)", total["paid_amount"]),
        ("Tỷ lệ chi trả không dùng tiền mặt", _percent(figures["cashless_rate"])),
        ("Chuyển khoản không thành công (người)", figures["failed"]["people"]),
        ("Chuyển khoản không thành công (đồng)", figures["failed"]["amount"]),
        ("Chưa nhận, chuyển tháng sau (người)", figures["carried"]["people"]),
        ("Chưa nhận, chuyển tháng sau (đồng)", figures["carried"]["amount"]),
        ("Vụ việc thu hồi", figures["recoveries"]["cases"]),
        ("Tiền phải thu hồi (đồng)", figures["recoveries"]["amount"]),
        ("Sổ cái: chênh lệch Nợ - Có (đồng)", ledger["difference"]),
        ("Ngân hàng và bưu điện nói đã chi (đồng)", paid),
    ]
    table("Chỉ tiêu", ("Chỉ tiêu", "Giá trị"), [(name, _shown(value)) for name, value in rows])
    if ledger["difference"] != 0:
        raise DemoError("sổ cái không cân")
    if paid != total["paid_amount"]:
        raise DemoError("số đã chi khác với sổ của ngân hàng và bưu điện")
    # When the figures last changed is no figure: two runs with the same payments agree without it.
    figures.pop("updated_at", None)
    return {"content_hash": sealed["content_hash"], "ledger": ledger, "figures": figures}


def _percent(rate: dict[str, Any]) -> str:
    shown = f"{rate['percent'] or 'chưa có'} %".replace(".", ",")
    return f"{shown} (tạm tính)" if rate["provisional"] else shown


def _shown(value: object) -> str:
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)
