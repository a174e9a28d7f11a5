"""Ids made by the client: UUID version 7, strictly increasing within a process."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_COUNTER_BITS = 42
_TAIL_BITS = 32


class _Generator:
    """RFC 9562 method 1: 48 bits of milliseconds, a 42-bit counter, 32 random bits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._millisecond = 0
        self._counter = 0

    def next(self) -> UUID:
        millisecond, counter = self._reserve(1)
        tail = int.from_bytes(os.urandom(4), "big")
        value = (millisecond & 0xFFFFFFFFFFFF) << 80
        value |= 0x7 << 76
        value |= (counter >> 30) << 64
        value |= 0b10 << 62
        value |= (counter & 0x3FFFFFFF) << _TAIL_BITS
        return UUID(int=value | tail)

    def texts(self, count: int) -> list[str]:
        millisecond, first = self._reserve(count)
        time_part = f"{millisecond & 0xFFFFFFFFFFFF:012x}"
        head = f"{time_part[:8]}-{time_part[8:]}-7"
        tails = os.urandom(4 * count).hex()
        return [
            f"{head}{c >> 30:03x}-{0x8000 | c >> 16 & 0x3FFF:04x}-{c & 0xFFFF:04x}{tails[i : i + 8]}"
            for c, i in zip(range(first, first + count), range(0, 8 * count, 8), strict=True)
        ]

    def _reserve(self, count: int) -> tuple[int, int]:
        """Take `count` counters in a row: gives the millisecond and the first of them."""
        with self._lock:
            # An id needs an order, not a date: the system clock may serve here.
            millisecond = time.time_ns() // 1_000_000
            if millisecond > self._millisecond:
                self._millisecond = millisecond
                # The top bit stays free, so that the counter cannot run over within a millisecond.
                self._counter = int.from_bytes(os.urandom(6), "big") >> (48 - _COUNTER_BITS + 1)
            else:
                self._counter += 1
            if self._counter + count >> _COUNTER_BITS:
                self._millisecond += 1
                self._counter = 0
            first = self._counter
            self._counter += count - 1
            return self._millisecond, first


_GENERATOR = _Generator()


def _renew_after_fork() -> None:
    global _GENERATOR  # noqa: PLW0603 - a forked child must not repeat its parent's counter
    _GENERATOR = _Generator()


os.register_at_fork(after_in_child=_renew_after_fork)


def new_id() -> UUID:
    """Give a UUID v7, greater than every id that this process gave before.

    Ids of one process sort by time, which keeps B-tree indexes dense.
    """
    return _GENERATOR.next()


def new_id_texts(count: int) -> list[str]:
    """Give many ids as text at once, each greater than the one before: for sets of rows.

    Args:
        count: how many, at least one.
    """
    return _GENERATOR.texts(count)
