"""Decisions and refusals as papers that a chair signs."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx


def _words(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


async def _paper(office: Any, decision: Any) -> str:
    answer = await office.client.get(
        f"/eligibility/v1/decisions/{decision['decision_id']}/paper",
        headers=office.headers("can_bo", ["eligibility:read"]),
    )
    assert answer.status_code == 200, answer.text
    return _words(answer.content)


async def test_a_grant_names_the_person_the_amount_and_the_article(
    office: Any, registry: Any
) -> None:
    person = await registry.register(date(1946, 3, 2))
    await office.drain()
    drafted = await office.propose(person, "1.014027")
    draft = await _paper(office, drafted)
    assert "ngày ..... tháng ..... năm" in draft
    signed = await office.sign(drafted)
    assert signed.status_code == 200, signed.text
    paper = await _paper(office, drafted)
    for words in ("QUYẾT ĐỊNH", person.full_name, "540.000", "Nghị định 335/2026", "11/2026"):
        assert words in paper, paper
    assert "ngày 19 tháng 11 năm 2026" in paper


async def test_a_refusal_says_why_and_what_the_citizen_may_do(office: Any, registry: Any) -> None:
    person = await registry.register(date(1990, 3, 2))
    await office.drain()
    refused = await office.propose(person, "1.014027")
    assert refused["kind"] == "refusal"
    paper = await _paper(office, refused)
    for words in ("THÔNG BÁO", person.full_name, "Không đạt điều kiện", "quyền khiếu nại"):
        assert words in paper, paper
