"""A tiny partner on loopback: keeps what it is sent, answers as agreed on the wire."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from common.web.signatures import verify_message


@dataclass
class Books:
    """What the tiny partner was told, and how it behaves."""

    files: dict[str, bytes] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)
    verify_key: str = ""
    lose_answers: int = 0
    refuse_before_taking: int = 0
    refuse_for_good: int = 0
    unknown_to_all: bool = False
    drip: dict[str, float] = field(default_factory=dict)
    """Desk -> seconds between two bytes of its answer."""
    on_post: Callable[[], None] | None = None

    def misbehave(self, desk: str) -> Response | None:
        """Give the answer of a partner that does not take the file, if it is in that mood."""
        if desk in self.drip:
            return StreamingResponse(_bytes_now_and_then(self.drip[desk]))
        if self.unknown_to_all:
            return Response(status_code=404)
        if self.refuse_for_good:
            self.refuse_for_good -= 1
            return Response(status_code=422)
        if self.refuse_before_taking:
            self.refuse_before_taking -= 1
            return Response(status_code=503)
        return None


async def _bytes_now_and_then(seconds: float) -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(seconds)


def partner_app(books: Books) -> FastAPI:
    """A partner that keeps files by reference and answers as agreed on the wire."""
    app = FastAPI()

    def answer(reference: str) -> dict[str, Any]:
        content = books.files[reference]
        if content.startswith(b"<?xml"):
            text = content.decode()
            count = text.count("<CdtTrfTxInf>")
            total = sum(int(part.split("<")[0]) for part in text.split('<InstdAmt Ccy="VND">')[1:])
        else:
            rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))[:-1]
            count = len(rows)
            total = sum(int(row["so_tien"]) for row in rows)
        digest = hashlib.sha256(content).hexdigest()
        return {"reference": reference, "count": count, "sum": total, "digest": digest}

    @app.post("/{desk}/lists", status_code=202)
    async def take(desk: str, request: Request) -> Any:
        body = await request.body()
        reference = request.headers["x-list-reference"]
        verify_message(
            "POST", str(request.url), dict(request.headers), body, lambda _: books.verify_key
        )
        if (misbehaved := books.misbehave(desk)) is not None:
            return misbehaved
        books.posts.append(reference)
        known = books.files.setdefault(reference, body)
        if known != body:
            return Response(status_code=409)
        if books.on_post is not None:
            books.on_post()
        if books.lose_answers:
            books.lose_answers -= 1
            return Response(status_code=504)
        return answer(reference)

    @app.get("/{desk}/lists/{reference}")
    async def status(desk: str, reference: str) -> Any:
        if reference not in books.files:
            return Response(status_code=404)
        return answer(reference)

    return app


@pytest_asyncio.fixture
async def partner() -> AsyncIterator[tuple[str, Books]]:
    """A partner on loopback: its address and its books."""
    books = Books()
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    config = uvicorn.Config(partner_app(books), log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # not in its stubs
    task = asyncio.create_task(server.serve(sockets=[sock]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{sock.getsockname()[1]}", books
    server.should_exit = True
    await task


def message(
    message_id: str,
    entries: Sequence[tuple[str, str, int, str | None]],
    *,
    kind: str = "results",
    reference: str = "AS-25000-2026-12-agribank",
) -> dict[str, Any]:
    """A partner's message of (reference, outcome, amount, reason code)."""
    return {
        "message_id": message_id,
        "kind": kind,
        "list_reference": reference,
        "entries": [
            {
                "end_to_end_id": end_to_end,
                "outcome": outcome,
                "amount": amount,
                "reason_code": reason,
                "settled_on": "2026-12-02",
            }
            for end_to_end, outcome, amount, reason in entries
        ],
        "totals": {"count": len(entries), "sum": sum(entry[2] for entry in entries)},
    }


@pytest.fixture
def say_message() -> Callable[..., dict[str, Any]]:
    """Make a partner's message."""
    return message
