"""`--all-seeds` runs every kill point; without it, the two of every run."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.faults.installation import Installation, Run, installation_in
from tests.faults.points import IN_EVERY_RUN, POINTS

from sandbox.sample import generate, write_all

SIZE = 120


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-seeds", action="store_true", help="run every seeded kill point")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "point" in metafunc.fixturenames:
        every = metafunc.config.getoption("--all-seeds", default=False)
        chosen = [point for point in POINTS if every or point.seed in IN_EVERY_RUN]
        metafunc.parametrize("point", chosen, ids=str)


@dataclass(frozen=True)
class Undisturbed:
    """A run that nothing disturbed."""

    run: Run
    figures: dict[str, Any]
    books: dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def prepared() -> Iterator[Installation]:
    """An installation with a small commune of Di Linh's code, which the sandbox's officers see."""
    folder = Path(tempfile.mkdtemp(prefix="ansinh-faults-"))
    # Not pytest's own folder: the account of the servers must be able to reach it.
    folder.chmod(0o755)
    sample = folder / "sample"
    sample.mkdir()
    write_all(generate("25000", seed=7, size=SIZE), sample)
    with installation_in(folder, sample) as made:
        yield made


@pytest.fixture(scope="session")
def undisturbed(prepared: Installation) -> Undisturbed:
    run = prepared.demo()
    assert run.code == 0, run.text
    return Undisturbed(run, prepared.figures(), prepared.books())


@pytest.fixture
def installation(prepared: Installation, undisturbed: Undisturbed) -> Iterator[Installation]:
    """The installation with fresh data, nothing running; `undisturbed` has had its turn."""
    assert undisturbed.figures
    prepared.refresh()
    yield prepared
    sys.stderr.write(prepared.complaints())
    prepared.stop()
