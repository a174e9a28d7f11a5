"""Every promise names a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_promise_names_a_test_that_is_there() -> None:
    rows = [
        line
        for line in (ROOT / "docs/promises.md").read_text("utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| promise", "| ---"))
    ]
    assert rows
    for row in rows:
        found = NAMED.findall(row)
        assert found, row
        for file, test in found:
            assert re.search(rf"def {test}\(", (ROOT / file).read_text("utf-8")), (file, test)
