"""What a supervisor shall run on top of the servers, as data."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sandbox.servers.ports import Ports

PLACEHOLDER = re.compile(r"\{port:([a-z_]+)\}")
SERVER_PORTS = ("postgres", "nats", "nats_monitor")
"""Ports of servers that already run when programs start."""


@dataclass(frozen=True)
class Step:
    """A command that runs to its end before the programs start: migrations, streams."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    seconds: float = 180.0
    """How long it may take."""
    unprivileged: bool = True
    """Run as the account of the servers when the supervisor is root."""
    fingerprint: str | None = None
    """Not run again while this stays the same and the data is the same; None runs at every start."""


@dataclass(frozen=True)
class Program:
    """A command that must always run: a service, a stand-in of the outside world."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    ready_url: str | None = None
    """Answers 2xx when it can be used."""
    live_url: str | None = None
    """Answers 2xx while it is not frozen; asked every few seconds."""
    live_seconds: float = 5.0
    """How long that answer may take."""
    url: str | None = None
    """The address to show to people."""
    ready_seconds: float = 60.0
    stop_seconds: float = 25.0
    unprivileged: bool = True


@dataclass(frozen=True)
class SeedFile:
    """A file below the data folder that is written when it does not exist yet."""

    path: str
    text: str


@dataclass(frozen=True)
class Plan:
    """Groups of steps, then groups of programs: groups in order, the members of one together."""

    steps: tuple[tuple[Step, ...], ...] = ()
    groups: tuple[tuple[Program, ...], ...] = ()
    folders: tuple[str, ...] = ()
    """Folders below the data folder that programs may write to."""
    seeds: tuple[SeedFile, ...] = ()


def write_plan(file: Path, plan: Plan) -> None:
    """Store a plan for the supervisor. It names secret files and never holds a secret."""
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps(asdict(plan), indent=2), encoding="utf-8")
    unfinished.chmod(0o600)
    unfinished.rename(file)


def read_plan(file: Path) -> Plan:
    """Load a stored plan."""
    return _from_json(json.loads(file.read_text(encoding="utf-8")))


def _from_json(loaded: Any) -> Plan:
    return Plan(
        steps=tuple(tuple(Step(**_tuples(step)) for step in group) for group in loaded["steps"]),
        groups=tuple(
            tuple(Program(**_tuples(program)) for program in group) for group in loaded["groups"]
        ),
        folders=tuple(loaded["folders"]),
        seeds=tuple(SeedFile(**seed) for seed in loaded["seeds"]),
    )


def with_ports(plan: Plan, ports: Ports) -> Plan:
    """Put numbers in the place of `{port:<name>}` in commands, variables and addresses."""
    names = sorted(set(PLACEHOLDER.findall(json.dumps(asdict(plan)))))
    chosen = {name: ports.get(name) if name in SERVER_PORTS else ports.free(name) for name in names}

    def put(text: str) -> str:
        return PLACEHOLDER.sub(lambda found: str(chosen[found[1]]), text)

    def put_all(entry: object) -> object:
        if isinstance(entry, str):
            return put(entry)
        if isinstance(entry, dict):
            return {key: put_all(value) for key, value in entry.items()}
        if isinstance(entry, list | tuple):
            return [put_all(value) for value in entry]
        return entry

    return _from_json(put_all(asdict(plan)))


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "argv": tuple(entry["argv"])}
