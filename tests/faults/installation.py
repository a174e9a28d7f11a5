"""One installation that is hurt again and again: each story starts from the same fresh data."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from sandbox.servers import daemon
from sandbox.servers.accounts import unprivileged_account
from sandbox.servers.composition import an_sinh
from sandbox.servers.connections import superuser_database_url
from sandbox.servers.paths import Home
from sandbox.servers.plan import with_ports
from sandbox.servers.ports import Ports
from sandbox.servers.probes import is_alive
from sandbox.servers.secret_files import SERVICES, SecretFiles
from sandbox.servers.state import State

ANSINH = Path(sys.executable).with_name("ansinh")
CHAPTER = re.compile(r"^(\d+)\. ")
COMPLAINT = re.compile(r'"level": "(error|critical)"|WARNING|ERROR|FATAL|PANIC|Traceback|Error: ')
COMMAND_SECONDS = 400.0
DEATH_SECONDS = 90.0
DESKS = ("bank", "post")


@dataclass
class Run:
    """What one `ansinh` command printed, and when it opened each chapter."""

    lines: list[str] = field(default_factory=list)
    opened: dict[int, float] = field(default_factory=dict)
    ended: float = 0.0
    code: int | None = None

    @property
    def text(self) -> str:
        """Everything that it printed."""
        return "".join(self.lines)

    @property
    def chapter(self) -> int:
        """The chapter that is open now; 0 before the first."""
        return max(self.opened, default=0)

    def seconds_of(self, chapter: int) -> float:
        """Tell how long a chapter took."""
        return self.opened.get(chapter + 1, self.ended) - self.opened[chapter]


@dataclass(frozen=True)
class Installation:
    """An installation of its own with a small commune, in a folder that servers can reach."""

    folder: Path
    sample: Path

    @property
    def home(self) -> Home:
        """Its folders."""
        return daemon.installation(self.folder / "home")

    @property
    def output(self) -> Path:
        """Where the demo writes its files."""
        return self.folder / "output"

    def prepare(self) -> None:
        """Make the databases once, stop, and keep a copy of that state."""
        account = unprivileged_account()
        self.home.create_root()
        Ports(self.home.run / "ports.json").keep_off_preferred()
        daemon.up(self.home, replace(an_sinh(self.home, account), groups=()))
        daemon.down(self.home)
        _copy(self.home.data, self.folder / "fresh")

    def stop(self) -> None:
        """Leave nothing running for the tests of others."""
        daemon.down(self.home)

    def refresh(self) -> None:
        """Stop, and go back to the databases of the beginning."""
        self.stop()
        # The folders themselves stay: the record of finished migrations knows them by number.
        for folder in self.home.data.iterdir():
            for entry in folder.iterdir():
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        _copy(self.folder / "fresh", self.home.data)
        shutil.rmtree(self.output, ignore_errors=True)

    def command(self, *arguments: str, on_chapter: Callable[[Run], None] | None = None) -> Run:
        """Run an `ansinh` command to its end; `on_chapter` hears each chapter as it opens."""
        run = Run()
        with subprocess.Popen(
            [str(ANSINH), *arguments],
            env={**os.environ, **self.variables, "PYTHONUNBUFFERED": "1", "COLUMNS": "160"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                for line in process.stdout or ():
                    run.lines.append(line)
                    if found := CHAPTER.match(line):
                        run.opened[int(found[1])] = time.monotonic()
                        if on_chapter:
                            on_chapter(run)
                run.code = process.wait(COMMAND_SECONDS)
            finally:
                process.kill()
        run.ended = time.monotonic()
        return run

    def demo(self, *, on_chapter: Callable[[Run], None] | None = None) -> Run:
        """Run the demo over the small commune."""
        arguments = ("demo", "--sample", str(self.sample), "--output", str(self.output))
        return self.command(*arguments, on_chapter=on_chapter)

    @property
    def variables(self) -> dict[str, str]:
        """What tells `ansinh` that this installation is meant."""
        return {"ANSINH_HOME": str(self.home.root), "NO_COLOR": "1"}

    def state(self) -> State:
        """Read what the supervisor says."""
        found = daemon.status(self.home)
        assert found is not None
        return found

    def url(self, name: str) -> str:
        """Give the address of a program."""
        return str(self.state().units[name].url)

    def kill(self, victim: str) -> int:
        """Send SIGKILL to one process of this installation; gives its number."""
        state = self.state()
        known = state.supervisor if victim == "supervisor" else state.units[victim].identity
        assert known is not None
        assert is_alive(known)
        pid = int(known.partition(":")[0])
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_until_children_died(self, recorded: State) -> None:
        """Return when no process that a killed supervisor recorded is left."""
        known = [unit.identity for unit in recorded.units.values() if unit.identity]
        deadline = time.monotonic() + DEATH_SECONDS
        while left := [one for one in known if is_alive(one)]:
            assert time.monotonic() < deadline, f"they outlived their supervisor: {left}"
            time.sleep(0.05)

    def complaints(self) -> str:
        """Give the last lines of the logs that speak of errors, for the report of a failed test."""
        found = []
        for log in sorted(self.home.logs.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            bad = [line for line in lines if COMPLAINT.search(line)]
            found += [f"{log.name}: {line[:2000]}" for line in bad[-5:]]
        return "\n".join(found)

    def figures(self) -> dict[str, Any]:
        """Read the figures of the closing table."""
        loaded: dict[str, Any] = json.loads((self.output / "figures.json").read_text())
        return loaded

    def books(self) -> dict[str, dict[str, Any]]:
        """Ask the bank and the post office what they took and paid."""
        return {desk: httpx.get(f"{self.url('world')}/{desk}/books").json() for desk in DESKS}

    def database_url(self, service: str) -> str:
        """Give the superuser's address of a service's database: tests look past row policies."""
        port = Ports(self.home.run / "ports.json").get("postgres")
        return superuser_database_url(SecretFiles(self.home.secrets), port, service)

    def broken_invariants(self) -> dict[str, str]:
        """Run `python -m <service> invariants` for all services; gives what the failed ones say."""
        plan = with_ports(
            an_sinh(self.home, unprivileged_account()), _Chosen(self.home.run / "ports.json")
        )
        programs = {one.name: one for group in plan.groups for one in group}
        asked = {
            service: subprocess.Popen(
                [sys.executable, "-m", service, "invariants"],
                env={"PATH": os.defpath, **programs[service].env},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for service in SERVICES
        }
        said = {name: process.communicate(timeout=120)[0] for name, process in asked.items()}
        return {name: said[name] for name, process in asked.items() if process.returncode != 0}


class _Chosen(Ports):
    """The ports as chosen: programs listen on them now, so none of them is free."""

    def free(self, name: str) -> int:
        return self.get(name)


@contextmanager
def installation_in(folder: Path, sample: Path) -> Iterator[Installation]:
    """Give a prepared installation; it is removed afterwards, even when this process is killed."""
    made = Installation(folder, sample)
    guard = subprocess.Popen(
        # The end of this process closes the pipe, however it ends.
        ["/bin/sh", "-c", 'cat >/dev/null; "$0" reset --yes >/dev/null; rm -rf "$1"',
         str(ANSINH), str(folder)],
        env={**os.environ, **made.variables},
        stdin=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        made.prepare()
        yield made
    finally:
        guard.communicate(timeout=COMMAND_SECONDS)


def _copy(source: Path, target: Path) -> None:
    """Copy the content of a folder with owners and modes."""
    target.mkdir(exist_ok=True)
    shutil.copystat(source, target)
    subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)
