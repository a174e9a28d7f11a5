"""The sandbox's business clock: a file that every service reads, moved by hand, never backwards."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException
from pydantic import AwareDatetime, BaseModel

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Moment(BaseModel):
    """An instant with its time zone."""

    now: AwareDatetime


class SandboxClock:
    """Reads and writes the clock file as a whole."""

    def __init__(self, path: Path) -> None:
        """Start the clock at the machine's time when the file does not exist."""
        self._path = path
        if not path.exists():
            self._write(datetime.now(UTC).astimezone(VIETNAM))

    def now(self) -> datetime:
        """Give the instant in Vietnam."""
        text = self._path.read_text(encoding="utf-8").strip()
        return datetime.fromisoformat(text).astimezone(VIETNAM)

    def today(self) -> date:
        """Give the calendar day in Vietnam."""
        return self.now().date()

    def move_to(self, instant: datetime) -> datetime:
        """Move forward; an earlier instant changes nothing. Gives the time that it now is."""
        if instant > self.now():
            self._write(instant.astimezone(VIETNAM))
        return self.now()

    def _write(self, instant: datetime) -> None:
        unfinished = self._path.with_suffix(".new")
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(instant.isoformat() + "\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.rename(self._path)


def clock_router(clock: SandboxClock) -> APIRouter:
    """Give the routes that read and move the clock."""
    router = APIRouter(prefix="/clock", tags=["clock"])

    @router.get("")
    def read_clock() -> Moment:
        return Moment(now=clock.now())

    @router.post("")
    def move_clock(moment: Moment) -> Moment:
        if moment.now.year > clock.now().year + 5:
            raise HTTPException(422, "the clock moves at most five years at once")
        return Moment(now=clock.move_to(moment.now))

    return router
