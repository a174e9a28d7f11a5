"""How the bank and the post office read a list: pain.001.001.09 and the post office's CSV."""

from __future__ import annotations

import csv
import io
from datetime import date

from lxml import etree

from sandbox.world.partner import Order, ParsedList

PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
BYTES_MAX = 64 * 1024 * 1024
CSV_COLUMNS = (
    "stt", "ma_doi_chieu", "ho_ten", "so_dinh_danh", "dia_ban", "so_tien", "noi_dung",
    "nguoi_huong",
)  # fmt: skip


class UnreadableListError(ValueError):
    """The file is not what its format says."""


def read_pain_001(content: bytes) -> ParsedList:
    """Read a credit transfer initiation; VND has no decimals."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
        header = _find(root, "GrpHdr")
        payment = _find(root, "PmtInf")
        if _text(payment, "ChrgBr") not in {"DEBT", "SLEV"}:
            raise UnreadableListError("charges that would fall on the beneficiary")
        _text(_find(payment, "DbtrAcct"), "Othr")
        orders = [
            Order(
                end_to_end_id=_text(transfer, "EndToEndId"),
                amount=_dong(transfer),
                payee=f"{_text(transfer, 'CdtrAcct')}|{_text(_find(transfer, 'Cdtr'), 'Nm')}",
            )
            for transfer in root.iter(f"{PAIN}CdtTrfTxInf")
        ]
        return ParsedList(
            orders,
            int(_text(header, "NbOfTxs")),
            _whole(_text(header, "CtrlSum")),
            date.fromisoformat(_text(payment, "ReqdExctnDt")),
        )
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableListError("not a pain.001.001.09 that can be read") from error


def read_post_csv(content: bytes, execution_date: date) -> ParsedList:
    """Read the post office's list: a line per payee, then one trailer line with the totals."""
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=","))
        if not rows or tuple(rows[0]) != CSV_COLUMNS:
            raise UnreadableListError("other columns than agreed")
        *lines, trailer = rows
        if trailer["stt"] != "TONG":
            raise UnreadableListError("no trailer line")
        orders = [
            Order(row["ma_doi_chieu"], _whole(row["so_tien"]),
                  f"{row['ho_ten']}|{row['so_dinh_danh']}")
            for row in lines
        ]  # fmt: skip
        count = int(trailer["ma_doi_chieu"])
        return ParsedList(orders, count, _whole(trailer["so_tien"]), execution_date)
    except (UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError) as error:
        raise UnreadableListError("not the post office's list") from error


def _find(element: etree._Element, name: str) -> etree._Element:
    found = next(element.iter(f"{PAIN}{name}"), None)
    if found is None:
        raise UnreadableListError(f"{name} is missing")
    return found


def _text(element: etree._Element, name: str) -> str:
    text = "".join(str(part) for part in _find(element, name).itertext()).strip()
    if not text:
        raise UnreadableListError(f"{name} is empty")
    return text


def _dong(transfer: etree._Element) -> int:
    amount = _find(transfer, "InstdAmt")
    if amount.get("Ccy") != "VND":
        raise UnreadableListError("another currency than VND")
    return _whole(amount.text or "")


def _whole(text: str) -> int:
    whole, _, decimals = text.strip().partition(".")
    if decimals.strip("0"):
        raise UnreadableListError("VND has no decimals")
    return int(whole)
