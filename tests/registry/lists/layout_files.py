"""Writes lists as offices make them; knows nothing of the product.

A layout is a file, what an officer has to answer about it, and the outcome that every row must have.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import xlsxwriter

Outcome = Literal["right", "held"]

SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng")
MIDDLES = ("Văn", "Thị")
GIVEN = ("Lan", "Hồng", "Mận", "Đào", "Cúc", "Huệ", "Sen")


@dataclass(frozen=True)
class Someone:
    """A generated person who gets the social pension; numbers use a province code that none has."""

    n: int

    @property
    def is_man(self) -> bool:
        return self.n % 2 == 0

    @property
    def name(self) -> str:
        given = GIVEN[self.n % 7]
        return (
            f"{SURNAMES[self.n % 5]} {MIDDLES[not self.is_man]} {given} {GIVEN[self.n // 35 % 7]}"
        )

    @property
    def born(self) -> date:
        return date(1935 + self.n % 14, 2 + self.n % 11, 2 + self.n % 26)

    @property
    def number(self) -> str:
        return f"003{0 if self.is_man else 1}{self.born.year % 100:02d}{self.n:06d}"

    @property
    def sex(self) -> str:
        return "Nam" if self.is_man else "Nữ"


@dataclass(frozen=True)
class Row:
    """What must become of a row: `right` goes in saying exactly this, `held` does not go in."""

    number: int
    who: Someone
    outcome: Outcome = "right"
    amount: int = 540_000
    village: str | None = "Thôn 3"
    benefit: str = "social_pension"
    decision: str = "12/QĐ-UBND"
    decided: date = date(2025, 7, 10)
    sure_birth: bool = True
    code: str | None = None
    """What must be said of the row; a held row always says why."""


@dataclass(frozen=True)
class Layout:
    """One file with what is asked about it and what its rows become."""

    name: str
    content: bytes
    rows: Sequence[Row] = ()
    questions: Mapping[str, str] = field(default_factory=dict)
    """Every question that must be asked -> the officer's answer."""
    stated: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[str, int] | None = None
    refused: str | None = None
    """The code with which the whole file is refused."""


HEADINGS = (
    *("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số định danh", "Thôn", "Loại đối tượng"),
    *("Hệ số", "Mức hưởng", "Số quyết định", "Ngày quyết định", "Ghi chú"),
)
KEYS = (
    *("stt", "name", "birth", "sex", "number", "village", "category", "coefficient", "amount"),
    *("decision", "decided", "note"),
)


def cells(who: Someone, /, **changed: Any) -> list[Any]:
    """Give a row in the order of HEADINGS."""
    return list(record(who, **changed).values())


def record(who: Someone, /, **changed: Any) -> dict[str, Any]:
    """Give the cells of a person by their keys."""
    plain = {
        "stt": who.n,
        "name": who.name,
        "birth": who.born,
        "sex": who.sex,
        "number": who.number,
        "village": "Thôn 3",
        "category": "Hưu trí xã hội",
        "coefficient": 1,
        "amount": 540_000,
        "decision": "12/QĐ-UBND",
        "decided": date(2025, 7, 10),
        "note": None,
    }
    return plain | changed


Sheets = Mapping[str, Sequence[Sequence[Any]]]
Finish = Callable[[Any, Mapping[str, Any]], None]


def xlsx(sheets: Sheets | Sequence[Sequence[Any]], finish: Finish | None = None) -> bytes:
    """Write a workbook; `finish` may change its sheets before it is closed."""
    named: Sheets = sheets if isinstance(sheets, Mapping) else {"Danh sách": sheets}
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "dd/mm/yyyy"}) as book:
        made = {}
        for name, lines in named.items():
            sheet = made[name] = book.add_worksheet(name)
            for number, line in enumerate(lines):
                for column, value in enumerate(line):
                    write = sheet.write_string if isinstance(value, str) else sheet.write
                    if value is not None:
                        write(number, column, value)
        if finish:
            finish(book, made)
    return target.getvalue()


