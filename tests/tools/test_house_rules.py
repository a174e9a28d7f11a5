"""Each house rule catches its bad example and lets its good one pass."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICE = "services/registry/src/registry/persons"
LAW = "services/eligibility/src/eligibility/law"
COMMON = "libs/common/src/common"
LONG = "\n".join(["def f() -> None:", *["    x = 1"] * 60])
MANY = "def f(a, b, c, d, e, f, g, h): ..."
OPEN = "TO" + "DO"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rules() -> ModuleType:
    return load("house_rules")


@pytest.fixture(scope="module")
def imports() -> ModuleType:
    return load("import_contracts")


def broken(rules: ModuleType, path: str, source: str) -> list[str]:
    """Give the names of the rules that a source breaks at a path."""
    module = rules.Module(Path(path), source, ast.parse(source))
    return [finding.rule for finding in rules.check(module)]


ROUTE = "async def f() -> None: ..."
BAD: list[tuple[str, str, str]] = [
    ("pattern", f"{SERVICE}/routes.py", r"x = Query(pattern=r'^\d{3}$')"),
    ("command", f"{SERVICE}/routes.py", f"@router.post('/x')\n{ROUTE}"),
    ("command", f"{SERVICE}/routes.py", f"# sent rarely\n@router.put('/x')\n{ROUTE}"),
    ("command", f"{SERVICE}/routes.py", f"@router.patch('/x')\n@cached\n{ROUTE}"),
    ("command", f"{SERVICE}/routes.py", "router.add_api_route('/x', f, methods=['POST'])"),
    ("refusal", f"{SERVICE}/domain.py", 'class X(Conflict):\n    code = "x"\n    title = "X"'),
    ("size", f"{SERVICE}/service.py", "x = 1\n" * 401),
    ("size", f"{SERVICE}/service.py", LONG),
    ("arguments", f"{SERVICE}/service.py", MANY),
    ("name", f"{COMMON}/kernel/utils.py", "x = 1"),
    ("name", f"{SERVICE}/service/telling.py", "x = 1"),
    ("name", f"{COMMON}/helpers/dates.py", "x = 1"),
    ("room", f"{SERVICE}/calculations.py", "x = 1"),
    ("purity", f"{SERVICE}/domain.py", "import sqlalchemy"),
    ("purity", f"{SERVICE}/domain.py", "from common.database.session import Database"),
    ("purity", f"{SERVICE}/domain.py", "from registry.persons.store import load"),
    ("purity", f"{SERVICE}/domain.py", "import polars"),
    ("purity", f"{LAW}/domain/decree_20_2021.py", "import httpx"),
    ("transaction", f"{SERVICE}/service.py", "async def f(session):\n    await session.commit()"),
    ("transaction", f"{SERVICE}/store.py", "def f(self):\n    self.session.rollback()"),
    ("sql", f"{SERVICE}/service.py", "from sqlalchemy import select"),
    ("sql", f"{SERVICE}/routes.py", "from sqlalchemy import text"),
    ("clock", f"{SERVICE}/service.py", "now = datetime.now(tz)"),
    ("clock", f"{COMMON}/events/relay.py", "import datetime\nday = datetime.date.today()"),
    ("money", "services/disbursement/src/disbursement/ledger/domain.py", "x = float(amount)"),
    ("money", f"{COMMON}/kernel/money.py", "x = float(1)"),
    ("open", f"{SERVICE}/service.py", f"x = 1  # {OPEN}: later"),
    ("open", f"{SERVICE}/service.py", "def f():\n    raise NotImplementedError"),
    ("open", f"{SERVICE}/service.py", "def f():\n    raise NotImplementedError('soon')"),
    ("open", "tests/registry/test_x.py", "@pytest.mark.skip\ndef test_x(): ..."),
    ("open", "tests/registry/test_x.py", "def test_x():\n    pytest.skip('not today')"),
    ("open", "tests/registry/test_x.py", "@pytest.mark.xfail(strict=True)\ndef test_x(): ..."),
    ("mock", "tests/registry/test_x.py", "with mock.patch('registry.main'): ..."),
    ("mock", "tests/registry/test_x.py", "from unittest.mock import patch"),
    ("mock", "tests/registry/test_x.py", "from unittest import mock"),
    ("sql", f"{SERVICE}/service.py", "from sqlalchemy import delete"),
    ("clock", f"{SERVICE}/service.py", "import datetime as dt\nnow = dt.datetime.now()"),
]
GOOD: list[tuple[str, str]] = [
    (f"{SERVICE}/routes.py", f"@router.post('/x')\n@command\n{ROUTE}"),
    (f"{SERVICE}/routes.py", f"@router.post('/x')\n@keyed_command(digest)\n{ROUTE}"),
    (f"{SERVICE}/routes.py", f"# without a key: a reading\n@router.post('/x')\n{ROUTE}"),
    (f"{SERVICE}/routes.py", f"@router.get('/x')\n{ROUTE}"),
    (f"{SERVICE}/service.py", "x = 1\n" * 400),
    (f"{SERVICE}/service.py", "\n".join(["def f() -> None:", *["    x = 1"] * 59])),
    (f"{SERVICE}/service.py", "def f(a, b, c, d, e, f, g, *, h, i, j): ..."),
    (f"{SERVICE}/domain.py", "from common.kernel.months import Month\nimport re\nimport datetime"),
    (f"{SERVICE}/domain.py", "from registry.areas.domain import Commune"),
    (f"{LAW}/domain/decree_20_2021.py", "import polars as pl"),
    (f"{SERVICE}/store.py", "from sqlalchemy import select, text"),
    (f"{SERVICE}/service.py", "from sqlalchemy.exc import IntegrityError"),
    (f"{COMMON}/database/session.py", "async def f(session):\n    await session.commit()"),
    (f"{COMMON}/runtime/clock.py", "now = datetime.now(tz)"),
    ("libs/sandbox/src/sandbox/world/clock.py", "now = datetime.now(tz)"),
    ("tests/registry/test_x.py", "now = datetime.now(tz)"),
    (f"{SERVICE}/service.py", "def f(clock):\n    return clock.now()"),
    ("services/disbursement/src/disbursement/ledger/domain.py", "x = int(amount)"),
    ("services/registry/src/registry/migrations/versions/0001_x.py", "def downgrade():\n    raise NotImplementedError"),
    ("tests/registry/test_x.py", "@pytest.mark.parametrize('x', [1])\ndef test_x(x): ..."),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "source"), BAD)
def test_a_bad_example_is_caught_by_its_rule_and_no_other(
    rules: ModuleType, rule: str, path: str, source: str
) -> None:
    assert broken(rules, path, source) == [rule]


@pytest.mark.parametrize(("path", "source"), GOOD)
def test_a_good_example_passes_every_rule(rules: ModuleType, path: str, source: str) -> None:
    assert broken(rules, path, source) == []


def test_every_rule_has_a_bad_example(rules: ModuleType) -> None:
    source = (ROOT / "tools" / "house_rules.py").read_text(encoding="utf-8")
    named = {
        call.args[2].value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Finding"
        and isinstance(call.args[2], ast.Constant)
    }
    assert named == {rule for rule, _, _ in BAD}


def test_a_finding_is_written_so_that_an_editor_can_jump_there(rules: ModuleType) -> None:
    finding = rules.Finding(Path("a/b.py"), 7, "clock", "datetime.now() outside the clock")
    assert str(finding) == "a/b.py:7: clock: datetime.now() outside the clock"


def test_the_import_contracts_on_disk_are_the_ones_that_the_rooms_ask_for(
    imports: ModuleType,
) -> None:
    assert imports.main(["--check"]) == 0


def test_import_contracts_that_differ_are_told(
    imports: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / ".importlinter"
    target.write_text("[importlinter]\n", encoding="utf-8")
    assert imports.main(["--check"], target) == 1
    assert "make generate" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == "[importlinter]\n"
    assert imports.main([], target) == 0
    assert imports.main(["--check"], target) == 0


def test_the_contracts_bind_every_room_that_exists_to_its_corridor(imports: ModuleType) -> None:
    text = imports.contracts()
    for service in imports.CORRIDORS:
        source = ROOT / "services" / service / "src" / service
        rooms = {path.parent.name for path in source.glob("*/__init__.py")} - {"migrations"}
        assert rooms == set(imports.rooms_of(service))
        layers = text.split(f"[importlinter:contract:{service}-corridor]")[1].split("[")[0]
        named = [line.strip() for line in layers.splitlines() if line.startswith("    ")]
        assert named == [f"{service}.{room}" for room in reversed(imports.rooms_of(service))]


def test_the_contracts_keep_services_apart_and_the_sandbox_outside(imports: ModuleType) -> None:
    text = imports.contracts()
    kinds = {line for line in text.splitlines() if line.startswith("type = ")}
    wanted = {"independence", "forbidden", "layers", "protected"}
    assert kinds == {f"type = {kind}" for kind in wanted}
    for name in ("Services never import each other", "Services never import the sandbox"):
        assert f"name = {name}" in text
