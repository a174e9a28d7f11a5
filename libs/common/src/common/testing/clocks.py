"""A business clock that a test sets by hand."""

from __future__ import annotations

from datetime import datetime

from common.runtime.clock import BusinessClock


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
