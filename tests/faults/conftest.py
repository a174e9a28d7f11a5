"""`--all-seeds` runs every kill point; without it, the two of every run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from points import IN_EVERY_RUN, POINTS


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-seeds", action="store_true", help="run every seeded kill point")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "point" in metafunc.fixturenames:
        every = metafunc.config.getoption("--all-seeds", default=False)
        chosen = [point for point in POINTS if every or point.seed in IN_EVERY_RUN]
        metafunc.parametrize("point", chosen, ids=str)
