"""What an officer does against a stack that runs: `client.py <proxy> <token address> <users.json> <command>`.

Commands: `register-and-wait`, `load <stop file> <outcome file>`, `check <outcome file>`.
"""

from __future__ import annotations

import asyncio
import collections
import json
import sys
import time
from pathlib import Path
from typing import Any

import httpx

REQUESTS_A_SECOND = 20
WAIT_SECONDS = 90.0
SYNTHETIC = "003151"
"""Start of numbers that no province gives out: a woman born in 1951."""


class Officer:
    """An officer's calls through the proxy."""

    def __init__(self, proxy: str, token_url: str, users: Path, user: str) -> None:
        """Take the addresses, and the password from the file of the issuer."""
        self._token_url = token_url
        self._user = user
        self._password = json.loads(users.read_text("utf-8"))[user]
        self.http = httpx.AsyncClient(base_url=proxy, timeout=60.0)
        self._token = ""
        self._until = 0.0

    async def headers(self) -> dict[str, str]:
        """Give the headers with a fresh token."""
        if time.monotonic() > self._until:
            answer = await self.http.post(
                self._token_url,
                data={"grant_type": "password", "username": self._user, "password": self._password},
            )
            answer.raise_for_status()
            self._token = answer.json()["access_token"]
            self._until = time.monotonic() + 300
        return {"Authorization": f"Bearer {self._token}"}

    async def register(self, number: int) -> httpx.Response:
        """Register the person with this number, once: the client never repeats."""
        return await self.http.post(
            "/registry/v1/persons",
            headers={**await self.headers(), "Idempotency-Key": f"deploy-{number}"},
            json={
                "full_name": "Nguyễn Thị Mẫu",
                "birth_date": "1951-03-10",
                "sex": "female",
                "commune_code": "25000",
                "personal_id": f"{SYNTHETIC}{number:06d}",
            },
        )

    async def knows(self, number: int) -> bool:
        """Tell whether the registry has the person."""
        answer = await self.http.get(
            f"/registry/v1/persons/{SYNTHETIC}{number:06d}", headers=await self.headers()
        )
        return answer.status_code == httpx.codes.OK


async def register_and_wait(officer: Officer) -> None:
    """Register one person and wait until the services that hear of people have read it."""
    answer = await officer.register(1)
    assert answer.status_code in {200, 201}, (answer.status_code, answer.text)
    deadline = time.monotonic() + WAIT_SECONDS
    path = f"/eligibility/v1/persons/{SYNTHETIC}000001/awards?month=2026-11"
    while True:
        known = await officer.http.get(path, headers=await officer.headers())
        if known.status_code == httpx.codes.OK:
            break
        assert time.monotonic() < deadline, (known.status_code, known.text)
        await asyncio.sleep(0.5)
    sys.stdout.write("registered, and known in eligibility\n")


async def load(officer: Officer, stop: Path, outcome: Path) -> None:
    """POST people at a steady pace until the stop file appears; write down every answer."""
    answers: dict[int, str] = {}
    waits: list[float] = []
    await officer.headers()

    async def send(number: int) -> None:
        began = time.monotonic()
        try:
            answers[number] = str((await officer.register(number)).status_code)
        except httpx.HTTPError as error:
            answers[number] = type(error).__name__
        waits.append(time.monotonic() - began)

    tasks: list[asyncio.Task[None]] = []
    number = int(time.time()) % 100_000 * 10
    while not stop.exists():  # noqa: ASYNC240 - a marker of the test's own
        number += 1
        tasks.append(asyncio.create_task(send(number)))
        await asyncio.sleep(1 / REQUESTS_A_SECOND)
    await asyncio.gather(*tasks)
    outcome.write_text(json.dumps(answers), "utf-8")  # noqa: ASYNC240
    counted = collections.Counter(answers.values())
    slowest = max(waits, default=0.0)
    sys.stdout.write(f"{len(answers)} POSTs: {dict(counted)}; slowest {slowest:.1f} s\n")
    assert set(counted) == {"201"}, counted


async def check(officer: Officer, outcome: Path) -> None:
    """Ask for everybody whose registration was accepted."""
    answers: dict[str, str] = json.loads(outcome.read_text("utf-8"))  # noqa: ASYNC240
    lost = [
        n for n, status in answers.items() if status == "201" and not await officer.knows(int(n))
    ]
    sys.stdout.write(f"{len(answers)} asked for, {len(lost)} lost\n")
    assert not lost


def main() -> None:
    """Do what the command line says."""
    proxy, token_url, users, command, *more = sys.argv[1:]
    officer = Officer(proxy, token_url, Path(users), "can_bo")
    files = [Path(each) for each in more]
    commands: dict[str, Any] = {
        "register-and-wait": register_and_wait,
        "load": load,
        "check": check,
    }
    asyncio.run(commands[command](officer, *files))


main()
