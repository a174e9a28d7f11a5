"""Which code may run on which schema: an older program runs on a newer one that only grew.

A revision that only adds (tables, nullable columns or columns with a default, indexes) says so with
`additive = True` in its module. The chain with these marks is written into the comment of
`alembic_version` by every migration, so that a program that does not know the newest revisions can
read whether they concern it.
"""

from __future__ import annotations

import json
import re

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

_REVISION = re.compile(r"\w{1,32}\Z", re.ASCII)
_READ = sa.text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')")


class SchemaUnknownError(RuntimeError):
    """The database stands at a revision that this program does not know and may not run on."""


def marked_chain(scripts: ScriptDirectory) -> list[tuple[str, bool]]:
    """Give every revision, oldest first, and whether it only adds to the one before."""
    revisions = reversed(list(scripts.walk_revisions()))
    return [(each.revision, bool(getattr(each.module, "additive", False))) for each in revisions]


def record_chain(connection: Connection, scripts: ScriptDirectory) -> None:
    """Write the marked chain into the database, for programs older than it (as the owner)."""
    chain = marked_chain(scripts)
    for revision, _ in chain:
        if not _REVISION.match(revision):
            msg = f"{revision!r} is not a plain revision id"
            raise ValueError(msg)
    connection.execute(sa.text(f"COMMENT ON TABLE alembic_version IS '{json.dumps(chain)}'"))


def suits(connection: Connection, scripts: ScriptDirectory) -> bool:
    """Tell whether a program with these scripts may run on the database as it stands."""
    current = MigrationContext.configure(connection).get_current_revision()
    head = scripts.get_current_head()
    if current == head:
        return current is not None
    recorded = connection.execute(_READ).scalar_one_or_none()
    if current is None or recorded is None:
        return False
    chain: list[tuple[str, bool]] = [(str(name), bool(mark)) for name, mark in json.loads(recorded)]
    names = [name for name, _ in chain]
    if head not in names or current not in names:
        return False
    since = chain[names.index(head) + 1 : names.index(current) + 1]
    return bool(since) and all(mark for _, mark in since)


def knows(connection: Connection, scripts: ScriptDirectory) -> bool:
    """Tell whether the database stands at a revision of these scripts, or at none yet."""
    current = MigrationContext.configure(connection).get_current_revision()
    return current is None or current in {name for name, _ in marked_chain(scripts)}
