"""The stand-ins' own memory: one SQLite file, opened once, written in small transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
create table if not exists citizen (
    personal_id text primary key, former_number text, answer text not null);
create index if not exists citizen_former on citizen (former_number);
create table if not exists dossier (
    code text primary key, personal_id text not null, procedure text not null,
    message text not null, status integer not null default 1, filed_at text not null);
create table if not exists dossier_status (
    code text not null, status integer not null, at text not null, text text not null,
    primary key (code, status, at));
create table if not exists delivery (
    partner text not null, reference text not null, digest text not null, lines integer not null,
    total integer not null, execution_date text not null, received_at text not null,
    primary key (partner, reference));
create table if not exists transfer (
    partner text not null, end_to_end_id text not null, reference text not null,
    amount integer not null, outcome text not null, reason_code text, due_on text not null,
    primary key (partner, end_to_end_id));
create table if not exists message (
    id text primary key, partner text not null, due_on text not null, body text not null,
    delivered_at text, attempts integer not null default 0);
create table if not exists refusal (
    id integer primary key, partner text not null, at text not null, code text not null);
create table if not exists mood (name text primary key, value integer not null);
"""


class WorldStore:
    """A SQLite file with foreign threads kept out by a lock."""

    def __init__(self, path: Path) -> None:
        """Open or create the file."""
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = full")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside one transaction; an exception undoes it all."""
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Read rows."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Row | None:
        """Read one row, or None."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
