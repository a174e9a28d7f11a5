"""Two clocks: business time (months, deadlines, `recorded_at`) and system time (tokens, timeouts).

The only module that asks the machine what time it is.
"""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from common.kernel.months import Month

VN_TZ = ZoneInfo("Asia/Ho_Chi_Minh")


def system_now() -> datetime:
    """Give the machine's time, aware, in UTC: for tokens, timeouts and signatures only."""
    return datetime.now(UTC)


class BusinessClock:
    """The time that legal dates follow: never backwards within a process."""

    def __init__(self) -> None:
        """Start with no memory of an earlier answer."""
        self._latest: datetime | None = None
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Give the moment, aware, in Asia/Ho_Chi_Minh."""
        reading = self._read().astimezone(VN_TZ)
        with self._lock:
            if self._latest is None or reading > self._latest:
                self._latest = reading
            return self._latest

    def today(self) -> date:
        """Give the Vietnamese calendar day."""
        return self.now().date()

    def month(self) -> Month:
        """Give the Vietnamese calendar month."""
        return Month.of(self.today())

    def _read(self) -> datetime:
        return datetime.now(VN_TZ)


class FileBusinessClock(BusinessClock):
    """A clock that stands where a file says (sandbox only); the file holds one ISO 8601 instant."""

    def __init__(self, path: Path) -> None:
        """Read `path` on each question, again only when it changed.

        Raises:
            OSError: the file cannot be read (on the first question).
            ValueError: it holds no instant, or one without a time zone.
        """
        super().__init__()
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._reading: datetime | None = None

    def _read(self) -> datetime:
        status = self._path.stat()
        seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        if self._reading is None or seen != self._seen:
            self._reading = _parse(self._path.read_text(encoding="utf-8").strip())
            self._seen = seen
        return self._reading


class FixedBusinessClock(BusinessClock):
    """A clock that a test sets by hand; it still refuses to go backwards."""

    def __init__(self, instant: datetime) -> None:
        """Stand at an aware instant."""
        super().__init__()
        self._instant = instant

    def set(self, instant: datetime) -> None:
        """Move to a later aware instant."""
        self._instant = instant

    def _read(self) -> datetime:
        return self._instant


def _parse(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        msg = "the business clock's file needs an instant with its time zone"
        raise ValueError(msg)
    return instant
