"""Many callers' questions in one statement.

While a statement runs, further questions gather and go out together with the next one, so a busy
server pays one round trip and one commit for many of them, and an idle one waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import asyncpg

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and what for: the communes that the token names, the actor, the request."""

    communes: str
    actor: str
    request_id: str | None
    purpose: str


@dataclass(slots=True)
class Batches(Generic[Q, A]):
    """The questions of one process on their way to the database.

    `fetch` answers a batch, one answer for each question in their order; at most `size` questions
    are in a batch and `at_once` batches under way.
    """

    fetch: Callable[[list[Q]], Awaitable[Sequence[A]]]
    size: int
    at_once: int
    _waiting: deque[tuple[Q, asyncio.Future[A]]] = field(default_factory=deque)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def ask(self, question: Q) -> A:
        """Give the answer, when the transaction that it was read in has been committed.

        Raises:
            OSError, asyncpg.PostgresError, asyncpg.InterfaceError: the database did not answer.
        """
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if len(self._running) < self.at_once:
            task = asyncio.create_task(self._drain())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await answer

    async def _drain(self) -> None:
        while self._waiting:
            count = min(self.size, len(self._waiting))
            batch = [self._waiting.popleft() for _ in range(count)]
            try:
                found = await self.fetch([question for question, _ in batch])
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, RuntimeError) as error:
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            except asyncio.CancelledError:
                for _, answer in batch:
                    answer.cancel()
                raise
            for (_, answer), one in zip(batch, found, strict=True):
                if not answer.done():
                    answer.set_result(one)
