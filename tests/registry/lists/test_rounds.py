"""List, correction and notice in any order end in the same people; broken workbooks end as refusals."""

from __future__ import annotations

import io
import itertools
import random
import zipfile
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from tests.registry.lists.layout_files import HEADINGS, Someone, cells, csv, xlsx

from common.kernel.errors import DomainError
from common.kernel.months import Month
from registry.areas import service as areas
from registry.lists.gateway.reading import open_table, read_beneficiaries
from registry.lists.service.understanding import understand

STEPS = ("list", "correction", "notice")
NOTICES = ("so_trich_luc", "ho_ten", "ngay_sinh", "so_dinh_danh", "ngay_chet", "ngay_trich_luc")


def steps_of(people: list[Someone]) -> dict[str, tuple[bytes, str]]:
    """Give the three files about five people: two rows of the list are wrong, two people died."""
    first, zero, wrong, died, late = people
    rows = [
        cells(first),
        cells(zero, number=int(zero.number)),
        cells(wrong, birth="không rõ"),
        cells(died),
        cells(late, amount=5_400_000),
    ]
    corrected = [cells(zero), cells(wrong), cells(late)]
    dead = [
        [f"{who.n}/TLKT", who.name, who.born, who.number, date(2026, 11, 2), date(2026, 11, 3)]
        for who in (died, late)
    ]
    return {
        "list": (xlsx([list(HEADINGS), *rows]), "beneficiary_list"),
        "correction": (xlsx([list(HEADINGS), *corrected]), "beneficiary_list"),
        "notice": (csv([list(NOTICES), *dead]), "death_notices"),
    }


async def test_any_order_of_list_correction_and_notice_ends_in_the_same_people(
    registry: Any, drain: Callable[..., Awaitable[None]]
) -> None:
    ends = []
    for turn, order in enumerate(itertools.permutations(STEPS)):
        # 420 people further on stand the same births and, but for their numbers, the same people.
        people = [Someone(2 + at + 30_030 * (turn + 1)) for at in range(5)]
        files = steps_of(people)
        for step in order:
            content, kind = files[step]
            answer = await registry.upload(content, kind=kind)
            assert answer.status_code == 202, answer.text
            await drain()
        ends.append(await everybody(registry, people))
    assert len(ends[0]) == 5
    assert all(end == ends[0] for end in ends), "\n".join(map(str, ends))


async def everybody(registry: Any, people: list[Someone]) -> list[tuple[Any, ...]]:
    """Say of each person what is known and for which months money was listed, how often."""
    found = []
    told = await registry.events()
    for at, who in enumerate(people):
        rows = await registry.query(
            "SELECT person_id, full_name, death_date FROM person WHERE personal_id = $1", who.number
        )
        assert len(rows) == 1, (at, rows)
        listed = Counter(
            (event["data"]["benefit"]["benefit"], event["data"]["list_month"])
            for event in told
            if event["subject"] == str(rows[0]["person_id"])
            and event["type"].endswith("intake_row_accepted.v1")
        )
        assert max(listed.values()) == 1, (at, listed)
        assert rows[0]["full_name"] == who.name
        found.append((at, rows[0]["death_date"], sorted(listed)))
    return found


async def test_the_error_workbook_filled_in_makes_no_new_person_and_no_second_payment(
    registry: Any, drain: Callable[..., Awaitable[None]]
) -> None:
    people = [Someone(500 + at) for at in range(4)]
    rows = [
        ["Đơn vị tính: nghìn đồng"],
        list(HEADINGS),
        ["I. Thôn 2"],
        cells(people[0], village=None, amount=540, number=int(people[0].number)),
        ["II. Thôn 4"],
        cells(people[1], village=None, amount=540),
        cells(people[2], village=None, amount=540, birth="không rõ"),
        cells(people[3], village=None, amount=540, note="thôi hưởng"),
    ]
    sent = await registry.upload(xlsx(rows), confirm=False)
    import_id = sent.json()["import_id"]
    answers = {"amount_unit": "thousand", "sections_village": "apply"}
    confirmed = await registry.confirm(import_id, answers=answers)
    assert confirmed.status_code == 202, confirmed.text
    await drain()
    file = await registry.get(f"/imports/{import_id}/errors.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0)
    title, header, first, warned, second, birth, ended = sheet.to_python()
    assert (title[0], first[0], second[0]) == (rows[0][0], "I. Thôn 2", "II. Thôn 4")
    assert [line[-1] for line in (header, warned, birth, ended)] == [
        *("Kết quả (An Sinh)", "Đã nhận", "Chưa nhận", "Chưa nhận")
    ]
    before = await registry.query("SELECT count(*) AS n FROM person")
    assert before == [{"n": 2}]
    warned[4], birth[2], ended[11] = people[0].number, people[2].born, ""
    again = await registry.upload(
        xlsx([title, header, first, warned, second, birth, ended]), confirm=False
    )
    assert again.json()["state"] == "queued", "the layout was confirmed, the answers still hold"
    await drain()
    state = (await registry.get(f"/imports/{again.json()['import_id']}")).json()
    assert state["counts"] == {"created": 2, "updated": 0, "unchanged": 1, "refused": 0}, state
    known = await registry.query("SELECT personal_id, village FROM person ORDER BY 1")
    villages = {row["personal_id"]: row["village"] for row in known}
    assert villages == {
        who.number: "Thôn 2" if at == 0 else "Thôn 4" for at, who in enumerate(people)
    }
    told = [e["subject"] for e in await registry.events() if "intake_row" in e["type"]]
    assert sorted(Counter(told).values()) == [1, 1, 1, 1]


@pytest.mark.parametrize("seed", range(3))
def test_a_mutated_workbook_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """A bounded run over broken members: every one ends as rows or as a refusal with a code."""
    chance = random.Random(seed)
    good = xlsx([list(HEADINGS), *(cells(Someone(n)) for n in range(1, 9))])
    for number in range(12):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(mutated(good, chance))
        try:
            table = open_table(path, "beneficiary_list")
            understand(table, Month(2026, 11))
            read_beneficiaries(table, "25000", Month(2026, 11), areas.book())
        except DomainError:
            continue


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Break one member of an archive, or the archive itself."""
    if chance.random() < 0.2:
        broken = bytearray(content)
        for _ in range(chance.randrange(1, 40)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        return bytes(broken)
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = old.namelist()
        victim = chance.choice([name for name in names if name.startswith("xl/")])
        for name in names:
            text = old.read(name)
            new.writestr(name, _broken(text, chance) if name == victim else text)
    return target.getvalue()


def _broken(text: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(max(len(text), 1))
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: text[:at],
        lambda: text.replace(b'"', b"'"),
        lambda: text[:at] + bytes(chance.randrange(256) for _ in range(8)) + text[at:],
        lambda: text.replace(b'r="A2"', b'r="XFD1048576"'),
        lambda: text.replace(b"<row ", b"<row hidden='1' "),
        lambda: text.replace(b"<v>", b"<v>9e999"),
        lambda: text.replace(b"<c ", b"<c><f>1+1</f></c><c "),
        lambda: b"",
    )
    return chance.choice(ways)()
