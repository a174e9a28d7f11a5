"""The schema of a service as its table classes describe it, as SQL."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from sqlalchemy import ARRAY, Column, Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, sort_tables
from sqlmodel import SQLModel

from common.database import infrastructure
from common.database.migrations import privileges
from common.database.tables import AppendOnly, Secured

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class _Collected(list[str]):
    """Stands for Alembic's `op`: collects the statements instead of running them."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.opts = {"app_role": role}

    def execute(self, sqltext: str) -> None:
        self.append(sqltext)

    def get_context(self) -> _Collected:
        return self


def table_modules(service: str) -> list[ModuleType]:
    """Import the modules that describe tables: shared ones, the service's own, those of its rooms."""
    root = importlib.import_module(service)
    names = [
        "common.database.shared_tables",
        f"{service}.tables",
        *sorted(
            found.name
            for found in pkgutil.walk_packages(root.__path__, f"{service}.")
            if found.name.split(".")[2:3] == ["tables"]
        ),
    ]
    return [importlib.import_module(name) for name in names]


def classes_of(module: ModuleType) -> list[type[SQLModel]]:
    """Give the table classes that a module defines, in its order."""
    return [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, SQLModel)
        and hasattr(kind, "__table__")
        and kind.__module__ == module.__name__
    ]


def table_of(kind: type[SQLModel]) -> Table:
    """Give the table of a class, with its Python defaults as defaults of the columns."""
    table: Table = vars(kind)["__table__"]
    for column in table.columns:
        if column.server_default is None and column.default is not None:
            default: Any = column.default
            if default.is_scalar:
                column.server_default = _default(column, default.arg)
    return table


def statements(service: str) -> list[str]:
    """Write the whole schema of a service as single statements, in an order that works."""
    modules = table_modules(service)
    op = _Collected(f"{service}_app")
    op.extend(privileges(op.opts["app_role"]))
    kinds = {table_of(kind).name: kind for module in modules for kind in classes_of(module)}
    tables = sort_tables([table_of(kind) for kind in kinds.values()])
    for table in tables:
        op.execute(str(CreateTable(table).compile(dialect=_DIALECT)))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            op.execute(str(CreateIndex(index).compile(dialect=_DIALECT)))
    for table in tables:
        kind = kinds[table.name]
        if issubclass(kind, Secured):
            infrastructure.row_level_security(op, table.name)
    for statement in _objects(modules, op.opts["app_role"]):
        op.execute(statement)
    for table in tables:
        if issubclass(kinds[table.name], AppendOnly):
            infrastructure.append_only(op, table.name)
    return list(op)


def _objects(modules: list[ModuleType], role: str) -> Iterator[str]:
    """Give functions first: views and triggers of any room may call them."""
    found = [text for module in modules for text in getattr(module, "OBJECTS", ())]
    for statement in sorted(found, key=lambda text: "CREATE FUNCTION" not in text):
        yield statement.replace("{app_role}", role)


def _default(column: Column[Any], value: object) -> Any:
    if isinstance(value, str):
        written = "'" + value.replace("'", "''") + "'"
    elif isinstance(column.type, ARRAY) or isinstance(value, dict | list):
        written = "'[]'" if value == [] and not isinstance(column.type, ARRAY) else "'{}'"
    else:
        written = str(value).lower()
    made: Any = Column(server_default=text(written)).server_default
    return made
