"""The bill of materials names every package of the production image, pinned and with its hashes."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest
from tools.sbom import LOCK, bill, pinned

ROOT = Path(__file__).parents[2]


def test_every_locked_package_stands_in_the_bill_once_with_its_hashes() -> None:
    lock = LOCK.read_text("utf-8")
    found = bill(lock)
    refs = [item["bom-ref"] for item in found["components"]]
    assert len(refs) == len(set(refs)) == lock.count("==")
    assert all(item["properties"] for item in found["components"])
    assert bill(lock) == found
    assert "fastapi" in {item["name"] for item in found["components"]}


def test_what_runs_here_is_what_the_bill_says() -> None:
    for name, version, _ in pinned(LOCK.read_text("utf-8")):
        try:
            here = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of another platform
        assert here == version, name


@pytest.mark.parametrize(
    "line",
    ["fastapi>=1", "fastapi==1.0", "fastapi @ https://example.org/fastapi.whl", "-e ."],
)
def test_a_requirement_without_version_or_hash_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not pinned"):
        list(pinned(line))


def test_no_lock_names_an_index_or_an_address() -> None:
    for file in (ROOT / "requirements.lock", LOCK, ROOT / "deploy/build.lock"):
        assert not re.search(r"https?://|--index|--find-links|git\+", file.read_text("utf-8")), file
