"""A fact that reveals HIV is told to the registry; nothing else ever learns it.

The story's list names such people in its category column. To them come marks that stand nowhere
else: recorded over HTTP, and written into the category of a second list. Then everything that the
installation keeps is searched for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

SERVICES = ("registry", "eligibility", "disbursement", "reporting")
NOTE, PAPER, ISSUER, LISTED = "DAUVETGHICHU", "DAUVETSOPHIEU", "DAUVETNOICAP", "DAUVETDANHSACH"
MARKS = (NOTE, PAPER, ISSUER, LISTED)
WORD = re.compile(r"(?<![0-9A-Za-z+/=_-])(?:hiv|aids)(?![0-9A-Za-z+/=_-])", re.IGNORECASE)
ADDRESS = "/registry/v1/sealed-facts"
WHY = {"purpose": "review", "reason": "Rà soát hồ sơ theo kế hoạch"}
HEADINGS = (
    "STT,Họ và tên,Ngày sinh,Giới tính,Số định danh/CMND,Thôn,Loại đối tượng,Hệ số,Mức hưởng,"
    "Số quyết định,Ngày quyết định,Hình thức nhận,Số tài khoản,Ngân hàng,Điện thoại,Ghi chú"
)
ROW = (
    "1,Lò Văn Dấu,05/05/1985,Nam,003085000017,Thôn 3,Người nhiễm HIV/AIDS thuộc hộ nghèo"
    f" {LISTED},1.5,810000,77/QĐ-UBND,01/09/2026,Tiền mặt,,,,"
)
LISTED_NUMBER = "003085000017"


@dataclass(frozen=True)
class Sealing:
    """What was sealed, and what the keeper is shown."""

    personal_id: str
    shown: dict[str, Any]
    listed: dict[str, Any]


@pytest.fixture(scope="module")
def sealing(story: Any, settle: Any, tmp_path_factory: pytest.TempPathFactory) -> Sealing:
    """Seal marked facts after the story, then go on: a second list, reads, counts, the next month."""
    settle()
    personal_id = next(
        person["truth"]["personal_id"]
        for person, row in story.accepted
        if person["truth"].get("life", {}).get("sealed") and person["truth"]["personal_id"]
    )
    call = story.client.call
    body = {"personal_id": personal_id, "paper_kind": "Phiếu", "paper_number": PAPER}
    call(
        "giu_ho_so",
        "POST",
        ADDRESS,
        json=body | {"paper_issuer": ISSUER, "note": NOTE},
        key="scenario-sealed-record",
    )
    file = tmp_path_factory.mktemp("sealed") / "danh-sach-bo-sung.csv"
    file.write_text(f"{HEADINGS}\n{ROW}\n", encoding="utf-8")
    receipt = story.stage.import_file(
        "can_bo", file, kind="beneficiary_list", commune_code="25000", list_month="2026-12"
    )
    listed = story.stage.finish("can_bo", receipt)
    count = {"commune_code": "25000", "on": "2026-12-31", **WHY}
    call("giu_ho_so", "POST", f"{ADDRESS}/counts", json=count)
    settle()
    call(
        "ke_toan",
        "POST",
        "/disbursement/v1/payment-lists",
        json={"commune_code": "25000", "month": "2027-01"},
        key="scenario-january",
    )
    settle()
    asked = {"personal_id": personal_id, **WHY}
    shown = call("giu_ho_so", "POST", f"{ADDRESS}/read", json=asked).json()
    return Sealing(personal_id, shown, listed)


def names_in(text: str) -> list[str]:
    """Give the marks that a text holds, as they stand or as hexadecimal digits."""
    lowered = text.lower()
    return [mark for mark in MARKS if mark.lower() in lowered or mark.encode().hex() in lowered]


def files_of(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Give every file with its bytes; servers at work remove some while we read."""
    for folder in folders:
        for file in folder.rglob("*"):
            try:
                if file.is_file():
                    yield file, file.read_bytes()
            except FileNotFoundError:
                continue


def test_the_keeper_reads_what_was_sealed(story: Any, sealing: Sealing) -> None:
    shown = sealing.shown
    assert (shown["note"], shown["paper_number"], shown["paper_issuer"]) == (NOTE, PAPER, ISSUER)
    assert sealing.listed["counts"]["created"] == 1, sealing.listed
    asked = {"personal_id": LISTED_NUMBER, **WHY}
    answer = story.client.call("giu_ho_so", "POST", f"{ADDRESS}/read", json=asked)
    assert answer.status_code == 200


def test_the_marks_stand_in_no_table(story: Any, sealing: Sealing) -> None:
    found = {service: names_in(story.stage.contents(service)) for service in SERVICES}
    assert found == {service: [] for service in SERVICES}
    # The search looks at the right installation: the person is there, and so is the neutral code.
    told = story.stage.query(
        "registry",
        "SELECT content ->> 'code' AS code FROM circumstance WHERE kind = 'neutral'",
    )
    codes = {row["code"] for row in told}
    assert len(codes) == 1
    assert codes.pop() in story.stage.contents("eligibility")


@pytest.mark.parametrize("service", SERVICES)
def test_no_table_names_the_illness(story: Any, sealing: Sealing, service: str) -> None:
    lines = [line[:200] for line in story.stage.contents(service).splitlines() if WORD.search(line)]
    assert lines == []


def test_no_file_of_the_installation_holds_a_mark(story: Any, sealing: Sealing) -> None:
    """Tables and their log, streams, service logs, stand-ins, what was written for banks."""
    home = story.stage.home
    marks = [mark.encode() for mark in MARKS]
    number = sealing.personal_id.encode()
    holding, with_number = [], 0
    for file, content in files_of(home.data, home.logs, story.output):
        with_number += number in content
        if any(mark in content for mark in marks):
            holding.append(str(file.relative_to(file.anchor)))
    # The search can find what is there: the person's number stands in tables and streams.
    assert with_number > 1
    assert holding == []


def test_no_log_and_no_metric_names_the_illness(story: Any, sealing: Sealing) -> None:
    texts = {
        log.name: log.read_text(encoding="utf-8", errors="replace")
        for log in story.stage.home.logs.glob("*.log")
    }
    for service in SERVICES:
        address = getattr(story.client.addresses, service)
        texts[f"{service} metrics"] = story.client.http.get(f"{address}/metrics").text
    assert {"registry.log", "registry metrics"} <= texts.keys()
    assert [name for name, text in texts.items() if WORD.search(text) or names_in(text)] == []


def test_every_read_is_on_record_with_its_reason(story: Any, sealing: Sealing) -> None:
    rows = story.stage.query(
        "registry",
        "SELECT actor, detail::text AS detail FROM audit_entry WHERE action = 'sealed_fact.read'",
    )
    assert rows
    assert all(WHY["reason"] in row["detail"] for row in rows)


def test_nobody_else_may_ask(story: Any, sealing: Sealing) -> None:
    asked = {"personal_id": sealing.personal_id, **WHY}
    for user in ("can_bo", "chu_tich", "ke_toan", "so_y_te", "van_hanh"):
        answer = story.client.attempt(user, "POST", f"{ADDRESS}/read", json=asked)
        assert answer.status_code == 403, user
