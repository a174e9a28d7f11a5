from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMITS = "SET lock_timeout = '2s';\nSET statement_timeout = '15min';\n"


@pytest.fixture(scope="module")
def lint() -> ModuleType:
    path = ROOT / "tools" / "lint_migrations.py"
    spec = importlib.util.spec_from_file_location("lint_migrations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["lint_migrations"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("service", ["registry", "eligibility", "disbursement", "reporting"])
def test_the_chain_of_each_service_is_written_out_and_clean(lint: ModuleType, service: str) -> None:
    sql = lint.sql_of(service)
    assert "CREATE TABLE outbox" in sql
    assert sql.index("SET lock_timeout") < sql.index("CREATE TABLE outbox")
    revisions = lint.revisions_of(sql)
    files = (ROOT / "services" / service / "src" / service / "migrations/versions").glob("0*.py")
    assert len(revisions) == len(list(files))
    assert [lint.squawk(service, revision) for revision in revisions] == [""] * len(revisions)
    assert list(lint.narrow_money(service, sql)) == []


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("ALTER TABLE person ADD COLUMN rank bigint NOT NULL;", "adding-required-field"),
        ("ALTER TABLE person ALTER COLUMN name TYPE text;", "changing-column-type"),
        ("ALTER TABLE person RENAME COLUMN name TO full_name;", "renaming-column"),
        ("CREATE INDEX person_name ON person (name);", "require-concurrent-index-creation"),
        ("CREATE TABLE thing (name varchar(20));", "prefer-text-field"),
        ("DROP TABLE person;", "ban-drop-table"),
    ],
)
def test_a_migration_that_would_stop_or_break_the_service_is_found(
    lint: ModuleType, statement: str, rule: str
) -> None:
    assert rule in lint.squawk("registry", f"{LIMITS}{statement}\n")


def test_a_revision_is_judged_alone_and_a_finding_names_the_line_of_the_whole(
    lint: ModuleType,
) -> None:
    first = "-- Running upgrade  -> 0001\n\nCREATE TABLE a (id uuid PRIMARY KEY);\n\nCOMMIT;\n\n"
    second = "BEGIN;\n\n-- Running upgrade 0001 -> 0002\n\nDROP TABLE a;\n\nCOMMIT;\n\n"
    chain = f"{LIMITS}BEGIN;\n\n{first}{second}"
    one, two = lint.revisions_of(chain)
    assert lint.squawk("registry", one) == ""
    line = chain.splitlines().index("DROP TABLE a;")
    assert lint.squawk("registry", two).startswith(f"registry.sql:{line}:")


def test_a_migration_without_time_limits_is_found(lint: ModuleType) -> None:
    found = lint.squawk("registry", "ALTER TABLE person ADD COLUMN nick text;\n")
    assert "require-lock-timeout" in found
    assert "require-statement-timeout" in found


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ("amount integer NOT NULL", ["registry.sql:2: money: amount is integer, not bigint"]),
        ("standard_amount numeric(12, 2)", [
            "registry.sql:2: money: standard_amount is numeric, not bigint"
        ]),
        ("total double precision", [
            "registry.sql:2: money: total is double precision, not bigint"
        ]),
        ("amount bigint NOT NULL", []),
        ("arrears_months integer NOT NULL", []),
        ("carried_lines integer NOT NULL", []),
    ],
)  # fmt: skip
def test_money_is_bigint_and_nothing_else(lint: ModuleType, column: str, found: list[str]) -> None:
    sql = f"CREATE TABLE payment (\n    {column}\n);\n"
    assert list(lint.narrow_money("registry", sql)) == found


def test_each_excluded_rule_has_its_reason_beside_it() -> None:
    text = (ROOT / ".squawk.toml").read_text(encoding="utf-8")
    lines = text.splitlines()
    rules = tomllib.loads(text)["excluded_rules"]
    for rule in rules:
        before = lines[next(i for i, line in enumerate(lines) if f'"{rule}"' in line) - 1]
        assert before.strip().startswith("#")
    assert len(rules) == len(set(rules)) == 2
