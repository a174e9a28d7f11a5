"""The proxy of the stack, as it is: no POST is lost while copies are exchanged, hang or are gone."""

from __future__ import annotations

import asyncio
import collections
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx
import pytest

ROOT = Path(__file__).parents[2]
CADDY = Path(sys.executable).with_name("caddy")
SENDERS = 6
SEVERAL = 60


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Copies:
    """Two copies of one service behind the proxy, and what they took in."""

    folder: Path
    ports: tuple[int, int]
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def taken(self) -> Path:
        """One line for each body that a copy has taken in."""
        return self.folder / "taken"

    def start(self, port: int) -> None:
        """Start the copy at a port."""
        script = Path(__file__).with_name("copy_of_a_service.py")
        command = [sys.executable, str(script), str(port), str(self.taken)]
        self.running[port] = subprocess.Popen(command)

    async def stop(self, port: int) -> None:
        """Stop it as Docker does, and wait for its end."""
        process = self.running.pop(port)
        process.terminate()
        assert await asyncio.to_thread(process.wait) in {0, -signal.SIGTERM}

    def bodies(self) -> list[str]:
        """Give every body that was taken in."""
        return self.taken.read_text("utf-8").split()


@dataclass
class Proxy:
    """The address of the proxy, and the authority that it made."""

    url: str
    authority: Path

    def client(self) -> httpx.AsyncClient:
        """Make a client that trusts the proxy's own authority only."""
        trusted = ssl.create_default_context(cafile=self.authority)
        return httpx.AsyncClient(base_url=self.url, verify=trusted, timeout=90.0)

    async def shows_its_certificate(self) -> bool:
        """Tell whether a client that trusts its authority gets an answer."""
        try:
            async with self.client() as http:
                return (await http.get("/")).status_code == httpx.codes.NOT_FOUND
        except (httpx.HTTPError, OSError):
            return False


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[Copies]:
    made = Copies(tmp_path, (_free_port(), _free_port()))
    made.taken.touch()
    yield made
    for process in made.running.values():
        process.kill()
        process.wait()


@pytest.fixture
async def proxy(copies: Copies, tmp_path: Path) -> AsyncIterator[Proxy]:
    port, health = _free_port(), _free_port()
    environment = {
        **os.environ,
        "ANSINH_HOSTNAME": "localhost",
        "ANSINH_PROXY_PORT": str(port),
        "ANSINH_PROXY_HEALTH_PORT": str(health),
        "ANSINH_REGISTRY_COPIES": " ".join(f"127.0.0.1:{each}" for each in copies.ports),
        "XDG_DATA_HOME": str(tmp_path),
        "HOME": str(tmp_path),
    }
    file = str(ROOT / "deploy/proxy/Caddyfile")
    command = [str(CADDY), "run", "--config", file, "--adapter", "caddyfile"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        made = Proxy(f"https://localhost:{port}", tmp_path / "caddy/pki/authorities/local/root.crt")
        try:
            await _until(lambda: _answers(f"http://127.0.0.1:{health}/livez"))
            # Its own authority and certificate are made a moment later.
            await _until(made.shows_its_certificate)
            yield made
        finally:
            process.kill()


async def _answers(url: str) -> bool:
    async with httpx.AsyncClient() as http:
        try:
            return (await http.get(url)).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False


async def _until(question: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await question():
            await asyncio.sleep(0.05)


@dataclass
class Load:
    """POSTs without end from several clients; no client repeats."""

    proxy: Proxy
    answers: collections.Counter[tuple[int, str]] = field(default_factory=collections.Counter)
    sent: list[str] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    stopping: bool = False

    async def __aenter__(self) -> Self:
        self.tasks = [asyncio.create_task(self._send(number)) for number in range(SENDERS)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stopping = True
        await asyncio.gather(*self.tasks)

    async def _send(self, sender: int) -> None:
        async with self.proxy.client() as http:
            number = 0
            while not self.stopping:
                number += 1
                body = f"{sender}-{number}"
                self.sent.append(body)
                answer = await http.post("/registry/v1/things", content=body)
                said = answer.json()["copy"] if answer.is_success else ""
                self.answers[answer.status_code, said] += 1

    async def more(self, by: int | None = None, *, count: int = SEVERAL) -> None:
        """Wait for so many more answers, of one copy or of any."""

        def counted() -> int:
            return sum(n for (_, said), n in self.answers.items() if by is None or said == str(by))

        wanted = counted() + count

        async def reached() -> bool:
            return counted() >= wanted

        await _until(reached)


def _nothing_lost(load: Load, copies: Copies) -> None:
    assert {status for status, _ in load.answers} == {httpx.codes.OK}
    assert sorted(copies.bodies()) == sorted(load.sent)


async def test_two_copies_share_and_are_exchanged_without_losing_a_post(
    copies: Copies, proxy: Proxy
) -> None:
    for port in copies.ports:
        copies.start(port)
    async with Load(proxy) as load:
        for port in copies.ports:
            await load.more(by=port)
        for port in copies.ports:
            await copies.stop(port)
            await load.more()
            copies.start(port)
            await load.more(by=port)
    _nothing_lost(load, copies)


async def test_with_one_copy_posts_wait_while_it_is_exchanged(copies: Copies, proxy: Proxy) -> None:
    port = copies.ports[0]
    copies.start(port)
    async with Load(proxy) as load:
        await load.more(by=port)
        await copies.stop(port)
        copies.start(port)
        await load.more(by=port)
    _nothing_lost(load, copies)


async def test_a_copy_that_hangs_is_taken_out_and_comes_back(copies: Copies, proxy: Proxy) -> None:
    hung, well = copies.ports
    copies.start(hung)
    copies.start(well)
    async with Load(proxy) as load:
        for port in copies.ports:
            await load.more(by=port)
        copies.running[hung].send_signal(signal.SIGSTOP)
        # Those that the hung copy holds wait for it; everybody else is served by the other.
        async with Load(proxy) as others:
            await others.more(by=well)
            copies.running[hung].send_signal(signal.SIGCONT)
            await others.more(by=hung)
    assert {status for status, _ in (load.answers + others.answers)} == {httpx.codes.OK}


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/registry/metrics", "/registry//metrics"])
async def test_metrics_and_health_are_not_routed(copies: Copies, proxy: Proxy, path: str) -> None:
    copies.start(copies.ports[0])
    async with proxy.client() as http:
        answer = await http.get(path)
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "server" not in answer.headers
    assert answer.headers["strict-transport-security"]
