"""The set-based SQL and the pure rule give the same arrears and the same overpaid months."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import asyncpg
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.disbursement.oracles import LevelSpan, due, obligation_id

from common.kernel.months import Month
from common.testing.databases import ServiceDatabase
from disbursement.obligations.domain import name_uuid
from disbursement.obligations.store.accrual import _ACCRUE_ARREARS, _DIFFERENCES

LIST_MONTH = Month(2026, 12)
FIRST = Month(2026, 1)
AMOUNTS = st.sampled_from([0, 500_000, 540_000, 750_000, 1_080_000, 1_350_000])
MONTHS = st.integers(0, 14).map(lambda n: FIRST + n)
counter = itertools.count(1)


@st.composite
def levels(draw: st.DrawFn) -> list[LevelSpan]:
    """Levels that do not overlap, as eligibility keeps them; the last may be open."""
    starts = sorted(draw(st.sets(MONTHS, min_size=1, max_size=3)))
    spans = []
    for start, following in itertools.zip_longest(starts, starts[1:]):
        limit = (following or FIRST + 16).previous()
        ends = draw(st.one_of(st.none(), st.integers(start.ordinal, limit.ordinal)))
        end = FIRST + (ends - FIRST.ordinal) if ends is not None else None
        if end is None and following is not None:
            end = limit
        spans.append(LevelSpan(start, end, draw(AMOUNTS)))
    return spans


PEOPLE = st.lists(
    st.tuples(
        levels(),
        st.dictionaries(MONTHS, AMOUNTS, max_size=8),
        st.dictionaries(MONTHS, AMOUNTS.filter(bool), max_size=4),
        st.one_of(st.none(), MONTHS),
    ),
    min_size=1,
    max_size=6,
)


@pytest_asyncio.fixture
async def connection(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection as the app role, the whole province."""
    database = await service_database("disbursement")
    opened = await asyncpg.connect(database.url)
    await opened.execute("SELECT set_config('app.communes', '*', false)")
    yield opened
    await opened.close()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=PEOPLE)
async def test_owed_minus_paid_is_the_same_in_sql_and_in_python(
    connection: asyncpg.Connection[Any], people: list[Any]
) -> None:
    commune = f"{next(counter):05d}"
    expected_arrears: dict[Any, int] = {}
    expected_overpaid: dict[Any, int] = {}
    everyone: list[uuid.UUID] = []
    async with connection.transaction():
        for spans, paid, issued, death in people:
            person = uuid.uuid4()
            everyone.append(person)
            await _tell(connection, person, commune, spans, paid, issued, death)
            covered = dict(paid)
            for month, amount in issued.items():
                covered[month] = covered.get(month, 0) + amount
            rule = due(spans, covered, list_month=LIST_MONTH, death_month=death)
            expected_arrears |= {(person, m.first_day): a for m, a in rule.arrears.items()}
            expected_overpaid |= {(person, m.first_day): a for m, a in rule.overpaid.items()}
        found = await connection.fetch(_DIFFERENCES, commune, LIST_MONTH.first_day, everyone)
        await connection.execute(_ACCRUE_ARREARS, commune, LIST_MONTH.first_day, everyone)
        made = await connection.fetch(
            "SELECT person_id, month, amount, seq, obligation_id FROM obligation"
            " WHERE commune_code = $1 AND kind = 'arrears' AND attempts = 0",
            commune,
        )
        left = await connection.fetch(
            f"SELECT * FROM ({_DIFFERENCES}) AS d WHERE arrears > 0",
            commune,
            LIST_MONTH.first_day,
            everyone,
        )

    def of(name: str) -> dict[Any, int]:
        return {(row["person_id"], row["month"]): row[name] for row in found if row[name]}

    assert of("arrears") == expected_arrears
    assert of("overpaid") == expected_overpaid
    assert {(row["person_id"], row["month"]): row["amount"] for row in made} == expected_arrears
    assert left == []
    for row in made:
        assert row["obligation_id"] == obligation_id(
            person_id=row["person_id"],
            benefit="social_pension",
            month=Month.of(row["month"]),
            kind="arrears",
            seq=row["seq"],
        )


async def _tell(
    connection: asyncpg.Connection[Any],
    person: uuid.UUID,
    commune: str,
    spans: list[LevelSpan],
    paid: dict[Month, int],
    issued: dict[Month, int],
    death: Month | None,
) -> None:
    entitlement = uuid.uuid4()
    await connection.execute(
        "INSERT INTO payee (person_id, commune_code, full_name, sort_key, birth_date, death_date,"
        " person_version) VALUES ($1, $2, 'x', 'x', '1950-01-01', $3, 1)",
        person,
        commune,
        death.last_day if death else None,
    )
    await connection.execute(
        "INSERT INTO entitlement VALUES ($1, $2, $3, 'social_pension', 'social_pension', 'active',"
        " NULL, '1', '2026-11-19', 'level_review', 1)",
        entitlement,
        person,
        commune,
    )
    await connection.executemany(
        "INSERT INTO entitlement_level VALUES ($1, $2, $3, $4, 1.0, 'x')",
        [
            (
                entitlement,
                span.from_month.first_day,
                span.to_month.first_day if span.to_month else None,
                span.amount,
            )
            for span in spans
        ],
    )
    await connection.executemany(
        "INSERT INTO paid_month VALUES ($1, 'social_pension', $2, 'commune_list', $3, $4, $1, 1)",
        [(person, month.first_day, commune, amount) for month, amount in paid.items()],
    )
    await connection.executemany(
        "INSERT INTO obligation (obligation_id, person_id, benefit, month, kind, seq,"
        " commune_code, grp, amount, state, attempts, line_id, for_list_month)"
        " VALUES (uuidv7(), $1, 'social_pension', $2, 'arrears', 0, $3, 'social_pension', $4,"
        " 'settled', 1, $1, $2)",
        [(person, month.first_day, commune, amount) for month, amount in issued.items()],
    )


async def test_named_ids_are_the_same_in_sql_and_in_python(
    connection: asyncpg.Connection[Any],
) -> None:
    for name in ("", "obligation:x", "danh sách: Đỗ Thị Mẫu"):
        assert await connection.fetchval("SELECT name_uuid($1)", name) == name_uuid(name)
    assert name_uuid("x").version == 8
    assert date(2026, 12, 1) == LIST_MONTH.first_day
