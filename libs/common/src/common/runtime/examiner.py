"""Examines a running service now and then, and keeps what was found for `/readyz`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from common.runtime.context import ServiceContext
from common.runtime.findings import CHECKS, Finding, examine

_LOG = logging.getLogger(__name__)
_FIRST_SECONDS = 15.0
_EVERY_SECONDS = 30.0
_ASKED_DIRECTLY = frozenset({"database", "schema"})
"""`/readyz` asks these itself, each time."""


class Examiner:
    """Holds the findings of the last examination; before the first one there are none."""

    def __init__(self, context: ServiceContext) -> None:
        """Examine this service; `running` begins."""
        self._context = context
        self._found: dict[str, Finding | None] = {}
        self.names = tuple(name for name, _ in CHECKS if name not in _ASKED_DIRECTLY)

    async def examine(self) -> dict[str, Finding | None]:
        """Examine now; log what has changed since the last time."""
        before, self._found = self._found, await examine(self._context)
        for name, finding in self._found.items():
            if finding is not None and before.get(name) != finding:
                _LOG.warning("check_failed: %s", name)
            elif finding is None and before.get(name) is not None:
                _LOG.info("check_passes_again: %s", name)
        return self._found

    async def usable(self) -> None:
        """Pass unless something was found with which the service must not be used.

        Raises:
            RuntimeError: the names of what was found.
        """
        stopping = [name for name, finding in self._found.items() if finding and finding.stops]
        if stopping:
            raise RuntimeError(", ".join(stopping))

    def passed(self, name: str) -> Callable[[], Awaitable[None]]:
        """Give the probe of one check: raises while its last outcome is a finding."""

        async def probe() -> None:
            if self._found.get(name) is not None:
                raise RuntimeError(name)

        return probe

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Examine every half minute until the end of the block."""
        task = asyncio.create_task(self._run(), name="examiner")
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        await asyncio.sleep(_FIRST_SECONDS)
        while True:
            try:
                await self.examine()
            except Exception:  # noqa: BLE001 - the next examination may succeed
                _LOG.exception("examination_failed")
            await asyncio.sleep(_EVERY_SECONDS)
