"""Former units, villages and specially difficult areas over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.areas import service
from registry.areas.domain.periods import make_room
from registry.areas.domain.resolution import FormerPlace, FormerUnitUnclear, lines_of, resolve
from registry.areas.domain.villages import VillageName, village_key

DECISION = {
    "difficult": True,
    "decision_number": "861/QĐ-TTg",
    "decision_date": "2021-06-04",
    "valid_from": "2021-06-04",
}


def split_unit() -> tuple[str, list[str]]:
    """A former unit of Lâm Đồng that was divided, and its heirs."""
    for commune in service.communes("68"):
        for unit in service.commune(commune.code)[1]:
            if unit.split:
                lines = service.book().former_by_code(unit.code)
                return unit.code, [line.new_code for line in lines]
    raise AssertionError("no unit of the province was divided")


@pytest.mark.parametrize(
    ("code", "on", "kind", "province"),
    [
        ("25000", "2025-06-30", "thị trấn", "tỉnh Lâm Đồng"),
        ("25000", "2025-07-01", "xã", "tỉnh Lâm Đồng"),
        ("24637", "2025-07-01", "xã", "tỉnh Lâm Đồng"),
    ],
)
async def test_a_code_names_another_unit_before_and_after_the_reorganisation(
    registry: Any, code: str, on: str, kind: str, province: str
) -> None:
    unit = (await registry.get(f"/areas/units/{code}?as_of={on}")).json()
    assert (unit["kind"], unit["province"]) == (kind, province)
    assert bool(unit["became"]) == (on < "2025-07-01") != bool(unit["made_of"])


async def test_a_code_of_no_unit_on_that_day_is_not_found(registry: Any) -> None:
    answer = await registry.get("/areas/units/99999")
    assert (answer.status_code, answer.json()["code"]) == (404, "unit_not_found")


@pytest.mark.law("19/2025/QĐ-TTg")
def test_the_two_wards_called_huong_tra_are_never_mixed_up() -> None:
    book = service.book()
    with pytest.raises(FormerUnitUnclear):
        lines_of(book, FormerPlace(name="Hương Trà"))
    assert {(c.code, c.province_code) for c in book.communes.values() if c.name == "Hương Trà"} == {
        ("19996", "46"),
        ("20350", "48"),
    }
    old_huong_van = resolve(
        lines_of(book, FormerPlace(name="Hương Vân", former_province_code="46"))
    )
    assert (old_huong_van.outcome, old_huong_van.commune_code) == ("whole", "19996")


@pytest.mark.law("P016", "F111")
def test_every_former_unit_leads_to_its_commune_unless_it_was_divided() -> None:
    book = service.book()
    codes = {
        unit.code for commune in book.communes for unit in book.former_of(commune) if unit.code
    }
    assert len(codes) == 10035
    for code in codes:
        found = resolve(book.former_by_code(code))
        divided = any(line.split for line in found.candidates)
        assert found.outcome == ("open" if divided else "whole")
        assert (found.commune_code is None) == divided
        assert found.former_province_code is not None


@given(st.sets(st.sampled_from(["25000", "24637", "00004"])))
def test_a_divided_unit_goes_to_one_commune_only_when_exactly_one_heir_has_the_village(
    elsewhere: set[str],
) -> None:
    code, heirs = split_unit()
    lines = service.book().former_by_code(code)
    strangers = elsewhere - set(heirs)
    assert resolve(lines, strangers).outcome == "open"
    for heir in heirs:
        assert resolve(lines, {heir} | strangers).commune_code == heir
    assert resolve(lines, heirs).outcome == "open"


def test_the_former_province_of_a_commune_of_two_provinces_needs_the_former_commune() -> None:
    assert service.former_province_of("25000") == "68"
    assert service.former_province_of("24637") == "67"
    book = service.book()
    mixed = next(
        code
        for code in sorted(book.communes)
        if len({unit.former_province_code for unit in book.former_of(code)}) > 1
    )
    assert service.former_province_of(mixed) is None
    for unit in book.former_of(mixed):
        assert service.former_province_of(mixed, unit.name) in {unit.former_province_code, None}
    assert {service.former_province_of(mixed, unit.name) for unit in book.former_of(mixed)} != {
        None
    }


async def village(registry: Any, code: str, name: str, **fields: Any) -> httpx.Response:
    answer: httpx.Response = await registry.post(
        f"/areas/communes/{code}/villages", json={"name": name} | fields
    )
    return answer


async def test_the_village_decides_where_a_divided_unit_went(start_registry: Any) -> None:
    unit, heirs = split_unit()
    registry = await start_registry(communes=heirs)
    asked = f"/areas/resolve?code={unit}&village=Thôn 03"
    assert (await registry.get(asked)).json()["outcome"] == "open"
    made = await village(registry, heirs[1], "Thôn 3", former_unit_code=unit)
    assert made.status_code == 201, made.text
    found = (await registry.get(asked)).json()
    assert (found["outcome"], found["commune_code"]) == ("by_village", heirs[1])
    assert {line["new_commune"]["code"] for line in found["candidates"]} == set(heirs)


async def test_two_villages_of_one_name_are_told_apart_by_their_former_unit(registry: Any) -> None:
    assert (await village(registry, "25000", "Thôn 3", former_unit_code="25000")).status_code == 201
    twin = await village(registry, "25000", "Thôn 03", former_unit_code="25000")
    assert (twin.status_code, twin.json()["code"]) == (409, "village_exists")
    other = next(u.code for u in service.commune("25000")[1] if u.code != "25000")
    assert (await village(registry, "25000", "Thôn 3", former_unit_code=other)).status_code == 201
    wrong = await village(registry, "25000", "Thôn 9", former_unit_code="00001")
    assert wrong.json()["errors"][0]["pointer"] == "/former_unit_code"
    foreign = await village(registry, "24637", "Thôn 1")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "commune_not_found")
    nameless = await village(registry, "25000", " ")
    assert (nameless.status_code, nameless.json()["errors"][0]["pointer"]) == (422, "/name")


async def test_a_village_keeps_its_former_name_in_the_past(registry: Any) -> None:
    made = (await village(registry, "25000", "Thôn 3")).json()
    renamed = await registry.client.put(
        f"/registry/v1/areas/villages/{made['village_id']}",
        json={"name": "Thôn Tân Lập", "valid_from": "2026-03-01", "decision_number": "5/NQ-HĐND"},
    )
    assert renamed.status_code == 200, renamed.text
    path = "/areas/communes/25000/villages?as_of="
    before = (await registry.get(f"{path}2026-02-28")).json()
    after = (await registry.get(f"{path}2026-03-01")).json()
    assert [row["name"] for row in before] == ["Thôn 3"]
    assert [row["name"] for row in after] == ["Thôn Tân Lập"]
    assert before[0]["village_id"] == after[0]["village_id"]


@pytest.mark.law("F134")
@pytest.mark.law("20/2021 Art 5.7")
async def test_a_decision_makes_a_commune_specially_difficult_and_another_ends_it(
    registry: Any,
) -> None:
    path = "/areas/communes/25000/difficulty"
    assert (await registry.post(path, json=DECISION)).status_code == 201
    ended = DECISION | {"difficult": False, "decision_number": "9/QĐ-TTg"}
    ended |= {"decision_date": "2026-05-02", "valid_from": "2026-06-01"}
    assert (await registry.post(path, json=ended)).status_code == 201
    village_too = DECISION | {"village": "Thôn 3", "valid_from": "2026-01-01"}
    assert (await registry.post(path, json=village_too)).status_code == 201

    async def on(day: str) -> dict[str | None, bool]:
        found = (await registry.get(f"/areas/difficult?commune_code=25000&on={day}")).json()
        return {row["village"]: row["difficult"] for row in found}

    assert await on("2021-06-03") == {}
    assert await on("2026-05-31") == {None: True, "Thôn 3": True}
    assert await on("2026-06-01") == {None: False, "Thôn 3": True}
    told = [event for event in await registry.events() if "area" in event["type"]]
    assert [(e["subject"], e["sequence"], e["data"]["difficult"]) for e in told] == [
        ("25000", 1, True),
        ("25000", 2, False),
        ("25000", 3, True),
    ]
    reversed_period = await registry.post(path, json=DECISION | {"valid_to": "2021-06-04"})
    assert reversed_period.json()["errors"][0]["code"] == "period_reversed"
    foreign = await registry.post("/areas/communes/24637/difficulty", json=DECISION)
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Thôn 3", "THON 03", True),
        ("Thôn 3", "3", True),
        ("Tổ dân phố 3", "TDP 3", True),
        ("Tổ dân phố 3", "Tổ 03", True),
        ("Tổ dân phố 3", "Thôn 3", False),
        ("Bản Đôn", "Buôn Đôn", True),
        ("Thôn 3", "Thôn 13", False),
    ],
)
def test_villages_are_compared_without_their_kind(one: str, other: str, *, same: bool) -> None:
    assert (village_key(one) == village_key(other)) is same


days = st.dates(date(2025, 1, 1), date(2025, 3, 1))
periods = st.tuples(st.none() | days, st.none() | days).filter(
    lambda p: p[0] is None or p[1] is None or p[0] < p[1]
)


@given(st.lists(periods, max_size=8), days)
def test_a_timeline_holds_the_latest_statement_for_every_day(
    stated: list[tuple[date | None, date | None]], day: date
) -> None:
    rows: list[VillageName] = []
    expected: str | None = None
    for number, (start, end) in enumerate(stated):
        gone, left = make_room(rows, start, end)
        rows = [row for row in rows if row not in gone]
        rows += [_row(row.name, a, b) for row, a, b in left]
        rows.append(_row(str(number), start, end))
        if (start is None or start <= day) and (end is None or day < end):
            expected = str(number)
    held = [
        row.name
        for row in rows
        if (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or day < row.valid_to)
    ]
    assert held == ([] if expected is None else [expected])


def _row(name: str, start: date | None, end: date | None) -> VillageName:
    return VillageName(uuid4(), uuid4(), "25000", name, None, None, start, end)


async def test_names_of_the_callers_communes_are_told_to_the_other_services(
    registry: Any,
) -> None:
    answer = await registry.post("/areas/communes/describe")
    assert (answer.status_code, answer.json()) == (200, {"communes": 1})
    (event,) = [
        event for event in await registry.events() if event["type"] == "registry.area.described.v1"
    ]
    assert event["data"] == {
        "commune_code": "25000",
        "name": "Di Linh",
        "kind": "xã",
        "province_code": "68",
        "province_name": "tỉnh Lâm Đồng",
    }
