"""kill -9 anywhere during the demo; run it again: same totals, same hash, nobody paid twice."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.sample import generate, write_all

sys.path.insert(0, str(Path(__file__).parent))
from points import KillPoint

ANSINH = Path(sys.executable).with_name("ansinh")
CHAPTER = re.compile(r"^(\d+)\. ")
TRIES = 6
BANK_HOLDS_MILLISECONDS = 1500


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation with a small commune of its own."""

    home: Path
    sample: Path
    output: Path

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        """Start an `ansinh` command."""
        return subprocess.Popen(
            [str(ANSINH), *arguments],
            env={
                **os.environ, "ANSINH_HOME": str(self.home), "PYTHONUNBUFFERED": "1",
                "COLUMNS": "160", "NO_COLOR": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip

    def demo(self) -> subprocess.Popen[str]:
        """Start the demo over the small commune."""
        return self.run("demo", "--sample", str(self.sample), "--output", str(self.output))

    def state(self) -> dict[str, Any]:
        """Read what the supervisor says of itself."""
        loaded: dict[str, Any] = json.loads((self.home / "run" / "state.json").read_text())
        return loaded

    def url(self, name: str) -> str:
        """Give the address of a program."""
        return str(self.state()["units"][name]["url"])

    def kill(self, victim: str) -> int:
        """Send SIGKILL to one process of this installation; gives its number."""
        state = self.state()
        if victim == "supervisor":
            pid = int(state["supervisor"].partition(":")[0])
        else:
            pid = int(state["units"][victim]["pid"])
        os.kill(pid, signal.SIGKILL)
        return pid

    def figures(self) -> dict[str, Any]:
        """Read the figures of the closing table."""
        loaded: dict[str, Any] = json.loads((self.output / "figures.json").read_text())
        return loaded


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A commune of Di Linh's code, so that the sandbox's officers may see it."""
    folder = tmp_path_factory.mktemp("sample")
    write_all(generate("25000", seed=7, size=120), folder)
    return folder


@pytest.fixture
def installation(tmp_path: Path, sample: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "home", sample, tmp_path / "output")
    yield made
    ended = made.run("reset", "--yes")
    assert ended.wait(120) == 0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> dict[str, Any]:
    """The figures of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    made = Installation(folder / "home", sample, folder / "output")
    try:
        code, text = _read(made.demo())
        assert code == 0, text
        return made.figures()
    finally:
        made.run("reset", "--yes").wait(120)


def _read(process: subprocess.Popen[str]) -> tuple[int, str]:
    text, _ = process.communicate(timeout=300)
    return process.returncode, text


def _run_and_kill(installation: Installation, point: KillPoint) -> str:
    """Run the demo once and kill at the point; gives what it printed."""
    if point.in_bank_window:
        up = installation.run("up")
        assert up.wait(300) == 0
        mood = {"hold_milliseconds": BANK_HOLDS_MILLISECONDS}
        httpx.post(f"{installation.url('world')}/bank/mood", json=mood).raise_for_status()
    process = installation.demo()
    assert process.stdout is not None
    lines: list[str] = []
    killer: threading.Thread | None = None
    for line in process.stdout:
        lines.append(line)
        opened = CHAPTER.match(line)
        if killer is None and opened and int(opened[1]) == point.chapter:
            killer = threading.Thread(target=_kill_at, args=(installation, point))
            killer.start()
    process.wait(300)
    assert killer is not None, "".join(lines)
    killer.join()
    return "".join(lines)


def _kill_at(installation: Installation, point: KillPoint) -> None:
    if point.in_bank_window:
        books = f"{installation.url('world')}/bank/books"
        while not httpx.get(books).json()["lists"]:
            time.sleep(0.01)
    else:
        time.sleep(point.delay)
    sys.stderr.write(f"{point} (pid {installation.kill(point.victim)})\n")


@pytest.mark.timeout(900)
@pytest.mark.xdist_group("faults")
def test_a_killed_demo_is_run_again_with_the_same_totals_and_hash(
    point: KillPoint, installation: Installation, undisturbed: dict[str, Any]
) -> None:
    printed = _run_and_kill(installation, point)
    for _ in range(TRIES):
        code, printed = _read(installation.demo())
        if code == 0:
            break
    assert code == 0, printed
    assert installation.figures() == undisturbed
    for desk in ("bank", "post"):
        books = httpx.get(f"{installation.url('world')}/{desk}/books").json()
        assert len(books["lists"]) == 1
        assert books["messages_waiting"] == 0
