"""Definitions of `src` that nothing in `src` uses: dead, or kept alive by tests only.

A function, class or constant of a module is used where its name stands in `src`, tools or deploy,
outside imports, `__all__` and the definition itself; imports are followed through the packages that
only pass a name on. A method is used where any attribute of its name is. Strings that
name code ("module:function") and the names given to `getattr` are uses too. So what the rule finds is dead for certain, and a method
that shares its name with another may hide. Run by `make lint`.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = {
    "OBJECTS": "functions, triggers, views, policies of a room; tools/schema_pages.py reads the module",
    "EVENTS": "common.contracts.catalogue reads it from each module of contracts",
    "changelog": "tools/generate.py writes docs/law/changelog.md with it",
    "with_entries": "a later decree's benefits; the test of an invented decree adds them",
    "at_head": "an operator's check after an upgrade; tests call it",
    "expire_keys": "rotation of the issuer's keys, tested without waiting for their age",
    "keep_off_preferred": "tests leave the ports of a running `ansinh up` alone",
    "evaluate_person": "the single evaluation that the shared one and the benchmark are compared with",
    "validate": "the strict reading of a personal number that `read` is compared with",
    "CODES": "the vocabulary of facts, from which property tests draw",
    "clear": "read models emptied, for tests that build them again from the events",
    "sheet_frame": "the flat sheet that both-times tests compare with the dated rows",
    "read_citizen": "the answer of the population database as one value, for tests of `compare`",
    "read_list": "lists: the whole-list reader of the layout tests",
    "read_beneficiaries": "lists: the whole-list reader of the format tests",
    "difference": "law: months computed again, the oracle of the differences in the law cases",
    "resume": "law: rule of resuming, stated by cases, not yet called by entitlements",
    "stop_after_refusal": "law: rule of stopping, stated by cases, not yet called by entitlements",
    "rules": "payroll: the list of payment rules, whose route is being built",
    "process_bind_param": "called by SQLAlchemy",
    "process_result_value": "called by SQLAlchemy",
    "handle_exit": "called by uvicorn",
    "settings_customise_sources": "called by pydantic-settings",
    "resolve_private_key": "called by http-message-signatures",
    "resolve_public_key": "called by http-message-signatures",
    "sync_auth_flow": "called by httpx",
    "async_auth_flow": "called by httpx",
}
"""Names that something else calls, each with its reason."""
PLAIN = {
    "property", "staticmethod", "classmethod", "dataclass", "cache", "lru_cache", "cached_property",
    "contextmanager", "asynccontextmanager", "final", "wraps", "override", "total_ordering",
    "runtime_checkable", "computed_field",
}  # fmt: skip
"""Decorators that register nothing: what carries only these must be called by name."""
METHOD = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINES = (*METHOD, ast.ClassDef)
NAMING = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
"""A string that names code: module:function."""
SCRIPT = re.compile(r'^\S+ = "[\w.]+:(\w+)"$', re.MULTILINE)
"""A command in pyproject.toml."""
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


Key = tuple[str, str]
"""Module and name."""


@dataclass
class Module:
    """A module: its definitions, and what its imports bind (local name to module and name)."""

    path: Path
    name: str
    tree: ast.Module
    imported: dict[str, Key] = field(default_factory=dict)
    own: dict[str, ast.stmt] = field(default_factory=dict)

    @property
    def is_judged(self) -> bool:
        """Whether it must be used: Alembic calls migrations, tests call `testing`."""
        return self.path.parts[0] in {"services", "libs"} and not (
            {"migrations", "testing", "testing.py"} & set(self.path.parts)
        )


@dataclass
class Uses:
    """What is used: names of modules, attributes of anything, words of strings."""

    keys: set[Key] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


def read() -> dict[str, Module]:
    """Parse every module that defines or may use something."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard",
         "services/*.py", "libs/*.py", "tools/*.py", "deploy/*.py"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    paths = (Path(line) for line in sorted(set(listed.splitlines())))
    found = [parse(path, (ROOT / path).read_text()) for path in paths if (ROOT / path).exists()]
    return {module.name: module for module in found}


