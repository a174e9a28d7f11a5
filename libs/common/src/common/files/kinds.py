"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from common.files.errors import (
    FileIsDocument,
    FileIsPdf,
    FileIsPicture,
    WorkbookIsOldXml,
    WorkbookIsWebPage,
)

ZIP: Final = b"PK\x03\x04"
OLE2: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_WEB: Final = (b"<html", b"<!doctype html", b"<table", b"<head", b"<body", b"<meta")
_XML_2003: Final = (b"urn:schemas-microsoft-com:office:spreadsheet", b'progid="excel.sheet"')
_START: Final = 4096


def is_workbook(path: Path) -> bool:
    """Say whether a file begins as a workbook does, be it a good one or not."""
    with path.open("rb") as file:
        return file.read(8).startswith((ZIP, OLE2))


def refuse_other_kinds(path: Path) -> None:
    """Refuse what people send instead of a table, with advice.

    Raises:
        FileIsPicture, FileIsPdf, FileIsDocument, WorkbookIsWebPage, WorkbookIsOldXml: it is one.
    """
    with path.open("rb") as file:
        start = file.read(_START)
    if start.startswith(_PICTURES) or start[4:12] in {b"ftypheic", b"ftypmif1"}:
        raise FileIsPicture
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        raise FileIsPicture
    if b"%PDF-" in start[:1024]:
        raise FileIsPdf
    if start.startswith(b"{\\rtf"):
        raise FileIsDocument
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").replace(b"\x00", b"").lower()
    if any(mark in text for mark in _XML_2003):
        raise WorkbookIsOldXml
    if text.startswith(_WEB) or (text.startswith(b"<?xml") and b"<html" in text):
        raise WorkbookIsWebPage
