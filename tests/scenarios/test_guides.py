"""The guides are followed to the letter: every `sh` block of a guide runs on a running installation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GUIDES = [
    path
    for folder in ("guides", "how-to")
    for path in sorted((ROOT / "docs" / folder).glob("*.md"))
    if BLOCK.search(path.read_text(encoding="utf-8"))
]
PORTS = {"8101": "registry", "8102": "eligibility", "8103": "disbursement", "8104": "reporting"}

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_command_of_a_guide_succeeds(story: Any, guide: Path) -> None:
    """Only the ports differ from those that a person would see after `make demo`."""
    script = "\n".join(BLOCK.findall(guide.read_text(encoding="utf-8")))
    for usual, service in PORTS.items():
        script = script.replace(f":{usual}", f":{story.stage.port_of(service)}")
    done = subprocess.run(
        [
            "bash",
            "-euo",
            "pipefail",
            "-c",
            script.replace(".venv/bin/", f"{Path(sys.executable).parent}/"),
        ],
        env={**os.environ, "ANSINH_HOME": str(story.stage.home.root)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
