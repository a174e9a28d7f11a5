"""An older program runs on a schema that only grew, refuses every other, and says so."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from common.contracts.catalogue import STREAMS
from common.database import migrations
from common.testing.databases import ServiceDatabase

FIRST = """
from common.database.migrations import infrastructure_v1
from alembic import op
revision, down_revision = "0001", None
def upgrade(): infrastructure_v1(op)
"""
MORE = """
from alembic import op
revision, down_revision, additive = "{revision}", "{before}", {additive}
def upgrade(): op.execute("CREATE TABLE t{revision} (id bigint)")
"""
ENV = "from common.database import migrations\nmigrations.run()\n"

Made = Callable[..., Awaitable[ServiceDatabase]]
Release = Callable[[str, dict[str, bool]], str]


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Release]:
    """Make the migrations of a release: revision -> whether it only adds."""
    monkeypatch.syspath_prepend(tmp_path)
    made: list[str] = []

    def make(name: str, later: dict[str, bool]) -> str:
        folder = tmp_path / name
        (folder / "versions").mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "env.py").write_text(ENV, "utf-8")
        (folder / "versions/0001_first.py").write_text(FIRST, "utf-8")
        before = "0001"
        for revision, additive in later.items():
            text = MORE.format(revision=revision, before=before, additive=additive)
            (folder / f"versions/{revision}_more.py").write_text(text, "utf-8")
            before = revision
        made.append(name)
        return name

    yield make
    for name in made:
        sys.modules.pop(name, None)


async def _runs(database: ServiceDatabase, package: str) -> bool:
    engine = create_async_engine(database.url.replace("postgresql:", "postgresql+asyncpg:"))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(migrations.runs_on, package)
    finally:
        await engine.dispose()


async def test_a_roll_back_works_after_revisions_that_only_add(
    service_database: Made, release: Release
) -> None:
    old, new = release("release_1", {}), release("release_2", {"0002": True, "0003": True})
    database = await service_database("registry", package="")
    assert await migrations.upgrade(database.owner_url, old, service="registry") == "0001"
    assert not await _runs(database, new)
    assert await migrations.upgrade(database.owner_url, new, service="registry") == "0003"
    assert await _runs(database, old)
    # The older image's own migration job changes nothing and ends well.
    assert await migrations.upgrade(database.owner_url, old, service="registry") == "0003"
    assert await _runs(database, new)


@pytest.mark.parametrize("marks", [{"0002": False}, {"0002": False, "0003": True}])
async def test_a_roll_back_over_a_revision_that_did_more_is_refused_with_the_next_step(
    service_database: Made, release: Release, marks: dict[str, bool]
) -> None:
    old, new = release("release_1", {}), release("release_2", marks)
    database = await service_database("registry", package="")
    await migrations.upgrade(database.owner_url, new, service="registry")
    assert not await _runs(database, old)
    with pytest.raises(migrations.SchemaUnknownError, match="phục hồi"):
        await migrations.upgrade(database.owner_url, old, service="registry")
    connection = await asyncpg.connect(database.owner_url)
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == max(marks)
    await connection.close()


async def test_a_chain_of_another_line_is_refused(service_database: Made, release: Release) -> None:
    database = await service_database("registry", package="")
    await migrations.upgrade(
        database.owner_url, release("release_1", {"0002": True}), service="registry"
    )
    assert not await _runs(database, release("other_line", {"000x": True}))


DOES_MORE = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|VIEW|FUNCTION|TYPE)|RENAME|ALTER\s+COLUMN\s+\w+\s+(TYPE|SET\s+NOT\s+NULL)"
    r"|TRUNCATE|DELETE\s+FROM)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("service", STREAMS)
def test_a_revision_that_says_it_only_adds_does_nothing_else(service: str) -> None:
    folder = Path(importlib.import_module(f"{service}.migrations").__path__[0]) / "versions"
    for file in folder.glob("*.py"):
        text = file.read_text("utf-8")
        if re.search(r"^additive = True$", text, re.MULTILINE):
            assert not DOES_MORE.search(text), file.name
