"""Turns a frozen event loop into a restart: a thread that nobody can block watches it."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import sys
import threading
import time

from prometheus_client import Gauge

LOOP_LAG = Gauge("event_loop_lag_seconds", "How late the event loop was, last time", ["service"])
FROZEN_EXIT_CODE = 3
_BEAT_SECONDS = 1.0


class Watchdog:
    """Dumps all stacks and ends the process when the event loop stands still for too long."""

    def __init__(self, service: str, *, limit_seconds: float) -> None:
        """Watch with a limit; `start` begins."""
        self._service = service
        self._limit = limit_seconds
        self._beat_at = time.monotonic()
        self._stop = threading.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to beat in this loop and to watch in a thread of its own."""
        self._beat_at = time.monotonic()
        self._task = asyncio.create_task(self._beat(), name="watchdog")
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    async def stop(self) -> None:
        """End both."""
        self._stop.set()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _beat(self) -> None:
        while True:
            before = time.monotonic()
            self._beat_at = before
            await asyncio.sleep(_BEAT_SECONDS)
            lag = time.monotonic() - before - _BEAT_SECONDS
            LOOP_LAG.labels(self._service).set(max(lag, 0.0))

    def _watch(self) -> None:
        while not self._stop.wait(min(self._limit / 4, _BEAT_SECONDS)):
            late = time.monotonic() - self._beat_at - _BEAT_SECONDS
            if late > self._limit:
                sys.stderr.write(f"{self._service}: the event loop stood still for {late:.0f} s\n")
                faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
                os._exit(FROZEN_EXIT_CODE)