def parse(path: Path, text: str) -> Module:
    """Read a module: its name as others import it, its imports, its definitions."""
    parts = path.with_suffix("").parts
    parts = parts[parts.index("src") + 1 :] if "src" in parts else parts
    name = ".".join(parts).removesuffix(".__init__")
    tree = ast.parse(text)
    return Module(path, name, tree, _imports(tree), dict(_own(tree)))


def _imports(tree: ast.Module) -> dict[str, Key]:
    bound: dict[str, Key] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            bound |= {item.asname or item.name: (node.module, item.name) for item in node.names}
        elif isinstance(node, ast.Import):
            bound |= {item.asname: (item.name, "") for item in node.names if item.asname}
    return bound


def _own(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and not target.id.startswith("__"):
                yield target.id, node
        elif isinstance(node, DEFINES):
            yield node.name, node


def resolve(modules: dict[str, Module], key: Key) -> Key:
    """Follow a name through the packages that only pass it on."""
    seen: set[Key] = set()
    while key not in seen and key[0] in modules:
        seen.add(key)
        module, name = modules[key[0]], key[1]
        if name in module.own or name not in module.imported:
            break
        key = module.imported[name]
    return key


def uses(modules: dict[str, Module]) -> Uses:
    """Collect what all modules use."""
    found = Uses()
    for project in ROOT.glob("*/*/pyproject.toml"):
        found.words.update(f"'{name}" for name in SCRIPT.findall(project.read_text()))
    for module in modules.values():
        for statement in module.tree.body:
            name = next((n for n, node in module.own.items() if node is statement), "")
            if not _is_export(statement):
                _collect(modules, module, (statement, name), found)
    return found


def _is_export(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def _collect(
    modules: dict[str, Module], module: Module, place: tuple[ast.stmt, str], found: Uses
) -> None:
    statement, own = place
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in module.own:
                found.keys |= {(module.name, name)} if name != own else set()
            case ast.Name(id=name, ctx=ast.Load()) if name in module.imported:
                found.keys.add(resolve(modules, module.imported[name]))
            case ast.Attribute(value=value, attr=name):
                found.words.add(name)
                base = module.imported.get(ast.unparse(value))
                if base is not None:
                    holder = f"{base[0]}.{base[1]}".removesuffix(".")
                    found.keys.add(resolve(modules, (holder, name)))
            case ast.keyword(arg=str(name)):
                found.words.add(name)
            case ast.Constant(value=str(text)) if NAMING.fullmatch(text):
                found.words.update(f"'{word}" for word in WORD.findall(text))
            case ast.Call(func=ast.Name(id="getattr"), args=[_, name, *_]):
                found.words.update(f"'{word}" for word in WORD.findall(ast.unparse(name)))
            case _:
                pass


def unused(modules: dict[str, Module]) -> Iterator[tuple[Path, int, str]]:
    """Give path, line and name of the definitions without a use."""
    used = uses(modules)
    for module in modules.values():
        if not module.is_judged:
            continue
        for name, node in module.own.items():
            known = {(module.name, name)} & used.keys or f"'{name}" in used.words or name in KEPT
            if not known and not _registers(node):
                yield module.path, node.lineno, name
            if isinstance(node, ast.ClassDef):
                for item in node.body:
                    if isinstance(item, METHOD) and not _registers(item):
                        called = {item.name, f"'{item.name}"} & used.words or item.name in KEPT
                        if not called and not item.name.startswith("__"):
                            yield module.path, item.lineno, f"{name}.{item.name}"


def _registers(node: ast.stmt) -> bool:
    """Tell whether a decorator hands the definition to somebody, or it describes a table."""
    if not isinstance(node, DEFINES):
        return False
    decorators = {
        ast.unparse(d.func if isinstance(d, ast.Call) else d).split(".")[-1]
        for d in node.decorator_list
    }
    table = isinstance(node, ast.ClassDef) and any(k.arg == "table" for k in node.keywords)
    return bool(decorators - PLAIN) or table


def main() -> int:
    """Print every finding; the exit status says whether there was one."""
    found = list(unused(read()))
    for path, line, name in found:
        print(f"{path}:{line}: unused: nothing in src uses {name}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