def csv(lines: Sequence[Sequence[Any]], separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """Write a text table."""

    def text(cell: Any) -> str:
        written = (
            f"{cell:%d/%m/%Y}" if isinstance(cell, date) else "" if cell is None else str(cell)
        )
        return f'"{written.replace(chr(34), chr(34) * 2)}"' if '"' in written else written

    joined = "\r\n".join(separator.join(map(text, line)) for line in lines) + "\r\n"
    return joined.encode(encoding)


def ods(lines: Sequence[Sequence[Any]], hidden: Sequence[int] = ()) -> bytes:
    """Write an .ods file; rows in `hidden` (from 0) are filtered out of sight."""

    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        kind = 'office:value-type="string"'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    rows = "".join(
        f"<table:table-row{' table:visibility=' + chr(34) + 'filter' + chr(34) if at in hidden else ''}>"
        f"{''.join(map(cell, line))}</table:table-row>"
        for at, line in enumerate(lines)
    )
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{urn}:office:1.0"'
        f' xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="DS">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", content)
    return target.getvalue()


def odd_xml(lines: Sequence[Sequence[Any]]) -> bytes:
    """Write an .xlsx file whose XML is valid and unusual: prefixes, single quotes, no addresses."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"

    def cell(value: Any) -> str:
        if value is None:
            return "<x:c/>"
        if isinstance(value, int | float):
            return f"<x:c ><x:v>{value}</x:v></x:c>"
        text = f"{value:%d/%m/%Y}" if isinstance(value, date) else value
        return f"<x:c t = 'inlineStr'><x:is><x:t>{text}</x:t></x:is></x:c>"

    rows = "".join(f"<x:row >{''.join(map(cell, line))}</x:row >" for line in lines)
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f"<Types xmlns='{package}/content-types'>"
        "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
        f"<Override PartName='/xl/workbook.xml' ContentType='{kinds}.sheet.main+xml'/>"
        f"<Override PartName='/xl/worksheets/s.xml' ContentType='{kinds}.worksheet+xml'/></Types>",
        "_rels/.rels": f"<Relationships xmlns='{package}/relationships'><Relationship Id='a'"
        f" Type='{relation}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}/relationships'><Relationship"
        f" Id='b' Type='{relation}/worksheet' Target='worksheets/s.xml'/></Relationships>",
        "xl/workbook.xml": f"<x:workbook xmlns:x='{main}' xmlns:r='{relation}'><x:sheets>"
        "<x:sheet name='DS' sheetId='1' r:id='b'/></x:sheets></x:workbook>",
        "xl/worksheets/s.xml": f"<x:worksheet xmlns:x='{main}'><x:dimension ref='A1:ZZ99999'/>"
        f"<x:sheetData>{rows}</x:sheetData></x:worksheet>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


TCVN3_LETTERS = {
    **dict(zip("ăâêôơưđĂÂÊÔƠƯĐ", "¨©ª«¬\xad®¡¢£¤¥¦§", strict=True)),
    **dict(zip("àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíị", "µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞ", strict=True)),
    **dict(zip("òỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ", "ßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ", strict=True)),
}


def tcvn3(text: str) -> str:
    """Give a text as an ABC font stores it."""
    return "".join(TCVN3_LETTERS.get(char, char) for char in text)


_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_SHAPES = {
    "\u0302": dict(zip(["", *_TONES], "âáàåãä", strict=True)),
    "\u0306": dict(zip(["", *_TONES], "êéèúüë", strict=True)),
}
_VNI_I = {"í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "đ": "ñ", "Đ": "Ñ"}
_VIQR = {
    "\u0302": "^",
    "\u0306": "(",
    "\u031b": "+",
    "\u0301": "'",
    "\u0300": "`",
    "\u0309": "?",
    "\u0303": "~",
    "\u0323": ".",
}


def _marks(char: str) -> tuple[str, str, str]:
    letter, *marks = list(unicodedata.normalize("NFD", char))
    tone = next((mark for mark in marks if mark in _TONES), "")
    return letter, "".join(mark for mark in marks if mark not in _TONES), tone


def vni(text: str) -> str:
    """Give a text as a VNI font stores it."""
    written = []
    for char in unicodedata.normalize("NFC", text):
        letter, shape, tone = _marks(char)
        if char in _VNI_I:
            written.append(_VNI_I[char])
        elif shape == "\u031b":
            horn = {"o": "ô", "u": "ö", "O": "Ô", "U": "Ö"}[letter]
            written.append(horn + _as_case(_TONES.get(tone, ""), letter))
        elif shape:
            written.append(letter + _as_case(_VNI_SHAPES[shape][tone], letter))
        else:
            written.append(letter + _as_case(_TONES.get(tone, ""), letter))
    return "".join(written)


def _as_case(mark: str, letter: str) -> str:
    return mark.upper() if letter.isupper() else mark


def viqr(text: str) -> str:
    """Give a text as it is typed without Vietnamese letters (RFC 1456)."""
    text = unicodedata.normalize("NFC", text).replace("đ", "dd").replace("Đ", "Dd")
    return "".join(
        letter + _VIQR.get(shape, "") + _VIQR.get(tone, "")
        for letter, shape, tone in map(_marks, text)
    )
