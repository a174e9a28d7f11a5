"""People of Di Linh, registered, and what a household is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest


@pytest.fixture
def people(registry: Any) -> Callable[..., Awaitable[dict[str, str]]]:
    """Register people and give number -> id (await it)."""

    async def register(*numbers: str, **fields: Any) -> dict[str, str]:
        found: dict[str, str] = {}
        for place, number in enumerate(numbers):
            female = number[3] == "1"
            answer = await registry.post(
                "/persons",
                json={
                    "personal_id": number,
                    "full_name": f"Nguyễn Thị Mẫu {chr(65 + place)}",
                    "birth_date": f"19{number[4:6]}-03-10",
                    "sex": "female" if female else "male",
                    "commune_code": "25000",
                    "village": "Thôn 3",
                }
                | fields,
            )
            assert answer.status_code == 201, answer.text
            found[number] = answer.json()["person_id"]
        return found

    return register


@pytest.fixture
def change(registry: Any) -> Callable[..., Awaitable[httpx.Response]]:
    """Change a household that was read before: its ETag is sent along (await it)."""

    async def send(method: str, home: dict[str, Any], what: str, body: Any) -> httpx.Response:
        headers = {"If-Match": f'"v{home["version"]}"'}
        path = f"/households/{home['household_id']}/{what}"
        if method == "post":
            sent: httpx.Response = await registry.post(path, json=body, headers=headers)
        else:
            path = f"/registry/v1{path}"
            sent = await registry.client.put(path, json=body, headers=headers)
        return sent

    return send
