"""Migrations: one linear Alembic chain per service, run as the owner under an advisory lock."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from common.database.compatibility import SchemaUnknownError, knows, record_chain, suits
from common.database.infrastructure import (
    app_role,
    append_only,
    infrastructure_v1,
    row_level_security,
)

__all__ = [
    "SchemaUnknownError",
    "app_role",
    "append_only",
    "at_head",
    "first_revision",
    "head",
    "infrastructure_v1",
    "offline_sql",
    "privileges",
    "row_level_security",
    "run",
    "runs_on",
    "upgrade",
]

_LOCK = 0x616E7369  # "ansi"
_LOCK_TIMEOUT = "2s"
_STATEMENT_TIMEOUT = "15min"
_ATTEMPTS = 10
_LOCK_NOT_AVAILABLE = "55P03"


async def upgrade(url: str, package: str, *, service: str | None = None, to: str = "head") -> str:
    """Bring a database to the head of a service's chain; repeating it changes nothing.

    Args:
        url: `postgresql://...` of the owner role.
        package: the migrations package, e.g. `registry.migrations`.
        service: whose roles own and use it; the package's first part by default.
        to: an earlier revision to stop at (a test of an upgrade begins there).

    Returns:
        The revision the database now stands at: a newer one is left as it is when it only grew.

    Raises:
        SchemaUnknownError: the database is newer than this code and did more than grow.
        sqlalchemy.exc.DBAPIError: a migration failed; each revision is one transaction.
    """
    address = make_url(url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(address, poolclass=NullPool, hide_parameters=True)
    revision: str | None = None
    try:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with engine.connect() as connection:
                    await connection.run_sync(_upgrade, _config(package, service), to)
                    await connection.commit()
                    revision = await connection.run_sync(current)
                break
            except DBAPIError as error:
                # Somebody reads a table that is to change: step back, so as not to queue them up.
                if _sqlstate(error) != _LOCK_NOT_AVAILABLE or attempt == _ATTEMPTS:
                    raise
                await asyncio.sleep(0.5 * attempt)
    finally:
        await engine.dispose()
    return str(revision)


async def at_head(url: str, package: str) -> bool:
    """Tell whether the database stands at the newest revision that the code knows."""
    address = make_url(url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(address, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(current) == head(package)
    finally:
        await engine.dispose()


def current(connection: Connection) -> str | None:
    """Read the revision of a database, None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def runs_on(connection: Connection, package: str) -> bool:
    """Tell whether the code may run on the database: at its head, or at a later one that only grew."""
    return suits(connection, ScriptDirectory.from_config(_config(package)))


def head(package: str) -> str:
    """Give the newest revision of a service's chain.

    Raises:
        RuntimeError: there is none.
    """
    revision = ScriptDirectory.from_config(_config(package)).get_current_head()
    if revision is None:
        msg = f"{package} has no migrations"
        raise RuntimeError(msg)
    return revision


def first_revision(op: Any, *rooms: ModuleType) -> None:
    """Make the shared tables, then those of the rooms, in this order.

    A module of a room holds `STATEMENTS`, names of tables in `SECURED` (row-level security by
    commune) and `APPEND_ONLY`, and `AFTERWARDS`, which needs the policies or the app role
    (`{app_role}`); each but the first may be missing.
    """
    infrastructure_v1(op)
    for room in rooms:
        for statement in room.STATEMENTS:
            op.execute(statement)
        for table in getattr(room, "SECURED", ()):
            row_level_security(op, table)
        for table in getattr(room, "APPEND_ONLY", ()):
            append_only(op, table)
        for statement in getattr(room, "AFTERWARDS", ()):
            op.execute(statement.replace("{app_role}", app_role(op)))


def offline_sql(package: str, to: TextIO | None = None) -> None:
    """Write the whole chain as SQL (for a linter of migrations), to standard output by default."""
    config = _config(package)
    config.output_buffer = to
    command.upgrade(config, "head", sql=True)


def run() -> None:
    """Run what Alembic asks for; the only line of a service's `env.py` besides its import."""
    options: dict[str, Any] = {
        "transaction_per_migration": True,
        "app_role": context.config.attributes["app_role"],
    }
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", literal_binds=True, **options)
    else:
        context.configure(connection=context.config.attributes["connection"], **options)
    with context.begin_transaction():
        if context.is_offline_mode():
            context.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT}'")
            context.execute(f"SET statement_timeout = '{_STATEMENT_TIMEOUT}'")
        context.run_migrations()


def privileges(role: str) -> tuple[str, ...]:
    """Give the statements that let the app role use what the owner will make."""
    later = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
    return (
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"{later} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        f"{later} USAGE, SELECT ON SEQUENCES TO {role}",
    )


def _upgrade(connection: Connection, config: Config, to: str) -> None:
    config.attributes["connection"] = connection
    role = config.attributes["app_role"]
    connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
    connection.execute(sa.text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
    connection.execute(sa.text(f"SET statement_timeout = '{_STATEMENT_TIMEOUT}'"))
    for statement in privileges(role):
        connection.execute(sa.text(statement))
    connection.commit()
    scripts = ScriptDirectory.from_config(config)
    if not knows(connection, scripts):
        if suits(connection, scripts):
            return
        msg = (
            f"cơ sở dữ liệu đang ở phiên bản {current(connection)}, mới hơn chương trình này và không chỉ"
            " thêm vào: dùng ảnh mới hơn, hoặc phục hồi bản sao lưu trước khi nâng cấp"
        )
        raise SchemaUnknownError(msg)
    command.upgrade(config, to)
    record_chain(connection, scripts)
    connection.execute(sa.text(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}"))
    connection.commit()


def _config(package: str, service: str | None = None) -> Config:
    module = importlib.import_module(package)
    if module.__file__ is None:
        msg = f"{package} is not a package with files"
        raise RuntimeError(msg)
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["app_role"] = f"{service or package.split('.', 1)[0]}_app"
    return config


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)
