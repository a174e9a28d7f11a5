"""Chapters 1 to 3: the list comes in, deaths become known, people are verified."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandbox.demo.case import Case
from sandbox.demo.client import Client
from sandbox.demo.console import bar, chapter, line, say, table
from sandbox.demo.settled import wait_for_events
from sandbox.demo.words import FILE_FINDINGS, VERIFICATION, words_of

OUTCOMES = {
    "created": "ghi mới",
    "updated": "cập nhật",
    "unchanged": "không đổi",
    "refused": "từ chối",
}
EXAMPLES = 5
"""How many rows of the list are shown; the error workbook has all of them."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


DIFFICULT = {"decision_number": "861/QĐ-TTg", "decision_date": "2021-06-04"}
"""A decision that lists specially difficult communes; that it names this one is invented."""


def classify_commune(client: Client, case: Case) -> None:
    """Record that the commune is specially difficult: children under 3 depend on it (5.7)."""
    client.clock_to(case.received)
    client.call(
        "can_bo", "POST", "/registry/v1/areas/communes/describe", key="describe-communes", json={}
    )
    if not case.is_difficult:
        return
    client.call(
        "can_bo", "POST", f"/registry/v1/areas/communes/{case.commune_code}/difficulty",
        key=f"{case.commune_code}-difficult",
        json={"difficult": True, "valid_from": DIFFICULT["decision_date"], **DIFFICULT},
    )  # fmt: skip
    wait_for_events(client)


def receive_list(client: Client, case: Case) -> None:
    """Take in the commune's own spreadsheet and show every row that was not clean."""
    chapter(1, f"Nhận danh sách chi trả tháng 11/2026 của {case.commune_name}", "12/11/2026")
    imported = _import(client, case, "beneficiary_list", case.workbook.name, XLSX)
    rows = list(
        client.pages(
            "can_bo", f"/registry/v1/imports/{imported['import_id']}/rows", has_findings=True
        )
    )
    kinds: dict[str, dict[str, Any]] = {}
    for row in rows:
        for finding in row["findings"]:
            kinds.setdefault(finding["code"], {**finding, "row": row})
    counts = Counter[str](imported["findings"]).most_common()
    table(
        "Những điều cần lưu ý trong danh sách",
        ("Nội dung", "Số dòng"),
        [(_first_sentence(kinds[code]["message"]) if code in kinds
          else words_of(FILE_FINDINGS, code), count)
         for code, count in counts],
    )  # fmt: skip
    for code in list(kinds)[:EXAMPLES]:
        found = kinds[code]
        line(
            f"ví dụ, dòng {found['row']['row_number']} ({OUTCOMES[found['row']['outcome']]}):"
            f" {_first_sentence(found['message'])}"
        )
    say(f"mọi dòng ở tệp {case.workbook.name}, tệp lỗi tải từ /registry/v1/imports")
    wait_for_events(client)


def receive_deaths(client: Client, case: Case) -> None:
    """Take in the civil-status death notices."""
    chapter(2, "Nhận thông báo khai tử từ hộ tịch", "12/11/2026")
    imported = _import(client, case, "death_notices", case.deaths.name, "text/csv")
    rows = client.pages(
        "can_bo", f"/registry/v1/imports/{imported['import_id']}/rows", has_findings=True
    )
    texts = Counter(
        _first_sentence(finding["message"]) for row in rows for finding in row["findings"]
    )
    for text, count in sorted(texts.items()):
        say(f"{text}: {count}")
    wait_for_events(client)


def _first_sentence(message: str) -> str:
    return message.split(". ", maxsplit=1)[0].rstrip(".")


def verify_people(client: Client, case: Case) -> None:
    """Check everybody against the population database."""
    chapter(3, "Đối chiếu với Cơ sở dữ liệu quốc gia về dân cư", "12/11/2026")
    started = client.call(
        "can_bo",
        "POST",
        "/registry/v1/verifications",
        json={"commune_code": case.commune_code},
        key=case.key("verify"),
    ).json()
    with bar("đối chiếu") as move:
        done = client.finish("can_bo", f"/registry/v1/operations/{started['operation_id']}", move)
    result: dict[str, Any] = done.get("result") or {}
    counts = sorted(
        (words_of(VERIFICATION, name), n) for name, n in result.items() if isinstance(n, int)
    )
    table("Kết quả đối chiếu", ("Kết quả", "Số người"), counts)
    wait_for_events(client)


def _import(client: Client, case: Case, kind: str, name: str, media: str) -> dict[str, Any]:
    file = case.folder / name
    form = {"kind": kind, "commune_code": case.commune_code}
    if kind == "beneficiary_list":
        form |= {"list_month": case.list_month, "paid_since": case.paid_since}
    started = client.call(
        "can_bo",
        "POST",
        "/registry/v1/imports",
        data=form,
        files={"file": (name, file.read_bytes(), media)},
        key=case.key(kind),
    ).json()
    if started["state"] == "needs_mapping":
        shown = client.get("can_bo", f"/registry/v1/imports/{started['import_id']}/mapping")
        say(f"mẫu mới: cán bộ xem {len(shown['columns'])} cột được đề xuất và xác nhận")
    started = client.confirm_layout("can_bo", started, case.key(f"{kind}-mapping"))
    with bar(f"nhập {name}") as move:
        client.finish("can_bo", f"/registry/v1/operations/{started['operation_id']}", move)
    imported: dict[str, Any] = client.get("can_bo", f"/registry/v1/imports/{started['import_id']}")
    counts = imported["counts"]
    say(
        f"{imported['rows']} dòng: "
        + ", ".join(f"{OUTCOMES.get(name, name)} {count}" for name, count in counts.items())
    )
    return imported
