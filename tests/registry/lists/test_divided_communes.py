"""A list that still names a former commune: where that was divided, somebody is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.areas import service as areas

ROW = {
    "stt": 1,
    "name": "Trần Thị Lan",
    "birth": date(1935, 6, 2),
    "sex": "Nữ",
    "number": "003135000005",
    "category": "Hưu trí xã hội",
    "coefficient": 1,
    "amount": 500000,
    "decision": "123/QĐ-UBND",
    "decided": date(2025, 7, 10),
    "method": "Tiền mặt",
}


@pytest.fixture
def divided() -> tuple[str, str, list[str]]:
    """A former unit of Lâm Đồng that was divided: its code, its name with its kind, its heirs."""
    for commune in areas.communes("68"):
        for unit in areas.commune(commune.code)[1]:
            heirs = [line.new_code for line in areas.book().former_by_code(unit.code)]
            if (
                unit.split
                and areas.book().place_of(kind=unit.kind, name=unit.name, commune_code=commune.code)
                == "former"
            ):
                return unit.code, f"{unit.kind} {unit.name}", [
                    commune.code, *(code for code in heirs if code != commune.code)
                ]  # fmt: skip
    raise AssertionError("no unit of the province was divided")


@pytest.mark.law("P016")
@pytest.mark.law("P016")
async def test_a_row_that_names_a_divided_commune_asks_where_unless_the_village_decides(
    start_registry: Any,
    drain: Callable[..., Awaitable[None]],
    workbook: Any,
    tmp_path: Path,
    divided: tuple[str, str, list[str]],
) -> None:
    unit, named, (here, other) = divided
    registry = await start_registry(communes=[here, other])
    known = await registry.post(
        f"/areas/communes/{here}/villages", json={"name": "Thôn 9", "former_unit_code": unit}
    )
    assert known.status_code == 201, known.text

    async def take_in(month: str, amount: int) -> None:
        rows = [
            ROW | {"village": f"Thôn 3, {named}", "amount": amount},
            ROW | {"stt": 2, "number": "003135000013", "village": f"Thôn 9, {named}"},
        ]
        content = workbook(rows).write(tmp_path / f"{month}.xlsx")
        sent = await registry.upload(content, commune_code=here, list_month=month)
        assert sent.status_code == 202, sent.text
        await drain()
        state = (await registry.get(f"/imports/{sent.json()['import_id']}")).json()
        assert (state["state"], state["counts"]["refused"]) == ("succeeded", 0), state

    async def tasks() -> list[dict[str, Any]]:
        found = await registry.get(f"/areas/residence-tasks?commune_code={here}")
        items: list[dict[str, Any]] = found.json()["items"]
        return items

    await take_in("2026-10", 500000)
    (task,) = await tasks()
    lan = (await registry.get("/persons/003135000005")).json()
    assert task["person_id"] == lan["person_id"]
    assert (task["village"], sorted(task["candidates"])) == ("Thôn 3", sorted([here, other]))
    settled = await registry.client.put(
        f"/registry/v1/residence-tasks/{task['task_id']}", json={"commune_code": here}
    )
    assert settled.status_code == 200, settled.text
    # What an officer settled is not asked again by the next list.
    await take_in("2026-11", 540000)
    assert await tasks() == []
