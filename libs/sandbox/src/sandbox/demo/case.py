"""Which commune the story is about, and the calendar of its month."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[1] / "sample" / "data"


@dataclass(frozen=True, slots=True)
class Case:
    """A commune, its sample files, and the days on which things happen."""

    commune_code: str
    commune_name: str
    folder: Path
    list_month: str = "2026-11"
    pay_month: str = "2026-12"
    paid_since: str = "2026-07"
    received: str = "2026-11-12T08:00:00+07:00"
    signed: str = "2026-11-19T09:00:00+07:00"
    sealed: str = "2026-11-20T10:00:00+07:00"
    results: tuple[str, ...] = (
        "2026-12-01T17:00:00+07:00",
        "2026-12-02T17:00:00+07:00",
        "2026-12-03T17:00:00+07:00",
        "2026-12-04T17:00:00+07:00",
    )
    reconciled: str = "2026-12-18T09:00:00+07:00"
    moves_told: bool = True
    """False: the story ends without the chapter of those who move away."""

    @property
    def workbook(self) -> Path:
        """The list that the commune paid last month."""
        return self.folder / f"danh-sach-chi-tra-{self.list_month}.xlsx"

    @property
    def deaths(self) -> Path:
        """The civil-status notices."""
        return self.folder / "deaths.csv"

    def applicant(self) -> dict[str, Any]:
        """The citizen who files a new dossier."""
        listed: list[dict[str, Any]] = json.loads(
            (self.folder / "applicants.json").read_text(encoding="utf-8")
        )
        return next(person for person in listed if person["demo"])

    def moves(self) -> list[dict[str, Any]]:
        """Who moves to another commune of the province after being paid."""
        file = self.folder / "moves.json"
        if not self.moves_told or not file.exists():
            return []
        listed: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        return listed

    @property
    def is_difficult(self) -> bool:
        """Whether the commune is a specially difficult one (group 5.7 asks for it)."""
        plan = json.loads((self.folder / "plan.json").read_text(encoding="utf-8"))
        return bool(plan["commune"].get("difficult"))

    def key(self, step: str) -> str:
        """Give the Idempotency-Key of a step: the same for every run over the same workbook."""
        digest = hashlib.sha256(self.workbook.read_bytes()).hexdigest()[:12]
        return f"{self.commune_code}-{self.pay_month}-{digest}-{step}"


def case_of(folder: Path) -> Case:
    """Give the story of any generated commune: the folder that the generator wrote."""
    commune = json.loads((folder / "plan.json").read_text(encoding="utf-8"))["commune"]
    return Case(commune["code"], f"{commune['kind']} {commune['name']}", folder)


DI_LINH = Case("25000", "xã Di Linh", SAMPLES / "di-linh")
