"""Temporary installations live as long as some process holds a lease on them."""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.servers.paths import Home
from sandbox.servers.probes import identity, is_alive


def _folder(home: Home) -> Path:
    return home.run / "leases"


def take_lease(home: Home) -> None:
    """Keep the installation running while this process lives."""
    _folder(home).mkdir(parents=True, exist_ok=True)
    (_folder(home) / str(os.getpid())).write_text(identity(os.getpid()) or "", encoding="utf-8")


def return_lease(home: Home) -> None:
    """This process no longer needs the installation."""
    (_folder(home) / str(os.getpid())).unlink(missing_ok=True)


def has_living_lease(home: Home) -> bool:
    """Tell whether a living process still needs the installation."""
    folder = _folder(home)
    if not folder.exists():
        return False
    return any(is_alive(known) for file in folder.iterdir() if (known := _read(file)))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
