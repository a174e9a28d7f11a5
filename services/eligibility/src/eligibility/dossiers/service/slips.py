"""Print what the office hands to a citizen about a dossier, in the layout of Decree 30."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

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
from common.runtime.clock import VN_TZ
from eligibility.dossiers import store
from eligibility.dossiers.domain import Dossier, Letter
from eligibility.dossiers.domain.slips import Office, SlipKind, SlipNotWritten
from eligibility.dossiers.service.steps import get, letters, procedure_of
from eligibility.law.domain.procedures import Procedure

_UNNAMED = "Giấy tờ khác theo quy định"
_ITSELF = "chủ hồ sơ"


async def keep_office(session: AsyncSession, commune_code: str, office: Office) -> None:
    """Keep how a commune is called."""
    await store.keep_office(session, commune_code, office)


async def office_of(session: AsyncSession, commune_code: str) -> Office:
    """Give how a commune is called; by its code until the registry has described it."""
    known = await store.find_office(session, commune_code)
    return known or Office(f"xã {commune_code}", "")


async def printed(
    session: AsyncSession, code: str, kind: SlipKind, file_format: DocumentFormat
) -> bytes:
    """Give the newest paper of a kind as a file.

    Raises:
        DossierNotFound: no such dossier, or not the caller's.
        SlipNotWritten: the office has written no such letter.
    """
    dossier = await get(session, code)
    written = [item for item in await letters(session, code) if item.kind == kind]
    if kind != "receipt" and not written:
        raise SlipNotWritten
    letter = written[-1] if written else None
    office = await office_of(session, dossier.commune_code)
    document = slip(kind, dossier, letter, procedure_of(dossier), office)
    return await asyncio.to_thread(write_document, document, file_format)


def slip(
    kind: SlipKind, dossier: Dossier, letter: Letter | None, procedure: Procedure, office: Office
) -> Document:
    """Write a paper about a dossier.

    Args:
        kind: which paper.
        dossier: as it stands.
        letter: the latest letter of that kind; None for the receipt.
        procedure: that of the dossier on its day of receipt.
        office: of the commune that works on it.
    """
    words = _words()[kind]
    filled = _filled(dossier, letter, procedure)
    blocks: list[Section | Table] = [
        Section("", tuple(text.format_map(filled) for text in words["paragraphs"]))
    ]
    codes = dossier.papers if letter is None else letter.papers
    if "table" in words and codes:
        blocks.append(_papers(words["table"], codes, procedure))
    written = dossier.received_at if letter is None else letter.written_at
    return Document(
        kind=words["kind"],
        subject=f"Mã hồ sơ {dossier.dossier_code}",
        letterhead=Letterhead(f"Ủy ban nhân dân {office.name}", office.place, office.province_name),
        signature=Signature("NGƯỜI TIẾP NHẬN HỒ SƠ"),
        blocks=tuple(blocks),
        abbreviation=words["abbreviation"],
        issued_on=written.astimezone(VN_TZ).date(),
        recipients=("Người nộp hồ sơ", "Lưu hồ sơ"),
    )


@cache
def _words() -> dict[str, Any]:
    path = resources.files("eligibility.dossiers").joinpath("data/slips.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _filled(dossier: Dossier, letter: Letter | None, procedure: Procedure) -> Mapping[str, str]:
    due_on = dossier.due_on if letter is None else letter.due_on
    return {
        "code": dossier.dossier_code,
        "owner": dossier.owner_name,
        "submitter": dossier.submitter.full_name if dossier.submitter else _ITSELF,
        "procedure": procedure.title,
        "received_at": f"{dossier.received_at.astimezone(VN_TZ):%H:%M ngày %d/%m/%Y}",
        "due_on": _day(due_on),
        "new_due_on": _day(letter.new_due_on) if letter else "",
        "reason": letter.reason.rstrip(".") if letter else "",
    }


def _papers(title: str, codes: tuple[str, ...], procedure: Procedure) -> Table:
    # A paper that would reveal a sealed fact is stored, and printed, without its title.
    titles = {paper.code: paper.title for paper in procedure.papers if not paper.sealed}
    rows = [Row((number, titles.get(code, _UNNAMED))) for number, code in enumerate(codes, 1)]
    return Table("Giấy tờ", title, (Column("STT"), Column("Tên giấy tờ", "text")), tuple(rows))


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"
