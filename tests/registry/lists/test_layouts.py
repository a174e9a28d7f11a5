"""Every layout that offices use: what must be asked is asked, and no row goes in wrong without a word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.registry.lists.layout_files import Layout, Row
from tests.registry.lists.layouts import every_layout

LEAST = 40


async def test_no_layout_lets_anything_wrong_in_silently(
    registry: Any, drain: Callable[..., Awaitable[None]]
) -> None:
    """Upload, questions, preview, answers, apply: the outcome of every row is the expected one."""
    layouts = every_layout()
    assert len(layouts) >= LEAST
    sent = {layout.name: await _send(registry, layout) for layout in layouts}
    await drain()
    accepted = {
        (event["data"]["import_id"], event["data"]["row_number"]): event["data"]
        for event in await registry.events()
        if event["type"].endswith("intake_row_accepted.v1")
    }
    wrong = [f"{name}: {problem}" for name, (_, found) in sent.items() for problem in found]
    for layout in layouts:
        import_id = sent[layout.name][0]
        waits = any(problem.startswith("not confirmed") for problem in sent[layout.name][1])
        if import_id is not None and not waits:
            rows = {row["row_number"]: row for row in await registry.rows_of(import_id)}
            wrong += [
                f"{layout.name}: {problem}"
                for problem in _compared(layout, rows, import_id, accepted)
            ]
    assert not wrong, "\n".join(wrong)


async def _send(registry: Any, layout: Layout) -> tuple[str | None, list[str]]:
    """Send a layout as an officer does; gives the import and what was not as expected."""
    answer = await registry.upload(layout.content, confirm=False)
    if layout.refused is not None or answer.status_code != 202:
        code = answer.json().get("code")
        return None, [] if code == layout.refused else [f"refused as {code}"]
    import_id: str = answer.json()["import_id"]
    waits = answer.json()["state"] == "needs_mapping"
    problems = []
    shown = (await registry.get(f"/imports/{import_id}/mapping")).json()
    asked = {one["code"] for one in shown["questions"]}
    if asked != set(layout.questions):
        problems.append(f"asked {sorted(asked)}")
    if layout.questions and waits:
        refused = await registry.confirm(import_id, stated=layout.stated)
        if refused.json().get("code") != "answers_needed":
            problems.append("went in without an answer")
    told = {"answers": layout.questions, "stated": layout.stated}
    preview = await registry.post(f"/imports/{import_id}/preview", json=told)
    if preview.status_code != 200:
        problems.append(f"preview {preview.text[:300]}")
    if waits:
        confirmed = await registry.confirm(import_id, **told)
        if confirmed.status_code != 202:
            problems.append(f"not confirmed {confirmed.text[:300]}")
    return import_id, problems


def _compared(
    layout: Layout,
    rows: dict[int, dict[str, Any]],
    import_id: str,
    accepted: dict[tuple[str, int], dict[str, Any]],
) -> list[str]:
    problems = []
    expected = {row.number: row for row in layout.rows}
    for number in sorted(rows.keys() | expected.keys()):
        row, wanted = rows.get(number), expected.get(number)
        if row is None or wanted is None:
            problems.append(f"row {number} {'is lost' if row is None else 'was no row'}")
            continue
        codes = {finding["code"] for finding in row["findings"]}
        if (row["outcome"] == "refused") != (wanted.outcome == "held") or (
            wanted.code is not None and wanted.code not in codes
        ):
            problems.append(f"row {number} is {row['outcome']} for {sorted(codes)}")
        elif wanted.outcome == "held":
            continue
        else:
            said = _said(accepted.get((import_id, number)))
            if said != _wanted(wanted):
                problems.append(f"row {number} says {said}, not {_wanted(wanted)}")
    return problems


def _said(event: dict[str, Any] | None) -> tuple[Any, ...] | None:
    if event is None:
        return None
    person, benefit = event["person"], event["benefit"]
    return (
        *(person["personal_id"], person["full_name"], person["birth_date"], person["sex"]),
        *(person["village"], benefit["benefit"], benefit["amount"]),
        *(benefit["decision_number"], benefit["decision_date"]),
    )


def _wanted(row: Row) -> tuple[Any, ...]:
    who = row.who
    return (
        *(who.number, who.name, f"{who.born}", "male" if who.is_man else "female"),
        *(row.village, row.benefit, row.amount, row.decision, f"{row.decided}"),
    )
