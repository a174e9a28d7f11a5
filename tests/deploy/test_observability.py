"""Alarms and graphs name metrics that the services have, and every alarm has its entry in the runbook."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "observability"
RULES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "rules.yml").read_text("utf-8"))["groups"][
    0
]["rules"]
WORDS = re.compile(r"\b([a-z][a-z0-9_]*_[a-z0-9_]+)\b(?!\s*=)")
NOT_METRICS = {"histogram_quantile"}


def _metrics() -> set[str]:
    for module in (
        "common.events.metrics",
        "common.observability.metrics",
        "common.runtime.findings",
        "common.runtime.invariants",
        "common.runtime.watchdog",
    ):
        importlib.import_module(module)
    names: set[str] = set()
    for family in REGISTRY.collect():
        names |= {family.name, f"{family.name}_total", f"{family.name}_bucket"}
    return names


def _used(expression: str) -> set[str]:
    without_text = re.sub(r'"[^"]*"', "", expression)
    return set(WORDS.findall(without_text)) - NOT_METRICS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alarm_uses_metrics_that_exist_and_has_an_entry_in_the_runbook(
    rule: dict[str, Any],
) -> None:
    assert _used(rule["expr"]) <= _metrics()
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^## (.+)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert anchor in {heading.lower().replace(" ", "-").replace("'", "") for heading in headings}
    assert rule["annotations"]["summary"]
    assert rule["labels"]["severity"] in {"critical", "warning"}


@pytest.mark.parametrize("file", sorted((FOLDER / "grafana/dashboards").glob("*.json")))
def test_a_graph_uses_metrics_that_exist(file: Path) -> None:
    board = json.loads(file.read_text("utf-8"))
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    for panel in board["panels"]:
        for target in panel["targets"]:
            assert _used(target["expr"]) <= _metrics(), panel["title"]


def test_prometheus_asks_every_service_at_its_port() -> None:
    text = (FOLDER / "prometheus.yml").read_text("utf-8")
    stack = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    for service in ("registry", "eligibility", "disbursement", "reporting"):
        port = stack[service]["environment"]["ANSINH_PORT"]
        assert re.search(rf"names: \[{service}\], type: A, port: {port},", text)
