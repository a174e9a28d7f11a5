"""Chapters 7 to 9: the list of December, its payment through two partners, its proof."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from sandbox.demo.case import Case
from sandbox.demo.client import Client, DemoError, wait_until
from sandbox.demo.console import chapter, dong, say, table
from sandbox.demo.settled import wait_for_events
from sandbox.demo.words import CHANGES, REASONS, STATES, words_of

MONEY = "/disbursement/v1"
PARTNERS = {"agribank": "ngân hàng", "vnpost": "bưu điện"}
DESKS = ("bank", "post")


def build_and_seal(client: Client, case: Case) -> dict[str, Any]:
    """Build the list, compare it with last month, have another person approve it, seal it."""
    client.clock_to(case.sealed)
    chapter(7, "Danh sách chi trả tháng 12/2026, có truy lĩnh", "20/11/2026")
    confirm_payees(client, case)
    built = client.call(
        "ke_toan", "POST", f"{MONEY}/payment-lists", key=case.key("list"),
        json={"commune_code": case.commune_code, "month": case.pay_month},
    ).json()  # fmt: skip
    path = f"{MONEY}/payment-lists/{built['list_id']}"
    compared = client.get("ke_toan", f"{path}/compare")
    table(
        "So với tháng trước",
        ("Thay đổi", "Số dòng"),
        sorted((words_of(CHANGES, name), count) for name, count in compared["counts"].items()),
    )
    held = Counter(
        words_of(REASONS, row["reason"] or row["code"])
        for row in client.pages("ke_toan", f"{path}/exceptions")
    )
    table("Không chi hoặc cần lưu ý", ("Lý do", "Số trường hợp"), sorted(held.items()))
    current = client.get("kiem_soat", path)
    refused = client.attempt(
        "ke_toan", "POST", f"{path}/approve", key=case.key("approve-own"),
        json={"content_hash": current["content_hash"], "reason": "tự duyệt"},
    )  # fmt: skip
    if refused.is_success:
        raise DemoError("người lập không được tự duyệt danh sách của mình")
    say(f"người lập tự duyệt: bị từ chối ({refused.status_code} {refused.json()['code']})")
    client.call(
        "kiem_soat", "POST", f"{path}/approve", key=case.key("approve"),
        json={
            "content_hash": current["content_hash"],
            "accounts_hash": current["accounts_hash"],
            "reason": "Đã so với tháng trước",
        },
    )  # fmt: skip
    client.call("ke_toan", "POST", f"{path}/seal", key=case.key("seal"), json={})
    sealed: dict[str, Any] = client.get("ke_toan", path)
    say(f"đã khóa: {sealed['lines']} dòng, {dong(sealed['total'])} đồng")
    say(f"mã băm nội dung {sealed['content_hash']}")
    return sealed


def confirm_payees(client: Client, case: Case) -> None:
    """A second person confirms where money goes: new people at once, changes one by one."""
    place = {"commune_code": case.commune_code}
    seen = client.get("kiem_soat", f"{MONEY}/payment-changes/first-choices", **place)
    if seen["changes"]:
        client.call(
            "kiem_soat", "POST", f"{MONEY}/payment-changes/first-choices/confirm",
            key=f"{case.key('payees')}-{seen['content_hash'][:16]}",
            json={
                **place,
                "content_hash": seen["content_hash"],
                "reason": "Đã đối chiếu với danh sách có chữ ký của xã",
            },
        )  # fmt: skip
    say(
        f"người thứ hai xác nhận nơi nhận tiền của người mới: {seen['accounts']} tài khoản, "
        f"{seen['payees']} người nhận thay"
    )
    for change in client.pages("kiem_soat", f"{MONEY}/payment-changes", **place):
        client.call(
            "kiem_soat", "POST", f"{MONEY}/payment-changes/{change['change_id']}/confirm",
            key=f"confirm-{change['change_id']}", json={"reason": "Đã xác minh với người hưởng"},
        )  # fmt: skip
        say(f"xác nhận thay đổi: {change['before']} → {change['after']}")


def pay(client: Client, case: Case, sealed: dict[str, Any]) -> None:
    """Both partners take their list, and tell day by day what became of each payment."""
    chapter(8, "Chi trả qua ngân hàng và bưu điện", "20/11 đến 4/12/2026")
    path = f"{MONEY}/payment-lists/{sealed['list_id']}"

    def delivered() -> bool:
        deliveries = client.get("ke_toan", path)["deliveries"]
        return bool(deliveries) and all(d["state"] == "sent" for d in deliveries)

    wait_until(delivered, "ngân hàng và bưu điện nhận danh sách")
    for delivery in client.get("ke_toan", path)["deliveries"]:
        say(f"{PARTNERS[delivery['partner']]} đã nhận {delivery['lines']} dòng, "
            f"{dong(delivery['total'])} đồng")  # fmt: skip
    for instant in case.results:
        client.clock_to(instant)
        _wait_for_messages(client, instant[:10], f"kết quả ngày {instant[:10]}")
    wait_for_events(client)
    results: Counter[tuple[str, str]] = Counter()
    for line in client.pages("ke_toan", f"{path}/lines"):
        results[(line["state"], line.get("failure_reason") or "")] += 1
    table(
        "Kết quả từng dòng",
        ("Trạng thái", "Lý do", "Số dòng"),
        [
            (words_of(STATES, state), words_of(REASONS, reason), count)
            for (state, reason), count in sorted(results.items())
        ],
    )


def reconcile(client: Client, case: Case) -> None:
    """List, results and statement are compared reference by reference."""
    client.clock_to(case.reconciled)
    chapter(9, "Sao kê và đối soát ba bên", "18/12/2026")
    _wait_for_messages(client, case.reconciled[:10], "sao kê của ngân hàng và bưu điện")
    made = client.call(
        "ke_toan", "POST", f"{MONEY}/reconciliations", key=case.key("reconcile"),
        json={"commune_code": case.commune_code, "month": case.pay_month},
    ).json()  # fmt: skip
    table(
        "Đối soát",
        ("Đơn vị chi trả", "Khớp (dòng)", "Khớp (đồng)", "Chuyển kỳ sau", "Chưa giải thích"),
        [
            (
                PARTNERS[side["partner"]],
                side["matched_lines"],
                side["matched_amount"],
                side["carried_lines"],
                side["unexplained_lines"],
            )
            for side in made["partners"]
        ],
    )
    wait_for_events(client)


def write_files(client: Client, case: Case, sealed: dict[str, Any], output: Path) -> None:
    """Fetch the list, the partners' files and the report, and write them to the folder."""
    path = f"{MONEY}/payment-lists/{sealed['list_id']}/file"
    month = case.pay_month
    wanted = {
        f"danh-sach-chi-tra-{month}.csv": {"format": "csv"},
        f"ngan-hang-{month}.pain.001.xml": {"partner": "agribank"},
        f"buu-dien-{month}.csv": {"partner": "vnpost"},
    }
    for name, parameters in wanted.items():
        answer = client.call("ke_toan", "GET", path, params=parameters)
        (output / name).write_bytes(answer.content)
    report = client.call(
        "ke_toan", "POST", "/reporting/v1/reports", key=case.key("report"),
        json={"kind": "monthly_payment", "commune_code": case.commune_code, "month": month},
    ).json()  # fmt: skip
    answer = client.call("ke_toan", "GET", f"/reporting/v1/reports/{report['report_id']}/file")
    (output / f"bao-cao-chi-tra-{month}.xlsx").write_bytes(answer.content)
    paper = client.call(
        "ke_toan", "GET", f"/reporting/v1/reports/{report['report_id']}/file",
        params={"format": "docx"},
    )  # fmt: skip
    (output / f"bao-cao-chi-tra-{month}.docx").write_bytes(paper.content)


def _wait_for_messages(client: Client, day: str, what: str) -> None:
    """Wait until both partners have delivered every message that was due by that day."""

    def told() -> bool:
        return all(
            message["taken"]
            for desk in DESKS
            for message in client.world(f"/{desk}/messages")
            if message["due_on"] <= day
        )

    wait_until(told, what)
