"""The rules for duplicates: the file of this room, or the one that the province names instead."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

from registry.quality.domain import DuplicateRules


@cache
def duplicate_rules(path: str = "") -> DuplicateRules:
    """Load the rules once; an empty path means those that come with the program."""
    if path:
        text = Path(path).read_text(encoding="utf-8")
    else:
        folder = resources.files("registry.quality").joinpath("data")
        text = folder.joinpath("duplicates.toml").read_text(encoding="utf-8")
    return DuplicateRules.of(tomllib.loads(text))
