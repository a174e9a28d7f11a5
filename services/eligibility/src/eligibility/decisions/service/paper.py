"""A decision on paper, in the layout of Decree 30: what was decided, for whom, on which articles."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from common.contracts.benefits import told_line
from common.database.session import AsyncSession
from common.documents import (
    Column,
    Document,
    DocumentFormat,
    Letterhead,
    Row,
    Section,
    Signature,
    Table,
    write_document,
)
from eligibility.decisions.domain import Decision
from eligibility.decisions.service.drafts import get
from eligibility.decisions.service.reading import explained_lines
from eligibility.dossiers import service as dossiers
from eligibility.dossiers.domain.slips import Office
from eligibility.law.domain.disclosure import told_explanation

_LINES_MAX = 200_000
_BASIS = ("Căn cứ Luật Tổ chức chính quyền địa phương;",)
_LIST_COLUMNS = (
    Column("STT"),
    Column("Họ và tên", "text"),
    Column("Chế độ", "text"),
    Column("Từ tháng", "text"),
    Column("Mức hưởng", "dong"),
)


async def printed(session: AsyncSession, decision_id: UUID, file_format: DocumentFormat) -> bytes:
    """Give a decision as a file; a draft has neither number nor day.

    It is written as it is told outside the sealed scope: paper is passed on.

    Raises:
        DecisionNotFound: none, or not in the caller's communes.
    """
    decision = await get(session, decision_id)
    lines = await explained_lines(session, decision_id, None, None, _LINES_MAX)
    office = await dossiers.office_of(session, decision.commune_code)
    document = _document(decision, lines, office)
    return await asyncio.to_thread(write_document, document, file_format)


def _document(decision: Decision, lines: Sequence[Mapping[str, Any]], office: Office) -> Document:
    words = _words()[decision.kind]
    told = [_told(line) for line in lines]
    refused = decision.kind == "refusal"
    blocks: list[Section | Table] = [Section("", (words["decides"],))]
    if refused:
        blocks += [
            Section(line["full_name"] or "", _reasons(body))
            for line, body in zip(lines, told, strict=True)
        ]
    else:
        blocks.append(_list(lines, with_amounts=words.get("amounts", True)))
    if "ends" in words:
        blocks.append(Section("", (words["ends"],)))
    number, _, abbreviation = decision.number.partition("/")
    signed = decision.status == "signed"
    return Document(
        kind=words["kind"],
        subject=words["subject"],
        letterhead=Letterhead(f"Ủy ban nhân dân {office.name}", office.place, office.province_name),
        signature=Signature("CHỦ TỊCH"),
        blocks=tuple(blocks),
        abbreviation=abbreviation or "QĐ-UBND",
        number=number if signed else None,
        issued_on=decision.signed_on,
        basis=(*_BASIS, *(f"Căn cứ {article};" for article in _articles(told))),
        recipients=("Người được nêu tên", "Bộ phận chi trả", "Lưu: VT"),
    )


def _told(line: Mapping[str, Any]) -> Mapping[str, Any]:
    body = line["explanation"]
    return {} if body is None else told_explanation(body, sealed_scope=False)


def _articles(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """List the articles of right and amount that the lines rest on, each once, in their order."""
    names = ("provision_article", "standard_article")
    articles = (body.get(name) for body in told for name in names)
    return list(dict.fromkeys(article for article in articles if article))


def _reasons(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Say which conditions fail, each with its article."""
    failed = [item for item in body.get("conditions", ()) if item["outcome"] is False]
    if not failed:
        return ("Chưa đủ điều kiện theo quy định hiện hành.",)
    return tuple(f"Không đạt điều kiện: {item['text']} ({item['article']})." for item in failed)


def _list(lines: Sequence[Mapping[str, Any]], *, with_amounts: bool) -> Table:
    shown = len(_LIST_COLUMNS) if with_amounts else len(_LIST_COLUMNS) - 1
    cells = (
        (
            number,
            line["full_name"],
            told_line(line["benefit"]).title,
            f"{line['from_month']:%m/%Y}",
            line["law_amount"],
        )
        for number, line in enumerate(lines, 1)
    )
    rows = tuple(Row(row[:shown]) for row in cells)
    return Table("Danh sách", "Danh sách kèm theo", _LIST_COLUMNS[:shown], rows)


@cache
def _words() -> dict[str, Any]:
    path = resources.files("eligibility.decisions").joinpath("data/papers.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
