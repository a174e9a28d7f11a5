"""The register of legal documents, and the citations of the loaded values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from eligibility.law.domain.parameters import CONFIDENCE, LawFileInvalid


@dataclass(frozen=True, slots=True)
class Document:
    """A law, decree, circular or resolution with its days in force."""

    number: str
    kind: str
    title: str
    issued: date | None
    in_force: date
    ended: date | None
    replaced_by: str | None
    confidence: str
    note: str | None
    mistaken_for: tuple[str, ...]

    def counts_on(self, day: date) -> bool:
        """Tell whether the document was in force on a day."""
        return self.in_force <= day and (self.ended is None or day <= self.ended)


def read_register(body: Mapping[str, Any]) -> dict[str, Document]:
    """Build the register from the content of `documents.yaml`.

    Raises:
        LawFileInvalid: a document twice, without days, or replaced by an unknown one.
    """
    found: dict[str, Document] = {}
    for item in body["documents"]:
        number = str(item["number"])
        if number in found or item["confidence"] not in CONFIDENCE:
            raise LawFileInvalid(f"documents: {number} twice, or with an unknown confidence")
        found[number] = Document(
            number=number,
            kind=str(item["kind"]),
            title=str(item["title"]),
            issued=item.get("issued"),
            in_force=item["in_force"],
            ended=item.get("ended"),
            replaced_by=item.get("replaced_by"),
            confidence=str(item["confidence"]),
            note=item.get("note"),
            mistaken_for=tuple(item.get("mistaken_for") or ()),
        )
    unknown = {item.replaced_by for item in found.values() if item.replaced_by} - set(found)
    if unknown:
        raise LawFileInvalid(f"documents: replaced by unknown ones {sorted(unknown)}")
    return found
