"""Vietnamese words for codes. A code without words shows itself, so that no one goes missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_COUNTED = frozenset({"group", "provision"})
_NEUTRAL = re.compile(r"[A-Z0-9]{6}\Z")
"""The installation's own code for the groups that have no name outside of the registry."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Words by kind (`group`, `provision`, `method`, ...) and code."""

    words: Mapping[str, Mapping[str, str]]

    def of(self, kind: str, code: str) -> str:
        """Give the words for a code of a kind, or the code itself."""
        if kind in _COUNTED and _NEUTRAL.match(code):
            return f"Nhóm {code}"
        return self.words.get(kind, {}).get(code, code)

    def of_status(self, status: str, reason: str | None) -> str:
        """Give a status with its reason: `Tạm giữ, chờ quyết định (người hưởng đã mất)`."""
        words = self.of("status", status)
        return words if reason is None else f"{words} ({self.of('status_reason', reason)})"
