"""Next month's list by number and name: who is new, who has gone, who changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from tests.registry.lists.layout_files import HEADINGS, Someone, cells, csv, xlsx

NOTICE = ["so_trich_luc", "ho_ten", "ngay_sinh", "so_dinh_danh", "ngay_chet", "ngay_trich_luc"]


async def test_a_list_of_names_tells_who_is_new_and_who_has_gone_and_why(
    registry: Any, drain: Callable[..., Awaitable[None]]
) -> None:
    stays, dies, vanishes, renamed, new = (Someone(n) for n in range(8001, 8006))
    october = [cells(one) for one in (stays, dies, vanishes, renamed)]
    sent = await registry.upload(
        xlsx([list(HEADINGS), *october]), list_month="2026-10", paid_since="2026-07"
    )
    assert sent.status_code == 202, sent.text
    await drain()
    death = ["7/TLKT", dies.name, dies.born, dies.number, date(2026, 10, 20), date(2026, 10, 21)]
    await registry.upload(csv([NOTICE, death]), kind="death_notices")
    await drain()
    told_before = await registry.events()

    lines: list[list[Any]] = [
        ["Số định danh", "Họ và tên", "Thôn", "Ghi chú"],
        [int(stays.number), stays.name.upper(), "Thôn 3", None],
        [renamed.number, "Võ Thị Khác", "Thôn 3", None],
        [new.number, new.name, "Thôn 3", None],
    ]
    waits = await registry.upload(
        xlsx(lines), kind="monthly_names", list_month="2026-11", confirm=False
    )
    import_id = waits.json()["import_id"]
    assert waits.json()["state"] == "needs_mapping"
    shown = await registry.post(f"/imports/{import_id}/preview", json={})
    assert [row["outcome"] for row in shown.json()["rows"]] == ["unchanged", "refused", "refused"]
    confirmed = await registry.confirm(import_id)
    assert confirmed.status_code == 202, confirmed.text
    await drain()
    rows = await registry.rows_of(import_id)
    codes = [{finding["code"] for finding in row["findings"]} for row in rows]
    assert [row["outcome"] for row in rows] == ["unchanged", "refused", "refused"]
    assert codes == [{"id_zero_lost"}, {"id_of_other_person"}, {"new_on_list"}]
    assert await registry.events() == told_before

    found = (await registry.get(f"/imports/{import_id}/changes")).json()
    assert (found["list_month"], found["compared_with"]) == ("2026-11", "2026-10")
    gone = {one["personal_id"]: one["reason"] for one in found["gone"]}
    assert gone == {dies.number: "died", vanishes.number: None, renamed.number: None}
    assert (found["new"], found["changed"]) == ([], [])
    tasks = await registry.query(
        "SELECT p.personal_id FROM verification_task t JOIN person p USING (person_id)"
        " WHERE t.reason = 'gone_from_list' ORDER BY 1"
    )
    assert {row["personal_id"] for row in tasks} == {vanishes.number, renamed.number}


async def test_a_full_list_tells_who_is_new_and_whose_benefit_changed(
    registry: Any, drain: Callable[..., Awaitable[None]]
) -> None:
    stays, changes, new = (Someone(n) for n in range(8101, 8104))
    disabled = {"category": "Người khuyết tật nặng", "coefficient": 1.5, "amount": 810_000}
    import_id = ""
    for month, rows in (
        ("2026-10", [cells(stays), cells(changes)]),
        ("2026-11", [cells(stays), cells(changes, **disabled), cells(new)]),
    ):
        sent = await registry.upload(xlsx([list(HEADINGS), *rows]), list_month=month)
        assert sent.status_code == 202, sent.text
        await drain()
        import_id = sent.json()["import_id"]
    found = (await registry.get(f"/imports/{import_id}/changes")).json()
    assert [one["personal_id"] for one in found["new"]] == [new.number]
    assert [one["personal_id"] for one in found["changed"]] == [changes.number]
    assert found["gone"] == []
