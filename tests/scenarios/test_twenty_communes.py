"""Twenty generated communes: injected dirt is reported dirt, by kind and row; misses and false alarms 0.

`ANSINH_SEED` chooses other communes than those of every run; the seed is printed.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sandbox.sample import communes, generate, lookup, write_all

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

PROVINCE = "68"
OF_THE_STORY = "25000"
COUNT = 20
SIZE = 70
SEED = 20_261_112
OFFICER = "can_bo_tinh"


@dataclass(frozen=True)
class Commune:
    """A generated commune and what the services said of it."""

    code: str
    plan: dict[str, Any]
    told: dict[str, Any]
    rows: dict[int, dict[str, Any]]
    draft: dict[str, Any]
    proposals: list[dict[str, Any]]
    deaths_first: bool

    def person_of(self, row: int) -> str:
        """Give the person that a row became."""
        return str(self.rows[row]["person_id"])

    @property
    def kinds(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The kinds of dirt that concern rows."""
        for code, kind in self.plan["dirt"].items():
            if kind["level"] == "row":
                yield code, kind


def take_in(stage: Any, files: list[tuple[str, Path, str]]) -> dict[str, dict[str, Any]]:
    """Import one file for each commune and wait for all; gives what became of each."""
    receipts = {}
    for code, file, kind in files:
        form = {"kind": kind, "commune_code": code}
        if kind == "beneficiary_list":
            form |= {"list_month": "2026-11", "paid_since": "2026-07"}
        receipts[code] = stage.import_file(OFFICER, file, **form)
    return {code: stage.finish(OFFICER, receipt) for code, receipt in receipts.items()}


def classify(stage: Any, code: str, *, difficult: bool) -> None:
    """Record whether a commune is specially difficult: children under 3 depend on it (5.7)."""
    stage.client.call(
        OFFICER, "POST", f"/registry/v1/areas/communes/{code}/difficulty",
        key=f"twenty-difficulty-{code}",
        json={
            "difficult": difficult,
            "decision_number": "861/QĐ-TTg",
            "decision_date": "2021-06-04",
            "valid_from": "2021-06-04",
        },
    )  # fmt: skip


@pytest.fixture(scope="session")
def twenty(story: Any, settle: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Commune]:
    """Take in twenty communes, half of them with their deaths first; draft their new levels."""
    stage, folder = story.stage, tmp_path_factory.mktemp("communes")
    seed = int(os.environ.get("ANSINH_SEED", SEED))
    sys.stderr.write(f"\ntwenty communes of seed {seed} (ANSINH_SEED)\n")
    chance = Random(seed)
    known = lookup.communes()
    able = [c for c in communes() if known[c].province_code == PROVINCE and c != OF_THE_STORY]
    codes = chance.sample(able, COUNT)
    for code in codes:
        write_all(generate(code, seed=chance.randrange(10**6), size=SIZE), folder / code)
    lists = [(c, next((folder / c).glob("*.xlsx")), "beneficiary_list") for c in codes]
    deaths = [(c, folder / c / "deaths.csv", "death_notices") for c in codes]
    for code in codes:
        classify(stage, code, difficult=known[code].difficult)
    half = COUNT // 2
    take_in(stage, deaths[:half])
    told = take_in(stage, lists)
    take_in(stage, deaths[half:])
    settle()
    found = []
    for number, code in enumerate(codes):
        # Asked again: a death that becomes known later is a finding of the row that is in.
        receipt = stage.client.get(OFFICER, f"/registry/v1/imports/{told[code]['import_id']}")
        draft = stage.client.call(
            OFFICER, "POST", "/eligibility/v1/decisions", key=f"twenty-{seed}-{code}",
            json={
                "kind": "level_review",
                "commune_code": code,
                "number": f"QĐ-{code}/2026",
                "pay_month": "2026-12",
            },
        ).json()  # fmt: skip
        proposals = stage.client.pages(OFFICER, "/eligibility/v1/proposals", commune_code=code)
        plan = json.loads((folder / code / "plan.json").read_text(encoding="utf-8"))
        rows = stage.rows_of(OFFICER, receipt["import_id"])
        found.append(
            Commune(code, plan, receipt, rows, draft, list(proposals), deaths_first=number < half)
        )
    return found


