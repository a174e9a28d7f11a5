"""Write a plan to a folder: the workbook, the plan, and what the outside world knows."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from sandbox.sample import dirt, months
from sandbox.sample.plan import COLUMNS, FORMAT, Plan
from sandbox.sample.workbook import SHEET, write_workbook

PLAN, POPULATION, DEATHS, APPLICANTS, MOVES = (
    "plan.json",
    "population.json",
    "deaths.csv",
    "applicants.json",
    "moves.json",
)


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan as README.md describes it, people left out."""
    place, layout = plan.commune, plan.layout
    return {
        "format": FORMAT,
        "commune": {
            "code": place.code,
            "name": place.name,
            "kind": place.kind,
            "province_code": place.province_code,
            "province": place.province,
            "difficult": place.difficult,
        },
        "seed": plan.seed,
        "size": plan.size,
        "list_month": months.write(plan.list_month),
        "pay_month": months.write(plan.list_month + 1),
        "summary": plan.summary,
        "file": {
            "name": plan.workbook_name,
            "sheet": SHEET,
            "columns": [[key, heading] for key, heading, _ in COLUMNS],
            "header_row": layout.header_row,
            "first_data_row": layout.first_data_row,
            "last_data_row": layout.last_data_row,
            "other_rows": layout.other_rows,
            "printed_total": layout.printed_total,
        },
        "dirt": _dirt_json(plan),
    }


def _dirt_json(plan: Plan) -> dict[str, Any]:
    told: dict[str, Any] = {
        "title_rows": {"count": 1, "seen_by": "intake", "level": "file", "rows": []}
    }
    for kind in dirt.KINDS:
        rows = [e.row for _, e in plan.rows if e.dirt and e.dirt.code == kind.code]
        told[kind.code] = {
            "count": len(rows),
            "seen_by": kind.seen_by,
            "level": "row",
            "outcome": kind.outcome,
            "rows": rows,
        }
    return dict(sorted(told.items()))


def write_all(plan: Plan, folder: Path) -> None:
    """Write every file of a plan into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    write_workbook(plan, folder / plan.workbook_name)
    head = json.dumps(plan_json(plan), ensure_ascii=False, indent=1)
    people = [person.to_json() for person in plan.people]
    carers = [carer.to_json() for carer in plan.carers]
    body = f'{head[:-2]},\n "people": {_lines(people)},\n "carers": {_lines(carers)}\n}}\n'
    (folder / PLAN).write_text(body, encoding="utf-8")
    (folder / POPULATION).write_text(_lines(plan.population) + "\n", encoding="utf-8")
    (folder / APPLICANTS).write_text(_lines(plan.applicants) + "\n", encoding="utf-8")
    (folder / MOVES).write_text(_lines(list(plan.moves)) + "\n", encoding="utf-8")
    with (folder / DEATHS).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(plan.deaths[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(plan.deaths)


def _lines(records: list[dict[str, Any]]) -> str:
    """A JSON array with one record on each line: readable, and small in a diff."""
    lines = (json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in records)
    return "[\n" + ",\n".join(lines) + "\n]"
