"""A definition that nothing in `src` uses is found, whatever passes its name on."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from tests.tools.test_house_rules import load

ROOM = "services/registry/src/registry/persons"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return load("unused")


def found(tool: ModuleType, **sources: str) -> list[str]:
    modules = [
        tool.parse(Path(f"{ROOM}/{name.replace('__', '/', 1)}.py"), text)
        for name, text in sources.items()
    ]
    return [name for _, _, name in tool.unused({item.name: item for item in modules})]


@pytest.mark.parametrize(
    ("source", "dead"),
    [
        ("def f() -> None: ...", ["f"]),
        ("def f() -> None:\n    f()", ["f"]),
        ("__all__ = ['f']\ndef f() -> None: ...", ["f"]),
        ("LIMIT = 1", ["LIMIT"]),
        ("class A:\n    def b(self) -> None: ...\nA()", ["A.b"]),
        ("class A:\n    def b(self) -> None: ...\nA().b()", []),
        ("class A(SQLModel, table=True): ...", []),
        ("@router.get('/x')\ndef f() -> None: ...", []),
        ("@property\ndef f() -> None: ...", ["f"]),
        ("def f() -> None: ...\nWORK = 'registry.persons:f'\nprint(WORK)", []),
        ("def f() -> None: ...\nprint('f')", ["f"]),
        ("def f() -> None: ...\nf()", []),
    ],
)
def test_what_nothing_uses_is_found(tool: ModuleType, source: str, dead: list[str]) -> None:
    assert found(tool, service=source) == dead


@pytest.mark.parametrize(
    ("caller", "dead"),
    [
        ("from registry.persons.service import f", ["f"]),
        ("from registry.persons.service import f as g\ng()", []),
        ("from registry.persons import service\nservice.f()", []),
        ("from registry.other import service\nservice.f()", ["f"]),
        ("from registry.other import f\nf()", ["f"]),
    ],
)
def test_a_name_that_a_package_passes_on_is_followed(
    tool: ModuleType, caller: str, dead: list[str]
) -> None:
    facade = "from registry.persons.service.commands import f\n__all__ = ['f']"
    sources = {"service____init__": facade, "service__commands": "def f() -> None: ..."}
    assert found(tool, **sources, routes=caller) == dead


def test_nothing_in_src_is_unused(tool: ModuleType) -> None:
    assert [str(item) for item in tool.unused(tool.read())] == []
