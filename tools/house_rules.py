"""House rules that no linter knows, checked on the syntax tree of every module.

Each rule is a function that yields findings; a finding names file, line, rule and what to do.
Run by `make lint`.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = "common.contracts.benefits"
"""Pure data that every room derives from."""
MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
ARGUMENTS_MAX = 6
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "misc", "manager", "common_utils"}
RIDDLES = {
    "asking", "beside", "following", "found", "keeping", "listed", "lost", "missed", "one", "presumed",
    "receiving", "settling", "soil", "states", "supposed", "telling", "told", "work",
}  # fmt: skip
"""File names that say nothing without the file; docs/glossary.md has the field's terms."""
ROOM_FILES = {
    "domain", "tables", "store", "service", "schemas", "routes", "handlers", "jobs", "gateway",
    "__init__",
}  # fmt: skip
CHANGING = {"post", "put", "patch", "delete", "api_route"}
OPEN_WORK = re.compile(r"\b(TODO|FIXME|XXX)\b")


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed source file and where it stands."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def is_test(self) -> bool:
        """Tests have other rules."""
        return self.path.parts[0] in {"tests", "benchmarks"}

    @property
    def room(self) -> tuple[str, str, str] | None:
        """Service, room and file name (or folder of that name) for a module in a room."""
        parts = self.path.parts
        if parts[0] != "services" or len(parts) < 6 or parts[4] == "migrations":
            return None
        return parts[1], parts[4], Path(parts[5]).stem


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule."""

    path: Path
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        """Write it as compilers do, so that editors can jump there."""
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def sizes(module: Module) -> Iterator[Finding]:
    """Modules and functions stay small; few positional arguments."""
    lines = module.text.count("\n")
    if lines > MODULE_LINES_MAX:
        yield Finding(module.path, 1, "size", f"{lines} lines: split where the parts have names")
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > FUNCTION_LINES_MAX:
            yield Finding(module.path, node.lineno, "size", f"{node.name} has {length} lines")
        if len(node.args.args) > ARGUMENTS_MAX + 1:
            yield Finding(module.path, node.lineno, "arguments", f"{node.name}: use keywords")


def names(module: Module) -> Iterator[Finding]:
    """Files are named for what they hold; a room holds only the known file names."""
    if module.path.stem in SAYS_NOTHING or SAYS_NOTHING & set(module.path.parts):
        yield Finding(module.path, 1, "name", "the name says nothing")
    if module.path.stem in RIDDLES and not module.is_test:
        yield Finding(module.path, 1, "name", "a riddle: take the field's term (docs/glossary.md)")
    room = module.room
    if room and room[2] not in ROOM_FILES and (ROOT / module.path).parent.name == room[1]:
        yield Finding(module.path, 1, "room", f"a room has no file called {room[2]}")


def purity(module: Module) -> Iterator[Finding]:
    """Domain modules import the standard library, the kernel and the catalogue (polars in `law`)."""
    room = module.room
    if room is None or room[2] != "domain":
        return
    allowed = sys.stdlib_module_names | {"common", room[0]}
    if room[1] == "law":
        allowed |= {"polars"}
    for node in ast.walk(module.tree):
        targets: list[str] = []
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            targets = [node.module]
        for target in targets:
            top = target.split(".")[0]
            own = top == room[0] and ".domain" not in target
            common = ".kernel" in target or target == CATALOGUE
            if top not in allowed or own or (top == "common" and not common):
                yield Finding(
                    module.path, getattr(node, "lineno", 1), "purity", f"domain imports {target}"
                )


def transactions(module: Module) -> Iterator[Finding]:
    """Nobody commits outside common.database; SQL stands in stores."""
    if module.is_test or "database" in module.path.parts or module.path.parts[0] == "tools":
        return
    if "common" in module.path.parts or "sandbox" in module.path.parts:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = _dotted(node.func.value).split(".")[-1]
            if node.func.attr in {"commit", "rollback"} and "session" in owner:
                yield Finding(module.path, node.lineno, "transaction", "nobody commits here")
    room = module.room
    if room and room[2] not in {"store", "tables"}:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy":
                taken = {alias.name for alias in node.names} & {
                    "text",
                    "select",
                    "insert",
                    "update",
                    "delete",
                }
                if taken:
                    yield Finding(module.path, node.lineno, "sql", "SQL belongs in store.py")


def clocks(module: Module) -> Iterator[Finding]:
    """Time comes from the clocks, as an argument."""
    if module.is_test or module.path.name == "clock.py" or module.path.parts[0] == "tools":
        return
    if {"sandbox", "testing"} & set(module.path.parts):
        return  # the outside world has clocks of its own
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = ".".join(_dotted(node.func).split(".")[-2:])  # also as datetime.datetime.now
            if name in {"datetime.now", "datetime.utcnow", "date.today", "datetime.today"}:
                yield Finding(module.path, node.lineno, "clock", f"{name}() outside the clock")


def money(module: Module) -> Iterator[Finding]:
    """Money is never a float."""
    if module.path.parts[:2] not in {("services", "disbursement"), ("libs", "common")}:
        return
    if "kernel" not in module.path.parts and module.path.parts[0] != "services":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _dotted(node.func) == "float":
            yield Finding(module.path, node.lineno, "money", "float() near money")


def open_work(module: Module) -> Iterator[Finding]:
    """Nothing is left open: no marker, no stub, no skipped test."""
    for number, line in enumerate(module.text.splitlines(), 1):
        if OPEN_WORK.search(line) and module.path.name != "house_rules.py":
            yield Finding(module.path, number, "open", "an open marker")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            name = _dotted(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
            if name == "NotImplementedError" and "migrations" not in module.path.parts:
                yield Finding(module.path, node.lineno, "open", "a stub")
        if module.is_test and isinstance(node, ast.Attribute):
            dotted = _dotted(node)
            if dotted in {"pytest.skip", "pytest.mark.skip", "pytest.mark.xfail", "pytest.xfail"}:
                yield Finding(module.path, node.lineno, "open", f"{dotted}: no test is skipped")


def mocks(module: Module) -> Iterator[Finding]:
    """Tests run our own code as it is, on real servers."""
    for node in ast.walk(module.tree):
        if not module.is_test:
            return
        if isinstance(node, ast.Attribute) and _dotted(node) in {"mock.patch", "mocker.patch"}:
            yield Finding(module.path, node.lineno, "mock", "no mocks of our own code")
        if isinstance(node, ast.ImportFrom | ast.Import):
            asked = [node.module] if isinstance(node, ast.ImportFrom) else []
            asked += [alias.name for alias in node.names]
            if {"unittest.mock", "mock"} & set(asked):
                yield Finding(module.path, node.lineno, "mock", "no mocks of our own code")


def refusals(module: Module) -> Iterator[Finding]:
    """A refusal names its code and title in the line of its class."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and node.bases and not module.is_test:
            assigned = {
                target.id
                for item in node.body
                if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
                for target in item.targets
                if isinstance(target, ast.Name)
            }
            if {"code", "title"} <= assigned:
                text = f'{node.name}: write class {node.name}(..., code="...", title="...")'
                yield Finding(module.path, node.lineno, "refusal", text)


