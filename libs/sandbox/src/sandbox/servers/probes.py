"""Small questions to the machine: is a port free, does an address answer, who is a process."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from urllib.parse import urlsplit

import psutil

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Tell whether nobody listens on this loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """Let the kernel choose a free loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


async def http_status(url: str, *, seconds: float = 2.0) -> int | None:
    """Ask `GET url` and give the status code, or None when nothing answers in time.

    Written on a plain socket: the supervisor must stay small and start fast.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or LOOPBACK, parts.port or 80
    target = parts.path or "/"
    if parts.query:
        target = f"{target}?{parts.query}"
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                request = (
                    f"GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
                )
                writer.write(request.encode())
                status_line = await reader.readline()
            finally:
                writer.close()
                await writer.wait_closed()
            return int(status_line.split()[1])
    except (OSError, TimeoutError, ValueError, IndexError):
        return None


def identity(pid: int) -> str | None:
    """Name the process that has this number now, or None when it is dead or a zombie.

    A number alone is reused; together with the start time it is not. On Linux the start time is
    counted from boot, so that setting the clock does not change it.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return _portable_identity(pid)
    state, started = fields[0], fields[19]
    return None if state in {"Z", "X"} else f"{pid}:{boot}:{started}"


def _portable_identity(pid: int) -> str | None:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return f"{pid}:{process.create_time():.2f}"
    except psutil.Error:
        return None


def is_alive(known: str) -> bool:
    """Tell whether the process with this identity still runs."""
    return identity(int(known.partition(":")[0])) == known
