"""Rows taken in as whole columns leave behind exactly what rows taken in one by one leave."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from common.contracts.catalogue import EVENTS
from common.sealing import unseal

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NUMBER = re.compile(r"(0031\d\d)\d{6}")
DIGEST = re.compile(r"\\\\x[0-9a-f]{32}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.\d]*(?:\+\d\d(?::?\d\d)?|Z)?")
TABLES = (
    *("person", "person_version", "circumstance", "household", "household_class"),
    *("intake_row", "intake_finding", "verification_task"),
)


def rows(suffix: str, *, first: int = 0) -> list[dict[str, Any]]:
    """Give rows that are plain, or are not only because of a blank behind the name."""
    kinds = [("Hưu trí xã hội", 1, 540000), ("Người khuyết tật nặng", 2, 1080000)]
    paid: list[dict[str, Any]] = [
        {"method": "Tiền mặt"},
        {"method": "Chuyển khoản", "account": "9912345678901", "bank": "Agribank"},
        {"account": 9912345678902, "bank": "BIDV"},
    ]
    return [
        {
            "stt": n,
            "name": ("Trần Thị Lan", "NGUYỄN THỊ HỒNG", "Lê Hà")[n % 3] + suffix,
            "birth": date(1930 + n, 5, 7 + first % 500 // 20),
            "sex": "Nữ",
            "number": f"0031{30 + n}{first + n:06d}",
            "village": (None, "Thôn 3")[n % 2],
            "category": kinds[n % 2][0],
            "coefficient": kinds[n % 2][1],
            "amount": kinds[n % 2][2],
            "decision": ("12/QĐ-UBND", 15)[n % 2],
            "decided": (date(2025, 7, 10), date(2026, 9, 1))[n % 2],
            "phone": (None, "0600000001")[n % 2],
            "note": (None, "nhận thay: con gái")[n % 2],
            **paid[n % 3],
        }
        for n in range(1, 13)
    ]


def masked(line: Any) -> str:
    text = json.dumps(line, sort_keys=True, ensure_ascii=False)
    text = MOMENT.sub("<moment>", UUID.sub("<id>", text))
    return DIGEST.sub("<digest>", NUMBER.sub(r"\1<number>", text))


async def told(registry: Any) -> dict[str, list[str]]:
    """Give the events of each number in their order, without ids, moments and seals."""
    by_number: dict[str, list[str]] = {}
    for event in await registry.events():
        EVENTS[event["type"]].model_validate(event["data"])
        if "person" not in event["data"]:
            # A household's event; each member is told of it too.
            continue
        payment = event["data"].get("payment")
        if payment and payment["account_sealed"]:
            opened = json.loads(unseal(registry.private_key, payment["account_sealed"]))
            assert opened["person_id"] == event["subject"]
            payment["account_sealed"] = opened["account"] + opened["holder"]
        number = event["data"]["person"]["personal_id"]
        by_number.setdefault(number, []).append(masked(event))
    return by_number


def changed(listed: list[dict[str, Any]], chance: Random) -> list[dict[str, Any]]:
    """Give next month's list: most rows as they were, some changed in one thing, some gone."""
    following = []
    for row in listed:
        changes: list[dict[str, Any] | None] = [
            *({}, {}, {}, {}, {}, None),
            {"phone": "0600000002"},
            {"village": "Thôn 4"},
            {"village": None},
            {"amount": row["amount"] // 540 * 500},
            {"decision": "99/QĐ-UBND"},
            {"account": None, "method": None},
            {"birth": date(row["birth"].year, 6, 8)},
            {"note": "hộ nghèo"},
            {"name": "Phạm Thị Mới" + " " * row["name"].endswith(" ")},
            {"category": "Người khuyết tật đặc biệt nặng", "coefficient": 2.5, "amount": 1350000},
            {"category": "Người khuyết tật nặng", "coefficient": 2, "amount": 1080000},
        ]
        change = chance.choice(changes)
        if change is not None:
            following.append(row | change)
    return following


async def test_next_months_list_in_columns_and_in_single_rows_leaves_the_same_behind(
    registry: Any, drain: Callable[..., Awaitable[None]], tmp_path: Path, workbook: Any
) -> None:
    counted = []
    for suffix, first in (("", 0), (" ", 50500)):
        chance = Random(7)
        listed = [row for start in range(0, 80, 20) for row in rows(suffix, first=first + start)]
        # The same list again (in other bytes), then two that differ.
        lists = [("2026-09", listed), ("2026-09", [*listed, *rows(suffix, first=first + 80)])]
        lists += [(month, changed(listed, chance)) for month in ("2026-10", "2026-11")]
        outcomes = []
        for number, (month, wanted) in enumerate(lists):
            content = workbook(wanted).write(tmp_path / f"list{first}-{number}.xlsx")
            sent = await registry.upload(content, list_month=month)
            await drain()
            taken = await registry.rows_of(sent.json()["import_id"])
            outcomes.append([row["outcome"] for row in taken])
        counted.append(outcomes)
    assert counted[0] == counted[1]
    assert set(counted[0][1][:48]) == {"unchanged"}
    assert Counter(counted[0][2])["updated"] > 20
    for table in TABLES:
        lines = await registry.query(f"SELECT to_jsonb(t)::text AS line FROM {table} t")
        twice = Counter(masked(json.loads(line["line"])) for line in lines)
        assert all(times % 2 == 0 for times in twice.values()), (table, twice)
    events = await told(registry)
    columns = [events[number] for number in sorted(events) if number[-3] == "0"]
    alone = [events[number] for number in sorted(events) if number[-3] == "5"]
    assert len(columns) == len(alone) == 60
    assert columns == alone


async def test_columns_and_single_rows_leave_the_same_behind(
    registry: Any, drain: Callable[..., Awaitable[None]], tmp_path: Path, workbook: Any
) -> None:
    for suffix, first in (("", 0), (" ", 50500)):
        content = workbook(rows(suffix, first=first)).write(tmp_path / f"list{first}.xlsx")
        sent = await registry.upload(content)
        await drain()
        state = (await registry.get(f"/imports/{sent.json()['import_id']}")).json()
        assert state["counts"]["created"] == 12, state
    for table in TABLES:
        lines = await registry.query(f"SELECT to_jsonb(t)::text AS line FROM {table} t")
        counted = Counter(masked(json.loads(line["line"])) for line in lines)
        assert all(times % 2 == 0 for times in counted.values()), (table, counted)
    events = await told(registry)
    columns = [events[number] for number in sorted(events) if number[-3] == "0"]
    alone = [events[number] for number in sorted(events) if number[-3] == "5"]
    assert len(columns) == len(alone) == 12
    assert columns == alone
    assert {len(one) for one in columns} == {2, 3}


async def test_what_is_known_already_is_left_to_the_careful_way(
    start_registry: Any, drain: Callable[..., Awaitable[None]], tmp_path: Path, workbook: Any
) -> None:
    registry = await start_registry(communes=("25000", "24637"))
    listed = rows("")
    first = workbook(listed[:3]).write(tmp_path / "a.xlsx")
    await registry.upload(first, commune_code="24637")
    await drain()
    await registry.upload(workbook(listed[3:6]).write(tmp_path / "b.xlsx"))
    await drain()
    stranger = {**listed[4], "name": "Lê Thị Khác", "birth": date(1935, 1, 1)}
    mixed = [listed[0], listed[3], stranger, *listed[6:]]
    sent = await registry.upload(workbook(mixed).write(tmp_path / "c.xlsx"))
    await drain()
    import_id = sent.json()["import_id"]
    outcomes = [row["outcome"] for row in await registry.rows_of(import_id)]
    assert outcomes == ["refused", "unchanged", "refused"] + ["created"] * 6
    codes = [
        {finding["code"] for finding in row["findings"]}
        for row in await registry.rows_of(import_id, outcome="refused")
    ]
    assert codes == [{"id_known_elsewhere"}, {"id_of_other_person"}]
