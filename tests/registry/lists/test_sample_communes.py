"""Generated communes with every kind of dirt: what was put in is what is reported, row by row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common.kernel.months import Month
from registry.areas import service as areas
from registry.lists.gateway.reading import open_table, read_beneficiaries
from sandbox.sample import communes, generate, write_all

SEEDS = range(20)
NOT_INTAKE = {"person_deceased"}
"""The law notices the one; the other needs the death notices (see the test below)."""


def expected_of(plan: dict[str, Any]) -> dict[int, tuple[set[str], bool]]:
    """Give codes and refusal of each row, as the generator's plan has them."""
    rows = {}
    for person in plan["people"]:
        for row in person["rows"]:
            code = row["dirt"]["code"] if row["dirt"] else None
            codes = {code} if code and code not in NOT_INTAKE else set()
            rows[row["row"]] = (codes, row["outcome"] == "refused")
    return rows


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_put_in_is_what_is_read_misses_and_false_alarms_are_none(
    seed: int, tmp_path: Path
) -> None:
    known = sorted(communes())
    commune = known[(seed * 7) % len(known)]
    generated = generate(commune, seed=1000 + seed, size=400)
    write_all(generated, tmp_path)
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    table = open_table(tmp_path / plan["file"]["name"], "beneficiary_list")
    listing = read_beneficiaries(table, commune, Month.parse(plan["list_month"]), areas.book())
    found = {
        row.row_number: ({finding.code for finding in row.findings}, row.refused)
        for row in listing.rows
    }
    assert found == expected_of(plan)
    assert [finding.code for finding in table.findings] == ["title_rows"]
    assert table.header.last_row + 1 == plan["file"]["header_row"]
    truth = {row["row"]: person["truth"] for person in plan["people"] for row in person["rows"]}
    for row in listing.rows:
        if not row.refused:
            assert row.person.full_name == truth[row.row_number]["full_name"]


async def test_a_generated_commune_goes_in_with_its_deaths_before_or_after(
    start_registry: Any, drain: Callable[..., Any], tmp_path: Path
) -> None:
    write_all(generate("25000", seed=77, size=300), tmp_path)
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    content = (tmp_path / plan["file"]["name"]).read_bytes()
    text = (tmp_path / "deaths.csv").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    before, after = "".join(lines[:3]), "".join([lines[0], *lines[3:]])
    registry = await start_registry(intake_slice_rows=100)
    await registry.upload(before.encode(), kind="death_notices")
    await drain()
    answer = await registry.upload(content)
    await drain()
    await registry.upload(after.encode(), kind="death_notices")
    await drain()
    state = (await registry.get(f"/imports/{answer.json()['import_id']}")).json()
    assert state["state"] == "succeeded", state["problem"]
    expected = {code: told["count"] for code, told in plan["dirt"].items() if told["count"]}
    assert state["findings"] == dict(sorted(expected.items()))
    refused = sum(1 for _, out in expected_of(plan).values() if out)
    assert state["counts"]["refused"] == refused
    assert state["rows"] == len(expected_of(plan))
    dead = {row["personal_id"] for row in csv.DictReader(io.StringIO(text))}
    listed = {person["truth"]["personal_id"] for person in plan["people"]}
    told = [event for event in await registry.events() if ".died." in event["type"]]
    assert {event["data"]["person"]["personal_id"] for event in told} == dead & listed
    for person_id in {event["subject"] for event in await registry.events()}:
        versions = [event["sequence"] for event in await registry.events(person_id)]
        assert versions == list(range(1, len(versions) + 1))
        break
