"""A report once filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.kernel.months import Month


@dataclass(frozen=True, slots=True)
class FiledReport:
    """Who filed which report when; `content_hash` is the SHA-256 of the file's bytes."""

    report_id: UUID
    kind: str
    commune_code: str
    month: Month
    content_hash: str
    filed_on: date
    filed_by: str

    @property
    def file_name(self) -> str:
        """Name the file as a person finds it again."""
        return f"{self.kind}_{self.commune_code}_{self.month}.xlsx"
