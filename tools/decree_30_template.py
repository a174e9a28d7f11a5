"""Make `common/documents/templates/decree_30.docx` from scratch: python tools/decree_30_template.py.

Only needed to start again from the layout of Decree 30/2020/NĐ-CP; afterwards the template may be
changed in Word like any document.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

TARGET = (
    Path(__file__).resolve().parents[1]
    / "libs/common/src/common/documents/templates/decree_30.docx"
)
FONT = "Times New Roman"


def main() -> None:
    """Write the template."""
    paper = docx.Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(4)
    head = paper.add_table(rows=1, cols=2)
    left, right = head.rows[0].cells
    left.width, right.width = Cm(6.5), Cm(10)
    _line(left.paragraphs[0], "{{ parent_organ }}", size=12)
    _line(left.add_paragraph(), "{{ organ }}", size=12, bold=True)
    _line(left.add_paragraph(), "{{ number_line }}")
    _line(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True)
    _line(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", bold=True)
    _line(right.add_paragraph(), "{{ place_and_day }}", italic=True)
    paper.add_paragraph()
    _line(paper.add_paragraph(), "{{ kind }}", size=14, bold=True)
    _line(paper.add_paragraph(), "{{ subject }}", bold=True)
    _line(paper.add_paragraph(), "{{ period }}")
    paper.add_paragraph("{%p for sentence in basis %}")
    paper.add_paragraph().add_run("{{ sentence }}").italic = True
    paper.add_paragraph("{%p endfor %}")
    paper.add_paragraph("{{p body }}")
    foot = paper.add_table(rows=1, cols=2)
    left, right = foot.rows[0].cells
    run = left.paragraphs[0].add_run("Nơi nhận:")
    run.bold = run.italic = True
    left.add_paragraph("{%p for one in recipients %}")
    left.add_paragraph().add_run("- {{ one }};").font.size = Pt(11)
    left.add_paragraph("{%p endfor %}")
    _line(right.paragraphs[0], "{{ authority }}", bold=True)
    _line(right.add_paragraph(), "{{ position }}", bold=True)
    for _ in range(3):
        right.add_paragraph()
    _line(right.add_paragraph(), "{{ signer }}", bold=True)
    paper.save(str(TARGET))


def _line(
    paragraph: Any, text: str, *, size: int = 13, bold: bool = False, italic: bool = False
) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


if __name__ == "__main__":
    main()
