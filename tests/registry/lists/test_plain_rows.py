"""Rows read as whole columns say what each row says alone."""

from __future__ import annotations

import io
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from common.kernel.months import Month
from registry.lists.domain.listing import read_rows
from registry.lists.gateway.reading import open_table
from registry.lists.service.slices import ListReader

HEADINGS = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số định danh", "Thôn"]
HEADINGS += ["Loại đối tượng", "Hệ số", "Mức hưởng", "Số QĐ", "Ngày QĐ"]
MONTH = Month(2026, 11)


def person(number: int, **changed: Any) -> list[Any]:
    year = 30 + number % 20
    cells = {
        "stt": number,
        "name": f"Trần Thị {('Lan', 'Hồng', 'Mận', 'Cúc')[number % 4]}",
        "birth": date(1900 + year, 1 + number % 12, 1 + number % 28),
        "sex": "Nữ",
        "identity": f"0031{year:02d}{number:06d}",
        "village": f"Thôn {number % 5 + 1}",
        "category": "Người khuyết tật nặng" if number % 3 else "Hưu trí xã hội",
        "coefficient": 2 if number % 3 else 1,
        "amount": 1080000 if number % 3 else 540000,
        "decision": f"{number}/QĐ-UBND",
        "decided": date(2025, 7, 10),
    }
    return list((cells | changed).values())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_read_as_columns_is_what_the_row_alone_says(data: st.DataObject) -> None:
    strange: dict[str, list[Any]] = {
        "name": ["LÊ VĂN AN", "Hà Cúc", "TrÇn ThÞ Hång", "=1", "", "Y Blêr K'Nul", 5],
        "birth": [date(2030, 1, 1), "05/06/1940", 1940, None, 14000, "x"],
        "sex": ["Nam", "nữ", "", "?"],
        "identity": ["31310000", 3131000001, "0031 31 000001", None, "003131000001"],
        "village": [None, "Thôn 3, xã Liên Đầm", "Thôn 1, xã Hòa Ninh", 'Thôn "A"', "thôn\t2"],
        "category": ["NKT ĐBN - trẻ em", "?", None, "HTXH hộ nghèo", "Nhiễm HIV hộ nghèo"],
        "coefficient": ["2,0", None, "x", 2.5],
        "amount": ["1.250.000", "1.250.00", "540000 đ", 0, None, 540000.5],
        "decision": [None, 12, "số 5 \\ a", "5/QĐ"],
        "decided": [date(2027, 1, 1), "10/7/2025", 2025, None],
    }
    lines = []
    for number in range(1, 9):
        fields = data.draw(st.sets(st.sampled_from(sorted(strange)), max_size=2))
        lines.append(person(number, **{f: data.draw(st.sampled_from(strange[f])) for f in fields}))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate([HEADINGS, *lines]):
            for column, value in enumerate(line):
                write = sheet.write_string if isinstance(value, str) else sheet.write
                write(number, column, value)
    assert_same(buffer.getvalue())


def assert_same(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(content)
        table = open_table(path, "beneficiary_list")
        (part,) = table.parts
        reader = ListReader(table, "25000", MONTH)
        lines = list(part.below())
        plain, others = reader.read(part, lines)
        alone = {r.row_number: r for r in read_rows(lines, part.header, reader.context(part))}
    for row in plain.iter_rows(named=True):
        reading = alone.pop(row["row_number"])
        who, listed = reading.person, reading.benefit
        assert reading.findings == []
        assert listed.category is not None
        assert row["full_name"] == who.full_name
        assert (row["birth_date"], row["sex"]) == (who.birth_date, who.sex)
        assert (row["personal_id"], row["village"]) == (who.personal_id, who.village)
        assert (row["phone"], who.former_commune) == (who.phone, None)
        assert row["benefit"] == listed.category.benefit
        assert row["stated_category"] == listed.category.code
        assert (row["degree"], row["poverty"]) == (listed.category.degree, listed.poverty)
        assert (row["coefficient"], row["amount"]) == (listed.coefficient, listed.amount)
        assert row["decision_number"] == listed.decision_number
        assert row["decision_date"] == listed.decision_date
        assert (row["method"], row["bank_code"]) == (listed.method, listed.bank_code)
        assert row["account"] == listed.account
    assert [reading.row_number for reading in others] == sorted(alone)
