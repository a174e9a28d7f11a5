"""What the tests about persons share: a person, commands at the version last read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from common.runtime.invariants import check_invariants
from registry.invariants import INVARIANTS

MAU = {
    "personal_id": "003151000017",
    "full_name": "Nguyễn Thị Mẫu",
    "birth_date": "1951-03-10",
    "sex": "female",
    "commune_code": "25000",
    "village": "Thôn 3",
}

Send = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def person_body() -> dict[str, Any]:
    """The body that registers Nguyễn Thị Mẫu."""
    return dict(MAU)


@pytest.fixture
def register(registry: Any) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Register a person like Nguyễn Thị Mẫu, but for what is changed; gives the answer (await)."""

    async def run(**changed: Any) -> dict[str, Any]:
        answer = await registry.post("/persons", json=MAU | changed)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return run


@pytest.fixture
def check_truths(registry: Any) -> Callable[[], Awaitable[None]]:
    """Check every invariant of the registry (await it)."""

    async def run() -> None:
        broken = await check_invariants(registry.client.context.db, INVARIANTS)
        assert broken == {}

    return run


@pytest.fixture
def send(registry: Any) -> Send:
    """Send a command about a person at the version last read (await it): `send(key, what, body)`."""

    async def run(
        key: str, what: str, body: dict[str, Any], *, version: int | None = None
    ) -> httpx.Response:
        if version is None:
            seen = await registry.get(f"/persons/{key}")
            version = seen.json()["version"] if seen.status_code == 200 else 1
        answer: httpx.Response = await registry.post(
            f"/persons/{key}/{what}", json=body, headers={"If-Match": f'"v{version}"'}
        )
        return answer

    return run
