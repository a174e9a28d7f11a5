"""Pages of docs/schema: each table with the meaning of its columns, and a diagram per service.

Made from the `tables.py` of the rooms; used by tools/generate.py.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Sequence
from itertools import pairwise
from types import ModuleType
from typing import Any

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import CreateIndex
from sqlmodel import SQLModel

from common.database.tables import AppendOnly, Secured
from common.testing.schema import classes_of, table_modules, table_of

SHARED = "common.database.shared_tables"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
_CODES = re.compile(r"\w+ IN \(([^)]*)\)")

MEANINGS = {
    "actor": "Who did it, from the token.",
    "aggregate_id": "The thing that the event is about.",
    "aggregate_type": "Kind of that thing, e.g. `person`.",
    "aggregate_version": "Version of that thing, counted without gaps.",
    "benefit": "Code of the benefit.",
    "birth_date": "Day of birth; unknown parts count as 1.",
    "birth_precision": "Which part of the birth date is known.",
    "commune_code": "Commune of the row, five digits; row-level security reads it.",
    "content_hash": "SHA-256 of the content.",
    "created_at": "When the row was made.",
    "created_by": "Who made it.",
    "death_date": "Day of death.",
    "decision_number": "Number of the decision.",
    "event_id": "Id of the event.",
    "file_sha256": "SHA-256 of the file, hexadecimal.",
    "former_number": "Identity card of before (CMND), 9 digits.",
    "from_month": "First month, as its first day.",
    "full_name": "Name as in the papers.",
    "household_id": "Household.",
    "month": "Month, as its first day.",
    "name_key": "Name without accents and case.",
    "note": "Words of the official.",
    "person_id": "Person; never changes.",
    "personal_id": "Number of the Population Database (số định danh cá nhân), 12 digits.",
    "producer": "Service that the event comes from.",
    "province_code": "Province, two digits.",
    "reason": "Why, as a code or in words.",
    "reasons": "Codes of the reasons.",
    "recorded_at": "When we learnt it.",
    "recorded_by": "Who recorded it.",
    "row_number": "Row of the sheet, from 1.",
    "signed_on": "Day of signature.",
    "status_reason": "Code of why it has this status.",
    "superseded_at": "When another row took its place; NULL: it counts.",
    "superseded_by": "Who had it replaced.",
    "superseded_reason": "Why it was replaced.",
    "updated_at": "When the row was last changed.",
    "valid_from": "First day on which it is true; NULL: always was.",
    "valid_to": "Day from which it is no longer true; NULL: open.",
    "version": "Counts the changes of the thing.",
    "village": "Village (thôn, tổ dân phố), as written.",
    "sex": "Sex.",
    "poverty_class": "Poverty class of the household.",
    "verification": "Result of the check against the population database.",
    "partner": "Bank or post office.",
    "method": "Account or cash.",
    "attempts": "How often it was tried.",
    "last_error": "Why the last try failed; no personal data.",
    "list_id": "The list.",
    "line_id": "The line.",
    "decision_id": "The decision.",
    "entitlement_id": "The entitlement.",
    "import_id": "The list that was sent in.",
    "end_to_end_id": "Reference of the payment.",
    "decision_date": "Day of the decision.",
    "due_on": "Day by which it is due.",
    "provision": "Provision of the law.",
    "coefficient": "Coefficient, e.g. 1.50.",
    "group_code": "Group of the law, or the neutral code of a sealed group.",
    "resolution": "Number of the resolution.",
    "source": "Where it was read.",
    "confidence": "How sure the source is.",
    "year": "Year.",
    "former_province_code": "Province before 1/7/2025.",
    "account_id": "The account.",
    "closed_at": "When it was closed; NULL: open.",
    "closed_by": "Who closed it.",
}
"""What a column means wherever it stands, if its class does not say otherwise."""


def schema_documents(services: Sequence[str]) -> dict[str, str]:
    """Write a page per service and one for the shared tables."""
    pages = {
        f"docs/schema/{service}.md": schema_page(
            f"Tables of {service}",
            [module for module in table_modules(service) if module.__name__ != SHARED],
        )
        for service in services
    }
    shared = [module for module in table_modules(services[0]) if module.__name__ == SHARED]
    return {**pages, "docs/schema/shared.md": schema_page("Tables that every service has", shared)}


def schema_page(title: str, modules: Sequence[ModuleType]) -> str:
    """Write one page."""
    tables = [table_of(kind) for module in modules for kind in classes_of(module)]
    lines = ["<!-- Made by tools/generate.py; do not edit. -->", f"# {title}", ""]
    lines += [f"{len(tables)} tables.", "", *_diagram(tables)]
    for module in modules:
        kinds = classes_of(module)
        if kinds:
            lines += [f"## {_room(module)}", "", inspect.getdoc(module) or "", ""]
        for kind in kinds:
            lines += _table(kind, _column_texts(module, kind))
    return "\n".join(lines).rstrip() + "\n"


def _diagram(tables: Sequence[Table]) -> list[str]:
    lines = ["```mermaid", "erDiagram"]
    for table in tables:
        keys = [column.name for column in table.primary_key.columns]
        lines.append(f"    {table.name} {{")
        lines += [f"        {_type(table.columns[key], plain=True)} {key} PK" for key in keys]
        lines.append("    }")
    for table in tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            target = key.target_fullname.split(".")[0]
            lines.append(f'    {target} ||--o{{ {table.name} : "{key.parent.name}"')
    return [*lines, "```", ""]


def _table(kind: type[SQLModel], texts: dict[str, str]) -> list[str]:
    table = table_of(kind)
    marks = [
        text
        for mark, text in (
            (Secured, "Row-level security by commune, forced."),
            (AppendOnly, "Append-only."),
        )
        if mark in kind.__mro__
    ]
    lines = [f"### {table.name}", "", " ".join([inspect.cleandoc(kind.__doc__ or ""), *marks]), ""]
    lines += ["| column | type | null | default | meaning |", "| --- | --- | --- | --- | --- |"]
    for column in table.columns:
        default: Any = column.server_default
        cells = (
            f"`{column.name}`" + (" (key)" if column.primary_key else ""),
            _type(column),
            "yes" if column.nullable else "",
            f"`{default.arg}`" if hasattr(default, "arg") else "counted" if default else "",
            _meaning(column, texts),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    rules = sorted(_rules(table))
    return [*lines, "", *(f"- {rule}" for rule in rules), *([""] if rules else [])]


def _meaning(column: Column[Any], texts: dict[str, str]) -> str:
    keys = [f"→ `{key.target_fullname}`" for key in column.foreign_keys]
    known = texts.get(column.name) or MEANINGS.get(column.name, "")
    codes = [
        "One of " + found[1].replace("'", "`") + "."
        for constraint in column.table.constraints
        if isinstance(constraint, CheckConstraint)
        if (found := _CODES.fullmatch(str(constraint.sqltext)))
        and found[0].startswith(f"{column.name} ")
    ]
    return " ".join(filter(None, [known, *codes, *keys]))


def _rules(table: Table) -> list[str]:
    rules = []
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            if _CODES.fullmatch(str(constraint.sqltext)):
                continue  # stands with the column
            rules.append(f"check `{constraint.sqltext}`")
        elif isinstance(constraint, UniqueConstraint):
            rules.append(f"unique ({', '.join(column.name for column in constraint.columns)})")
        elif isinstance(constraint, ExcludeConstraint):
            rules.append(f"no two rows overlap: `{constraint.name}`")
    for index in table.indexes:
        written = " ".join(str(CreateIndex(index).compile(dialect=_DIALECT)).split())
        rules.append(f"index `{written.removeprefix('CREATE ')}`")
    return rules


def _type(column: Column[Any], *, plain: bool = False) -> str:
    name = str(column.type.compile(dialect=_DIALECT)).lower()
    name = name.replace("timestamp with time zone", "timestamptz")
    return name.split("(")[0].replace("[]", "_list") if plain else name


def _room(module: ModuleType) -> str:
    parts = module.__name__.split(".")
    return "shared" if len(parts) == 2 or module.__name__ == SHARED else parts[1]


def _column_texts(module: ModuleType, kind: type[SQLModel]) -> dict[str, str]:
    """Read the strings below the columns of a class: Python itself throws them away."""
    tree = ast.parse(inspect.getsource(module))
    (body,) = (n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == kind.__name__)
    texts = {}
    for column, below in pairwise(body):
        if (
            isinstance(column, ast.AnnAssign)
            and isinstance(column.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            texts[column.target.id.rstrip("_")] = inspect.cleandoc(str(below.value.value))
    return texts
