"""Lists that pay nothing (residents, elders, disabled people) go through the same pipeline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from tests.registry.lists.layout_files import HEADINGS, Someone, cells, xlsx

from registry.lists.domain.people_rows import read_degree

PERSON = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số định danh", "Thôn"]


def line(who: Someone, *more: Any, **changed: Any) -> list[Any]:
    return [*cells(who, **changed)[:6], *more]


async def test_people_of_every_list_are_registered_once_and_nothing_is_listed_for_payment(
    registry: Any, drain: Callable[..., Awaitable[None]]
) -> None:
    paid, elder, disabled, young = (Someone(n) for n in (7001, 7002, 7003, 7004))
    await registry.upload(xlsx([list(HEADINGS), cells(paid)]))
    await drain()

    async def take_in(kind: str, lines: list[list[Any]]) -> dict[str, Any]:
        waits = await registry.upload(xlsx(lines), kind=kind, list_month="2026-11", confirm=False)
        assert waits.json()["state"] == "needs_mapping", waits.text
        confirmed = await registry.confirm(waits.json()["import_id"])
        assert confirmed.status_code == 202, confirmed.text
        await drain()
        found: dict[str, Any] = (await registry.get(f"/imports/{waits.json()['import_id']}")).json()
        assert found["state"] == "succeeded", found
        return found

    born = {"birth": date(1990, 5, 6)}
    elders = await take_in("elders", [PERSON, line(paid), line(elder), line(young, **born)])
    assert elders["counts"] == {"created": 1, "updated": 0, "unchanged": 1, "refused": 1}
    assert "age_contradicts_category" in elders["findings"]
    headings = [*PERSON, "Mức độ khuyết tật"]
    rows = [line(disabled, "Đặc biệt nặng"), line(elder, "Nặng"), line(paid, "nặng hoặc nhẹ")]
    degrees = await take_in("disabled_people", [headings, *rows])
    assert degrees["counts"] == {"created": 1, "updated": 1, "unchanged": 0, "refused": 1}
    assert degrees["findings"]["degree_unreadable"] == 1
    everybody = [line(one) for one in (paid, elder, disabled)]
    note = [*line(Someone(7005)), "đã chuyển đi Đắk Lắk"]
    residents = await take_in("residents", [[*PERSON, "Ghi chú"], *everybody, note])
    assert residents["counts"] == {"created": 0, "updated": 0, "unchanged": 3, "refused": 1}

    assert await registry.query("SELECT count(*) AS n FROM person") == [{"n": 3}]
    told = await registry.events()
    assert len([e for e in told if "intake_row_accepted" in e["type"]]) == 1
    facts = [e["data"]["fact"] for e in told if "circumstance_established" in e["type"]]
    assert sorted(fact["degree"] for fact in facts) == ["severe", "very_severe"]


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("Đặc biệt nặng", "very_severe"),
        ("ĐBN", "very_severe"),
        ("Mức độ: nặng", "severe"),
        ("nhẹ", "mild"),
        ("nặng/đặc biệt nặng", None),
        ("", None),
        ("chưa xác định", None),
    ],
)
def test_a_degree_is_read_or_asked(text: str, degree: str | None) -> None:
    assert read_degree(text) == degree


async def test_a_list_of_people_needs_its_month(registry: Any) -> None:
    refused = await registry.upload(xlsx([PERSON, line(Someone(7100))]), kind="residents")
    assert (refused.status_code, refused.json()["code"]) == (422, "list_month_required")
