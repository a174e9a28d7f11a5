"""Lint the SQL of every service's migration chain with squawk, as PostgreSQL will get it.

Needs no database: the chain is written out as SQL. One rule of the house stands here because it
speaks of SQL: a column of money is bigint (rule 6 of docs/architecture.md), never anything else.
Run by `make lint`.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from common.database.migrations import offline_sql

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("registry", "eligibility", "disbursement", "reporting")
MONEY = re.compile(
    r"^\s*(?P<name>(?:\w*_)?(?:amount|total|sum)|regular|arrears|carried|owed|paid)\s+"
    r"(?P<type>integer|int\d?|smallint|real|float\w*|double precision|numeric|decimal|money)\b",
    re.IGNORECASE | re.MULTILINE,
)
LIMIT = re.compile(r"^SET (?:lock|statement)_timeout = '\w+';", re.MULTILINE)
OF_ALEMBIC = re.compile(r"CREATE TABLE alembic_version \(.*?\);\n", re.DOTALL)


def sql_of(service: str) -> str:
    """Write out a service's chain, without the table that Alembic keeps for itself."""
    written = io.StringIO()
    offline_sql(f"{service}.migrations", written)
    # As many lines as before, so that a finding names the line of `python -m <service> sql`.
    return OF_ALEMBIC.sub(lambda found: "\n" * found[0].count("\n"), written.getvalue())


def revisions_of(sql: str) -> list[str]:
    """Split a chain into its revisions, each a transaction of its own.

    What stood before a revision is blank lines, and the time limits, which hold for all, come first.
    """
    limits = " ".join(LIMIT.findall(sql))
    parts = sql.split("COMMIT;\n")
    revisions: list[str] = []
    line = 0
    for part in parts:
        if "Running upgrade" in part:
            statements = LIMIT.sub("", part)
            revisions.append(f"{limits}{chr(10) * line}{statements}COMMIT;\n")
        line += part.count("\n") + 1
    return revisions


def narrow_money(service: str, sql: str) -> Iterator[str]:
    """Name the columns of money whose type is not bigint."""
    for found in MONEY.finditer(sql):
        line = sql.count("\n", 0, found.start("name")) + 1
        yield f"{service}.sql:{line}: money: {found['name']} is {found['type']}, not bigint"


def squawk(service: str, sql: str) -> str:
    """Give squawk's findings, nothing when there are none."""
    program = Path(sys.executable).with_name("squawk")
    options: list[str | Path] = ["--config", ROOT / ".squawk.toml", "--reporter", "gcc"]
    done = subprocess.run(
        [program, *options, "--stdin-filepath", f"{service}.sql"],
        input=sql, capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


def main() -> int:
    """Print every finding; the exit status says whether there was one."""
    found: list[str] = []
    for service in SERVICES:
        sql = sql_of(service)
        found += narrow_money(service, sql)
        found += filter(None, (squawk(service, revision) for revision in revisions_of(sql)))
    for text in found:
        print(text)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