def commands(module: Module) -> Iterator[Finding]:
    """A changing route runs once for each Idempotency-Key, or says why it needs none."""
    if module.is_test or {"sandbox", "testing"} & set(module.path.parts):
        return
    lines = module.text.splitlines()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _dotted(node.func).endswith(".add_api_route"):
            yield Finding(module.path, node.lineno, "command", "declare routes by decorators")
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        called = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
        changing = any(isinstance(d, ast.Attribute) and d.attr in CHANGING for d in called)
        once = {_dotted(d) for d in called} & {"command", "keyed_command"}
        first = min((d.lineno for d in node.decorator_list), default=1)
        reason = lines[first - 2].strip() if first > 1 else ""
        if changing and not once and not reason.startswith("# without a key: "):
            text = f"{node.name}: put @command under the route, or '# without a key: why' above it"
            yield Finding(module.path, node.lineno, "command", text)


def patterns(module: Module) -> Iterator[Finding]:
    """A body's pattern takes the digits 0 to 9 only."""
    if module.is_test or "sandbox" in module.path.parts:
        return
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.keyword) or node.arg != "pattern":
            continue
        value = node.value
        if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
            continue
        if "\\d" in value.value:
            text = r"write [0-9]: \d also takes the digits of other scripts"
            yield Finding(module.path, value.lineno, "pattern", text)


RULES = (
    commands,
    patterns,
    refusals,
    sizes,
    names,
    purity,
    transactions,
    clocks,
    money,
    open_work,
    mocks,
)


def modules() -> Iterator[Module]:
    """Every Python file that git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in sorted(set(listed.splitlines())):
        path = Path(name)
        if not (ROOT / path).exists() or "generated" in path.parts:
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        yield Module(path, text, ast.parse(text, filename=name))


def check(module: Module) -> list[Finding]:
    """Give what one module breaks."""
    return [finding for rule in RULES for finding in rule(module)]


def main() -> int:
    """Print every finding; the exit status says whether there was one."""
    found = [finding for module in modules() for finding in check(module)]
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
