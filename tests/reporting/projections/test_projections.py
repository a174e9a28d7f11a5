from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from common.contracts.disbursement import (
    LineResult,
    ListLine,
    PaymentListLines,
    PaymentResultsRecorded,
)
from common.contracts.envelope import Event
from common.contracts.registry import PersonCorrected
from common.database.ids import new_id
from common.database.session import AsyncSession, Database, Scope
from common.kernel.months import Month
from common.testing.databases import ServiceDatabase
from reporting.indicators.domain.figures import Figures, Rate
from reporting.indicators.domain.figures import Scope as FigureScope
from reporting.indicators.domain.periods import Period
from reporting.indicators.service import figures
from reporting.main import create_service
from reporting.projections.service import clear
from reporting.settings import ReportingSettings
from reporting.worker import make_dispatcher

DECEMBER = Month(2026, 12)
WORKER = Scope.service("reporting-worker")
TABLES = {
    "person": "person_id",
    "entitlement": "entitlement_id",
    "payment_list": "list_id",
    "list_line": "line_id",
    "line_result": "line_id",
    "reconciliation": "list_id, partner",
    "recovery": "recovery_id",
    "area": "commune_code",
    "freshness": "producer",
}


@pytest.fixture
async def database(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> AsyncIterator[Database]:
    """The service's database without its worker: these tests hand events over themselves."""
    made = await service_database("reporting")
    opened = Database(made.url, pool_size=2, service="reporting")
    await opened.open()
    yield opened
    await opened.close()


async def project(database: Database, events: Sequence[Event[Any]], *, batch: int = 1000) -> None:
    dispatcher = make_dispatcher()
    for start in range(0, len(events), batch):
        async with database.transaction(WORKER) as session:
            await dispatcher.dispatch(session, events[start : start + batch])


async def content(database: Database) -> dict[str, list[Any]]:
    async with database.read(WORKER) as session:
        return {
            table: list(
                (await session.execute(text(f"SELECT * FROM {table} ORDER BY {key}"))).all()
            )
            for table, key in TABLES.items()
        }


async def december(database: Database, communes: tuple[str, ...] | None, month: Month) -> Figures:
    async with database.read(WORKER) as session:
        return await figures(session, FigureScope(communes), Period.of(month))


async def test_events_become_one_row_each_with_the_latest_state(
    database: Database, story: Any
) -> None:
    await project(database, story.told)
    rows = await content(database)
    counts = {table: len(found) for table, found in rows.items()}
    assert counts == {
        "person": 5,
        "area": 0,
        "entitlement": 5,
        "payment_list": 2,
        "list_line": 4,
        "line_result": 4,
        "reconciliation": 1,
        "recovery": 1,
        "freshness": 3,
    }
    assert {row.verification for row in rows["person"]} == {"verified"}
    dead = next(row for row in rows["person"] if row.person_id == story.people["bay"])
    assert (dead.death_date, dead.version) == (date(2026, 12, 3), 3)
    assert {row.provision for row in rows["list_line"]} == {"pension_75", "5.6_severe_elderly"}


async def test_repeats_change_nothing(database: Database, story: Any) -> None:
    await project(database, story.told)
    before = await content(database)
    await project(database, story.told)
    await project(database, [event for event in story.told for _ in range(2)], batch=3)
    assert await content(database) == before


@pytest.mark.parametrize("seed", range(4))
async def test_any_order_and_any_batches_give_the_same_read_models(
    database: Database, story: Any, seed: int
) -> None:
    await project(database, story.told)
    before = await content(database)
    async with database.transaction(WORKER) as session:
        await clear(session)
    assert all(rows == [] for rows in (await content(database)).values())
    chance = random.Random(seed)
    shuffled = chance.sample(story.told, len(story.told))
    await project(database, shuffled, batch=chance.randint(1, 12))
    assert await content(database) == before


async def test_a_person_known_after_the_list_is_counted_with_their_sex(
    database: Database, story: Any
) -> None:
    lists_first = sorted(story.told, key=lambda event: event.type.startswith(("reg", "elig")))
    of_lists = [event for event in lists_first if event.type.startswith("disbursement")]
    await project(database, of_lists)
    early = await december(database, None, DECEMBER)
    assert (early.total.people, early.total.sex_unknown) == (4, 4)
    await project(database, lists_first)
    late = await december(database, None, DECEMBER)
    assert (late.total.female, late.total.male, late.total.sex_unknown) == (3, 1, 0)


async def test_a_person_and_their_line_that_arrive_at_the_same_moment_find_each_other(
    database: Database, story: Any
) -> None:
    people = [event for event in story.told if not event.type.startswith("disbursement")]
    lists = [event for event in story.told if event.type.startswith("disbursement")]
    for first, second in ((people, lists), (lists, people)):
        async with database.transaction(WORKER) as session:
            await clear(session)
        async with database.transaction(WORKER) as session:
            await make_dispatcher().dispatch(session, first)
            meanwhile = asyncio.create_task(project(database, second))
            await asyncio.wait({meanwhile}, timeout=1.0)
        await meanwhile
        found = await december(database, None, DECEMBER)
        assert (found.total.people, found.total.sex_unknown) == (4, 0)
        assert "unknown" not in {part.code for one in found.by_group for part in one.provisions}


async def test_a_later_result_of_a_line_replaces_the_earlier_one(
    database: Database, story: Any
) -> None:
    await project(database, story.told)
    story.result("25000", "agribank", "mai", "failed", "account_blocked")
    await project(database, story.told[-1:])
    found = await december(database, ("25000",), DECEMBER)
    assert found.total.paid_people == 0
    assert [(row.code, row.people) for row in found.failed.reasons] == [
        ("account_blocked", 1),
        ("account_closed", 1),
    ]


async def test_a_move_takes_the_person_but_not_the_line_of_the_month(
    database: Database, story: Any
) -> None:
    moved = story.person("mai", commune_code="24997", verification="verified")
    data = PersonCorrected(person=moved, changed=("commune_code",), recorded_by="portal")
    story.tell(data, story.people["mai"])
    await project(database, story.told)
    old = await december(database, ("25000",), DECEMBER)
    assert (old.total.people, old.total.female) == (3, 2)
    assert sum(row.people for row in old.standing.verification) == 3


async def test_a_transaction_sees_only_rows_of_its_communes(database: Database, story: Any) -> None:
    await project(database, story.told)
    for communes, people in (({"24997"}, 1), ({"25000"}, 4), (set(), 0), ({"25000", "24997"}, 5)):
        async with database.read(Scope(frozenset(communes), "officer")) as session:
            assert await _count(session, "person") == people


async def test_every_table_with_a_commune_forces_row_level_security(database: Database) -> None:
    async with database.read(WORKER) as session:
        rows = await session.execute(
            text("""
                SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE a.attname = 'commune_code' AND c.relkind = 'r'
            """)
        )
        protected = {row.relname: row.forced for row in rows}
    assert set(TABLES) - {"freshness"} < set(protected)
    assert all(protected.values())


async def test_the_truths_hold_and_a_missing_line_breaks_the_right_one(
    database: Database, story: Any
) -> None:
    checks = create_service(ReportingSettings.for_documents()).invariants
    await project(database, story.told)
    assert await _broken(database, checks) == {}
    async with database.transaction(WORKER) as session:
        await session.execute(
            text("DELETE FROM list_line WHERE line_id = :id"), {"id": story.lines["tam"]}
        )
    broken = await _broken(database, checks)
    assert broken == {
        "every_sealed_list_has_its_lines_and_total": [str(story.lists["24997"])],
        "every_result_belongs_to_a_line": [str(story.lines["tam"])],
    }


async def test_a_group_that_nobody_foresaw_is_counted_under_its_own_code(
    database: Database, story: Any
) -> None:
    for index, event in enumerate(story.told):
        if event.type == "disbursement.payment_list.lines.v1":
            lines = tuple(line.model_copy(update={"group": "local-7"}) for line in event.data.lines)
            data = event.data.model_copy(update={"lines": lines})
            story.told[index] = event.model_copy(update={"data": data})
    await project(database, story.told)
    found = await december(database, None, DECEMBER)
    assert [(group.total.code, group.total.people) for group in found.by_group] == [("local-7", 4)]


async def _count(session: AsyncSession, table: str) -> int:
    return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def _broken(database: Database, checks: Sequence[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for check in checks:
        async with database.read(WORKER) as session:
            if lines := await check.check(session):
                found[check.name] = list(lines)
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_people_with_several_lines_count_once_per_heading(
    database: Database, story: Any, seed: int
) -> None:
    chance = random.Random(seed)
    lines, results = many_lines(chance, people=60)
    story.lines.clear()
    for event in list(story.told):
        if not event.type.startswith("disbursement.payment_list"):
            await project(database, [event])
    head = {"list_id": story.lists["25000"], "commune_code": "25000", "month": DECEMBER}
    story.tell(PaymentListLines(**head, chunk=1, lines=tuple(lines)), "many")
    story.tell(PaymentResultsRecorded(**head, partner="agribank", results=tuple(results)), "many")
    await project(database, story.told[-2:])
    found = await december(database, ("25000",), DECEMBER)

    outcomes = {result.line_id: result for result in results}

    def people(chosen: Sequence[ListLine]) -> int:
        return len({line.person_id for line in chosen})

    def came(*names: str | None) -> list[ListLine]:
        return [
            line
            for line in lines
            if (outcomes[line.line_id].outcome if line.line_id in outcomes else None) in names
        ]

    assert (found.total.lines, found.total.people) == (len(lines), people(lines))
    assert found.total.total == sum(line.total for line in lines)
    for group in found.by_group:
        chosen = [line for line in lines if line.group == group.total.code]
        assert (group.total.people, group.total.regular) == (
            people(chosen),
            sum(line.regular for line in chosen),
        )
    assert found.total.paid_people == people(came("paid"))
    by_account = [line for line in came("paid") if line.method == "account"]
    assert found.total.cashless == Rate(people(by_account), people(came("paid")))
    registered = [line for line in lines if line.method == "account"]
    assert found.total.registered_cashless == Rate(people(registered), people(lines))
    assert found.failed.total.people == people(came("failed"))
    assert sum(row.lines for row in found.failed.reasons) == len(came("failed"))
    assert found.carried.total.people == people(came("uncollected", "carried"))
    assert found.pending.people == people(came(None))
    late = [line for line in lines if line.arrears > 0]
    assert (found.arrears.people, found.arrears.amount, found.arrears.months) == (
        people(late),
        sum(line.arrears for line in late),
        sum(line.arrears_months for line in late),
    )
    parts = (found.failed.total, found.carried.total, found.pending)
    assert found.total.paid_amount + sum(part.amount for part in parts) == found.total.total


def many_lines(chance: random.Random, *, people: int) -> tuple[list[ListLine], list[LineResult]]:
    """Draw people with one to three lines each, most of them with a result."""
    lines: list[ListLine] = []
    results: list[LineResult] = []
    for person_id in [new_id() for _ in range(people)]:
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            regular = 540_000 * chance.randint(0, 3)
            months = chance.randint(0, 5)
            line = ListLine(
                line_id=new_id(),
                person_id=person_id,
                benefit="social_pension",
                group=chance.choice(("social_pension", "5.6", "5.4")),
                method=chance.choice(("account", "cash")),
                partner="agribank",
                regular=regular,
                arrears=months * 40_000,
                arrears_months=months,
                total=regular + months * 40_000,
            )
            lines.append(line)
            outcome = chance.choice(("paid", "paid", "failed", "uncollected", "carried", None))
            if outcome is not None:
                results.append(
                    LineResult(
                        line_id=line.line_id,
                        person_id=person_id,
                        outcome=outcome,
                        amount=line.total,
                        reason=chance.choice(("account_closed", None)),
                    )
                )
    return lines, results
