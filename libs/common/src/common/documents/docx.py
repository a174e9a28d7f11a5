"""A document as .docx that an officer edits: a template in the layout of Decree 30/2020/NĐ-CP.

`templates/decree_30.docx` holds letterhead, title and signature with the names of the values in
double braces; a province may change its look in Word. Text and tables go into `{{p body }}`.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docxtpl import DocxTemplate

from common.documents.domain import Cell, Column, Document, Section, Table
from common.documents.text import write_cell

_FIXED_TIME = (2020, 1, 1, 0, 0, 0)
"""Time of every member of the archive, so that equal documents give equal bytes."""


def write_docx(document: Document) -> bytes:
    """Fill the template."""
    source = files("common.documents").joinpath("templates", "decree_30.docx").read_bytes()
    template = DocxTemplate(io.BytesIO(source))
    head, signature = document.letterhead, document.signature
    values = {
        "parent_organ": (head.parent_organ or "").upper(),
        "organ": head.organ.upper(),
        "number_line": document.number_line,
        "place_and_day": document.place_and_day,
        "kind": document.kind,
        "subject": document.subject,
        "period": document.period,
        "basis": list(document.basis),
        "recipients": list(document.recipients),
        "authority": signature.authority or "",
        "position": signature.position,
        "signer": signature.signer or "",
        "body": _body(template, document),
    }
    template.render(values, autoescape=True)
    template.docx.core_properties.title = f"{document.kind} {document.subject}"
    template.docx.core_properties.author = head.organ
    day = document.issued_on or date(2020, 1, 1)
    template.docx.core_properties.created = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the format has no zone
    buffer = io.BytesIO()
    template.save(buffer)
    return _without_times(buffer.getvalue())


def _body(template: DocxTemplate, document: Document) -> Any:
    body = template.new_subdoc()
    for block in document.blocks:
        if isinstance(block, Section):
            _section(body, block)
        else:
            _table(body, block)
    return body


def _section(body: Any, section: Section) -> None:
    if section.heading:
        body.add_paragraph().add_run(section.heading).bold = True
    for sentence in section.paragraphs:
        paragraph = body.add_paragraph(sentence)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Cm(1)


def _table(body: Any, table: Table) -> None:
    if table.title:
        title = body.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.add_run(table.title).bold = True
    grid = body.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    grid.style = "Table Grid"
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    # All cells at once: asking for one by row and column walks the whole table each time.
    cells = iter(grid._cells)  # noqa: SLF001
    for column in table.columns:
        _fill(next(cells), column.heading, bold=True, alignment=WD_ALIGN_PARAGRAPH.CENTER)
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            paragraph = _fill(
                next(cells),
                write_cell(cell, column.kind),
                bold=row.level == 0,
                alignment=_alignment(cell, column),
            )
            if isinstance(cell, str):
                paragraph.paragraph_format.left_indent = Cm(0.3 * row.level)
    _repeat_header(grid.rows[0])
    for note in table.notes:
        body.add_paragraph().add_run(note).italic = True


def _fill(cell: Any, text: str, *, bold: bool, alignment: Any) -> Any:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.bold = bold
    run.font.size = Pt(10)
    paragraph.alignment = alignment
    return paragraph


def _alignment(cell: Cell, column: Column) -> Any:
    number = column.kind != "text" or isinstance(cell, int | Decimal)
    return WD_ALIGN_PARAGRAPH.RIGHT if number else WD_ALIGN_PARAGRAPH.LEFT


def _repeat_header(row: Any) -> None:
    """Show the header on every page that the table runs over."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no public way


def _without_times(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _FIXED_TIME)
            target.writestr(member, source.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
