"""Loopback ports, chosen once and remembered, so that addresses stay the same over restarts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sandbox.servers.probes import any_free_port, is_free

PREFERRED = {
    "registry": 8101,
    "eligibility": 8102,
    "disbursement": 8103,
    "reporting": 8104,
    "world": 8190,
}
"""First choices for what people type into a browser; the rest is left to the kernel."""


@dataclass(frozen=True)
class Ports:
    """The remembered ports of one installation."""

    file: Path

    def get(self, name: str) -> int:
        """The port of that name; chosen now if it has none yet."""
        known = self._load()
        return known[name] if name in known else self._choose(name, known)

    def free(self, name: str) -> int:
        """The port of that name if it is free now, otherwise a new one."""
        port = self.get(name)
        return port if is_free(port) else self._choose(name, self._load())

    def keep_off_preferred(self) -> None:
        """Choose every port by the kernel, for installations that start beside others (tests)."""
        known = self._load()
        for name in PREFERRED:
            known[name] = any_free_port()
        self._store(known)

    def all(self) -> dict[str, int]:
        """All ports chosen so far, by name."""
        return self._load()

    def _choose(self, name: str, known: dict[str, int]) -> int:
        port = PREFERRED.get(name, 0)
        if port == 0 or port in known.values() or not is_free(port):
            port = any_free_port()
            while port in known.values():
                port = any_free_port()
        known[name] = port
        self._store(known)
        return port

    def _store(self, known: dict[str, int]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.file.with_suffix(".new")
        unfinished.write_text(json.dumps(known, indent=2), encoding="utf-8")
        unfinished.rename(self.file)

    def _load(self) -> dict[str, int]:
        try:
            loaded = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return {str(name): int(port) for name, port in loaded.items()}
