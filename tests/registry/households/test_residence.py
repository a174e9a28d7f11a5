"""A person of a former unit that was divided: the village decides, else an officer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from registry.areas import service as areas

A, B = "003151000017", "003048000012"


def divided_unit() -> tuple[str, list[str]]:
    """A former unit whose heirs lie in Lâm Đồng, and the heirs."""
    for commune in areas.communes("68"):
        for unit in areas.commune(commune.code)[1]:
            if unit.split:
                lines = areas.book().former_by_code(unit.code)
                return unit.code, [line.new_code for line in lines]
    raise AssertionError("no unit of the province was divided")


@pytest.mark.law("P016")
async def test_an_officer_settles_a_village_once_for_everybody_from_there(
    start_registry: Any,
) -> None:
    unit, (first, second) = divided_unit()
    registry = await start_registry(communes=[first, second])
    for number in (A, B):
        person = {
            "personal_id": number,
            "full_name": "Nguyễn Thị Mẫu",
            "birth_date": f"19{number[4:6]}-03-10",
            "sex": "female" if number[3] == "1" else "male",
            "commune_code": first,
            "village": "Thôn 3",
        }
        assert (await registry.post("/persons", json=person)).status_code == 201
        asked = await registry.client.put(
            f"/registry/v1/persons/{number}/former-residence", json={"code": unit}
        )
        assert asked.status_code == 200, asked.text
        assert (asked.json()["outcome"], asked.json()["task_opened"]) == ("open", True)
    tasks = (await registry.get(f"/areas/residence-tasks?commune_code={first}")).json()["items"]
    assert [sorted(task["candidates"]) for task in tasks] == [sorted((first, second))] * 2
    path = f"/registry/v1/residence-tasks/{tasks[0]['task_id']}"
    wrong = await registry.client.put(path, json={"commune_code": "25000"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "not_a_candidate")
    settled = await registry.client.put(path, json={"commune_code": second})
    assert settled.status_code == 200, settled.text
    assert len(settled.json()["person_ids"]) == 2
    for number in (A, B):
        assert (await registry.get(f"/persons/{number}")).json()["commune_code"] == second
    again = await registry.client.put(path, json={"commune_code": second})
    assert (again.status_code, again.json()["code"]) == (409, "residence_task_closed")
    known = await registry.get(f"/areas/resolve?code={unit}&village=thon 03")
    assert (known.json()["outcome"], known.json()["commune_code"]) == ("by_village", second)


async def test_a_task_of_another_commune_is_not_found(
    start_registry: Any, make_token: Callable[..., str]
) -> None:
    registry = await start_registry()
    nothing = "/registry/v1/residence-tasks/019a0000-0000-7000-8000-000000000001"
    answer = await registry.client.put(nothing, json={"commune_code": "25000"})
    assert (answer.status_code, answer.json()["code"]) == (404, "residence_task_not_found")
    unclear = await registry.client.put(
        f"/registry/v1/persons/{A}/former-residence", json={"name": "Hương Trà"}
    )
    assert unclear.json()["errors"][0]["code"] == "former_unit_unclear"
