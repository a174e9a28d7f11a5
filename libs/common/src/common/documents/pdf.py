"""A document as PDF, set by Typst from one template and the document as data."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from common.documents.domain import Document, Section, Table
from common.documents.text import MOTTO, NATION, write_cell


def write_pdf(document: Document) -> bytes:
    """Set the document; text is data to Typst, so nothing in it can be read as markup."""
    data = json.dumps(_data(document), ensure_ascii=False)
    return typst.compile(
        _template(), sys_inputs={"document": data}, format="pdf", ignore_system_fonts=True
    )


def _data(document: Document) -> dict[str, Any]:
    head, signature = document.letterhead, document.signature
    return {
        "nation": NATION,
        "motto": MOTTO,
        "parent_organ": head.parent_organ or "",
        "organ": head.organ,
        "number_line": document.number_line,
        "place_and_day": document.place_and_day,
        "kind": document.kind,
        "subject": document.subject,
        "period": document.period,
        "basis": list(document.basis),
        "blocks": [_block(block) for block in document.blocks],
        "recipients": list(document.recipients),
        "authority": signature.authority or "",
        "position": signature.position,
        "signer": signature.signer or "",
    }


def _block(block: Section | Table) -> dict[str, Any]:
    if isinstance(block, Section):
        return {
            "type": "section",
            "heading": block.heading,
            "paragraphs": list(block.paragraphs),
        }
    return {
        "type": "table",
        "title": block.title,
        "columns": [
            {"heading": column.heading, "text": column.kind == "text"} for column in block.columns
        ],
        "rows": [
            {
                "level": row.level,
                "cells": [
                    write_cell(cell, column.kind)
                    for column, cell in zip(block.columns, row.cells, strict=True)
                ],
            }
            for row in block.rows
        ],
        "notes": list(block.notes),
        "wide": len(block.columns) > 6,
    }


@cache
def _template() -> bytes:
    return files("common.documents").joinpath("templates", "decree_30.typ").read_bytes()
