"""Roles of the province's log-in provider, as scopes of ours: a file, not code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

_FILE = TypeAdapter(dict[str, list[str]])


def scopes_by_role(file: Path | None) -> Mapping[str, frozenset[str]]:
    """Read the file `{"role": ["scope", ...]}`; None maps no role.

    Raises:
        OSError, pydantic.ValidationError: the file is absent or something else.
    """
    if file is None:
        return {}
    found = _FILE.validate_json(file.read_bytes())
    return {role: frozenset(scopes) for role, scopes in found.items()}