def test_each_kind_of_dirt_is_reported_on_its_rows_and_nowhere_else(
    twenty: list[Commune],
) -> None:
    missed: Counter[str] = Counter()
    false: Counter[str] = Counter()
    injected: Counter[str] = Counter()
    for commune in twenty:
        planned = {
            (code, row)
            for code, kind in commune.kinds
            if kind["seen_by"] != "law"
            for row in kind["rows"]
        }
        reported = {
            (finding["code"], number)
            for number, row in commune.rows.items()
            for finding in row["findings"]
        }
        injected.update(code for code, _ in planned)
        missed.update(code for code, _ in planned - reported)
        false.update(code for code, _ in reported - planned)
    assert (missed, false) == (Counter(), Counter())
    kinds = {code for one in twenty for code, kind in one.kinds if kind["seen_by"] != "law"}
    assert injected.keys() == kinds
    assert injected.total() > 10 * COUNT


def test_the_counts_of_the_import_are_those_of_its_rows(twenty: list[Commune]) -> None:
    for commune in twenty:
        planned = {code: kind["count"] for code, kind in commune.kinds if kind["seen_by"] != "law"}
        planned["title_rows"] = commune.plan["dirt"]["title_rows"]["count"]
        assert commune.told["findings"] == {code: n for code, n in planned.items() if n}
        assert [one["code"] for one in commune.told["file_findings"]] == ["title_rows"]
        assert commune.told["counts"]["refused"] == commune.plan["summary"]["rows_refused"]
        assert commune.told["rows"] == commune.plan["summary"]["rows"]


@pytest.mark.parametrize("deaths_first", [True, False])
def test_the_dead_are_found_whichever_file_comes_first(
    twenty: list[Commune],
    deaths_first: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    dead = 0
    for commune in twenty:
        if commune.deaths_first is deaths_first:
            planned = set(commune.plan["dirt"]["person_deceased"]["rows"])
            reported = {
                number
                for number, row in commune.rows.items()
                if "person_deceased" in {finding["code"] for finding in row["findings"]}
            }
            assert reported == planned
            assert commune.draft["totals"].get("deceased", {}).get("lines", 0) == len(planned)
            dead += len(planned)
    assert dead >= COUNT // 2


@pytest.mark.law("335/2026 Art 32.4", "335/2026 Art 6.1.e")
def test_amounts_that_differ_from_the_law_are_proposals_and_no_other_row_is(
    twenty: list[Commune],
) -> None:
    seen = 0
    for commune in twenty:
        planned = {
            (commune.person_of(row["row"]), row["benefit"]): row["proposal"]["lawful_coefficient"]
            for person in commune.plan["people"]
            for row in person["rows"]
            if row["outcome"] == "accepted" and row["proposal"]
        }
        reported = {
            (one["person_id"], one["benefit"]): one["lawful_coefficient"]
            for one in commune.proposals
        }
        assert reported == planned, commune.code
        assert len(commune.proposals) == len(planned)
        lines = commune.draft["totals"].get("amount_differs", {}).get("lines", 0)
        assert lines == len(planned)
        seen += len(planned)
    assert seen >= COUNT


def test_the_levels_of_each_commune_are_owed_as_planned(twenty: list[Commune]) -> None:
    for commune in twenty:
        owed = {
            row["row"]: sum(row["money"]["owed"].values())
            for person in commune.plan["people"]
            for row in person["rows"]
            if row["outcome"] == "accepted"
        }
        assert commune.draft["lines"] == len(owed)
        totals = commune.draft["totals"].values()
        assert sum(one["owed"] for one in totals) == sum(owed.values()), commune.code
