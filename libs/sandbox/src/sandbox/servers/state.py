"""What the supervisor tells the world about itself: one JSON file, replaced as a whole."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from sandbox.servers.paths import Home
from sandbox.servers.probes import is_alive

Phase = Literal["starting", "ready", "stopping", "stopped", "failed"]
UnitStatus = Literal["waiting", "starting", "ready", "restarting", "stopped", "failed"]


@dataclass
class UnitState:
    """One child: a server or a program."""

    name: str
    status: UnitStatus = "waiting"
    pid: int | None = None
    identity: str | None = None
    """Process number, boot and start time: the process cannot be confused with a later one."""
    restarts: int = 0
    url: str | None = None
    detail: str = ""


@dataclass
class State:
    """The whole installation."""

    phase: Phase = "starting"
    step: str = ""
    """What is being done now, in words for the person who waits."""
    supervisor: str | None = None
    """Identity of the supervisor."""
    units: dict[str, UnitState] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    problem: str = ""
    """Why it failed, in words for the person who waits."""

    def unit(self, name: str) -> UnitState:
        """The entry of a child, made when it is missing."""
        return self.units.setdefault(name, UnitState(name=name))


def state_file(home: Home) -> Path:
    """Where the state of an installation is."""
    return home.run / "state.json"


def write_state(home: Home, state: State) -> None:
    """Replace the state file; a reader sees the old or the new one, never a half."""
    file = state_file(home)
    unfinished = file.with_name(f".state.{os.getpid()}")
    unfinished.write_text(json.dumps(asdict(state), indent=2), encoding="utf-8")
    unfinished.rename(file)


def read_state(home: Home) -> State | None:
    """The last state that a supervisor wrote, or None before the first start."""
    try:
        loaded = json.loads(state_file(home).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    units = {name: UnitState(**unit) for name, unit in loaded.pop("units").items()}
    return State(units=units, **loaded)


def supervisor_is_alive(state: State | None) -> bool:
    """Tell whether the supervisor that wrote this state still runs."""
    return state is not None and state.supervisor is not None and is_alive(state.supervisor)
