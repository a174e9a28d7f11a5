"""The story told twice changes nothing and pays no one twice; every invariant holds afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

SERVICES = ("registry", "eligibility", "disbursement", "reporting")


def test_the_second_telling_has_the_same_figures_and_files_and_moves_nothing(
    story: Any, settle: Any, tmp_path: Path
) -> None:
    settle()
    events = {service: story.stage.events(service) for service in SERVICES}
    partners = {desk: story.client.world(f"/{desk}/books") for desk in ("bank", "post")}
    messages = {desk: story.client.world(f"/{desk}/messages") for desk in ("bank", "post")}
    told = story.tell_again(tmp_path)
    settle()
    assert told == story.figures
    first = {file.name: file.read_bytes() for file in story.output.iterdir()}
    second = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert second == first
    assert {service: story.stage.events(service) for service in SERVICES} == events
    assert {desk: story.client.world(f"/{desk}/books") for desk in partners} == partners
    assert {desk: story.client.world(f"/{desk}/messages") for desk in messages} == messages


def test_every_truth_of_every_service_holds_after_the_story(story: Any, settle: Any) -> None:
    settle()
    checks = {
        service: subprocess.Popen(
            [sys.executable, "-m", service, "invariants"],
            env={**os.environ, **story.stage.environment(service)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for service in SERVICES
    }
    told = {service: check.communicate(timeout=180)[0] for service, check in checks.items()}
    codes = {service: check.returncode for service, check in checks.items()}
    assert codes == dict.fromkeys(SERVICES, 0), told


def test_no_event_was_set_aside(story: Any, settle: Any) -> None:
    settle()
    for service in SERVICES:
        letters = story.client.get("van_hanh", f"/{service}/v1/dead-letters")
        assert letters["items"] == []
