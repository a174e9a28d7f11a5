"""Two clocks: business time (months, deadlines, `recorded_at`) and system time (tokens, timeouts).

The only module that asks the machine what time it is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from common.kernel.months import Month

VN_TZ = ZoneInfo("Asia/Ho_Chi_Minh")


def system_now() -> datetime:
    """Give the machine's time, aware, in UTC: for tokens, timeouts and signatures only."""
    return datetime.now(UTC)


STEP_FOLLOWED = timedelta(seconds=60)
"""NTP corrects by less; what deviates by more is a clock that somebody or something set."""


def seconds_since_boot() -> float:
    """Give a time that nobody can set; it counts while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class SteadyReading:
    """The machine's time without its jumps.

    A clock that jumps, two seconds in 2030 or three hours back, would open and close months. So the
    reading goes on at the pace of `seconds_since_boot` while the machine's clock says something
    else, and follows it again when it comes back. A clock that was set right for good is followed
    after a restart; until then `deviation` tells how far the two are apart.
    """

    def __init__(
        self,
        machine: Callable[[], datetime] = lambda: datetime.now(UTC),
        elapsed: Callable[[], float] = seconds_since_boot,
    ) -> None:
        """Begin with what the machine says."""
        self._machine = machine
        self._elapsed = elapsed
        self._anchor = machine()
        self._anchored_at = elapsed()
        self.deviation = timedelta(0)

    def read(self) -> datetime:
        """Give the moment, aware, in UTC."""
        said, since = self._machine(), self._elapsed()
        expected = self._anchor + timedelta(seconds=since - self._anchored_at)
        deviation = said - expected
        if abs(deviation) > STEP_FOLLOWED:
            self.deviation = deviation
            return expected
        self.deviation = timedelta(0)
        self._anchor, self._anchored_at = said, since
        return said


class BusinessClock:
    """The time that legal dates follow: never backwards within a process, never by a jump."""

    def __init__(self) -> None:
        """Start with no memory of an earlier answer."""
        self._latest: datetime | None = None
        self._lock = threading.Lock()
        self._steady = SteadyReading()

    @property
    def deviation(self) -> timedelta:
        """How far the machine's clock has jumped away from this one; zero when it has not."""
        return self._steady.deviation

    def now(self) -> datetime:
        """Give the moment, aware, in Asia/Ho_Chi_Minh."""
        with self._lock:
            reading = self._read().astimezone(VN_TZ)
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
        return self._steady.read()


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


def _parse(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        msg = "the business clock's file needs an instant with its time zone"
        raise ValueError(msg)
    return instant
