"""The law's own data: what is unverified is listed, what changed is told, broken files are refused."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from eligibility.law.domain.changelog import VERIFIED, changelog, counted, unverified
from eligibility.law.domain.documents import Document
from eligibility.law.domain.parameters import LawFileInvalid
from eligibility.law.store import build_law, load_law, read_documents

_NUMBER = re.compile(r"(?<!\d)\d{1,6}/\d{4}/[A-ZĐ][\w-]*")


def cited_numbers(text: str) -> tuple[str, ...]:
    """Give the document numbers that a citation names."""
    return tuple(_NUMBER.findall(text))


def mistaken(register: Mapping[str, Document], number: str) -> Document | None:
    """Give the document that a well-known wrong number stands for."""
    for document in register.values():
        if number in document.mistaken_for:
            return document
    return None


def broken(change: Any) -> dict[str, Any]:
    documents = deepcopy(read_documents())
    change(documents)
    return documents


def test_the_command_lists_what_is_unverified_and_is_content() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eligibility", "law", "check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "[secondary]" in done.stdout
    assert "Nghị quyết 35/2025/NQ-HĐND" in done.stdout
    assert "ngày nghỉ năm 2027" in done.stdout
    assert "Lần đối chiếu gần nhất" in done.stdout


def test_every_unverified_value_and_only_those_are_listed() -> None:
    law = load_law()
    listed = unverified(law)
    assert all(item.confidence not in VERIFIED for item in listed)
    national = [
        value
        for parameter in law.parameters.values()
        for value in parameter.values
        if value.confidence not in VERIFIED
    ]
    provincial = [level for level in law.levels if level.confidence not in VERIFIED]
    assert len(listed) >= len(national) + len(provincial)
    assert len(national) < counted(law)


def test_the_changelog_tells_each_period_with_basis() -> None:
    text = changelog(load_law())
    (period,) = [part for part in text.split("\n## ") if part.startswith("Từ 05/10/2026")]
    assert "Mai táng: người hưởng tuất, trợ cấp khác từ đủ: 80 tuổi -> 75 tuổi" in period
    assert (
        "Thời hạn giải quyết trợ cấp hưu trí xã hội: Chủ tịch UBND cấp xã xác minh, quyết định và"
        " chi trả: 10 ngày làm việc -> Chủ tịch UBND cấp xã xác minh, thẩm định, quyết định: 7 ngày"
    ) in period
    (july,) = [part for part in text.split("\n## ") if part.startswith("Từ 01/07/2026")]
    assert "500.000 đồng -> 540.000 đồng" in july
    assert "Có hiệu lực từ 05/10/2026" in july


def test_every_number_that_a_basis_cites_is_a_registered_document() -> None:
    law = load_law()
    cited = {
        number
        for parameter in law.parameters.values()
        for value in parameter.values
        for number in cited_numbers(value.basis.document)
    }
    assert cited
    assert cited <= set(law.documents), cited - set(law.documents)


def test_f022_the_wrong_number_of_the_circular_is_recognised() -> None:
    law = load_law()
    (number,) = cited_numbers("Thông tư số 96/2019/TT-BTC ngày 18/10/2019")
    assert number not in law.documents
    meant = mistaken(law.documents, number)
    assert meant is not None
    assert (meant.number, meant.issued) == ("96/2018/TT-BTC", date(2018, 10, 18))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda d: d["switches.yaml"]["parameters"]["switch_leap_birthday"].pop("reason"),
            "without reason",
        ),
        (
            lambda d: d["switches.yaml"]["parameters"]["switch_leap_birthday"]["options"].pop(
                "1_march"
            ),
            "choices and options differ",
        ),
        (
            lambda d: d["provinces"]["01.yaml"]["levels"][0]["values"][0].pop("resolution"),
            "without its resolution",
        ),
        (
            lambda d: d["provinces"]["01.yaml"]["levels"][0]["values"][0].update(amount=650000.5),
            "whole number",
        ),
        (
            lambda d: d["provinces"]["22.yaml"]["levels"][0]["values"][1].update(
                valid_from=date(2021, 8, 1)
            ),
            "overlap",
        ),
        (lambda d: d["provinces"]["01.yaml"].update(province_code="02"), "not the file of"),
        (
            lambda d: d["provinces"]["01.yaml"].update(
                switches=[
                    {
                        "code": "leap_birthday",
                        "value": "never",
                        "valid_from": date(2026, 1, 1),
                        "reason": "thử",
                        "resolution": "thử",
                    }
                ]
            ),
            "not one of its positions",
        ),
        (
            lambda d: d["one_off.yaml"]["parameters"]["funeral_multiple"]["values"][0].update(
                foo=1
            ),
            "unknown key",
        ),
        (
            lambda d: d["time_limits.yaml"]["parameters"]["time_limit_funeral"]["values"][0][
                "value"
            ][0].update(count=0),
            "whole number of days",
        ),
        (
            lambda d: d["documents.yaml"]["documents"].append(d["documents.yaml"]["documents"][0]),
            "twice",
        ),
    ],
)
def test_a_broken_file_is_refused(change: Any, reason: str) -> None:
    with pytest.raises(LawFileInvalid, match=reason):
        build_law(broken(change))
