"""Words that stop a row: death, move, end of the benefit, a denied category. The words are data.

Thuật ngữ: thôi hưởng, dừng hưởng, chuyển đi, đã chết. Accents count ("mất" is not "mặt"); a text
without any accent is compared without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from common.kernel.names import normalise, search_key

RemarkKind = Literal["death", "move", "stop", "negation"]

FINDINGS: Mapping[RemarkKind, str] = {
    "death": "row_says_dead",
    "move": "row_says_moved",
    "stop": "row_says_stopped",
    "negation": "category_denied",
}
_NOT_WORDS = re.compile(r"[^\w]+")
_NOTES: tuple[RemarkKind, ...] = ("death", "move", "stop")


def _places(text: str, part: str) -> Iterator[int]:
    """Give where a part stands in a text; places may overlap by a space."""
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + 1)


@dataclass(frozen=True, slots=True)
class RemarkWords:
    """The words of one kind, with accents (first) and without."""

    words: tuple[str, ...]
    whole: frozenset[str]
    others: tuple[str, ...]
    allowed: tuple[str, ...]

    @classmethod
    def of(cls, row: Mapping[str, Sequence[str]], *, accents: bool) -> RemarkWords:
        """Read a table of the data file."""

        def listed(name: str) -> list[str]:
            return [_words(text) if accents else search_key(text) for text in row.get(name, ())]

        return cls(
            tuple(listed("words")),
            frozenset(listed("whole")),
            tuple(listed("others")),
            tuple(listed("allowed")),
        )

    def holds(self, text: str) -> bool:
        """Say whether a text (as `_words` or `search_key` gives it) says such a thing."""
        for phrase in self.allowed:
            text = f" {text} ".replace(f" {phrase} ", " | ").strip()
        if text in self.whole:
            return True
        padded = f" {text} "
        return any(
            not self._of_another(padded[:place])
            for phrase in self.words
            for place in _places(padded, f" {phrase} ")
        )

    def _of_another(self, before: str) -> bool:
        spoken = before.removesuffix(" đã").removesuffix(" da").removesuffix(" bị").rstrip()
        return any(f" {spoken}".endswith(f" {other}") for other in self.others)


@dataclass(frozen=True)
class Remarks:
    """Every kind of remark in both spellings."""

    accented: Mapping[str, RemarkWords]
    plain: Mapping[str, RemarkWords]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Remarks:
        """Read the data file."""
        return cls(
            {kind: RemarkWords.of(row, accents=True) for kind, row in data.items()},
            {kind: RemarkWords.of(row, accents=False) for kind, row in data.items()},
        )

    def in_note(self, text: str) -> Iterator[RemarkKind]:
        """Yield what a note, or a remark in a name, says."""
        yield from (kind for kind in _NOTES if self._holds(kind, text))

    def in_category(self, text: str) -> Iterator[RemarkKind]:
        """Yield what a category says beside naming a group."""
        yield from (kind for kind in (*_NOTES, "negation") if self._holds(kind, text))

    def _holds(self, kind: RemarkKind, text: str) -> bool:
        if text.isascii():
            return self.plain[kind].holds(search_key(text))
        return self.accented[kind].holds(_words(text))


def _words(text: str) -> str:
    return " ".join(_NOT_WORDS.sub(" ", normalise(text).lower()).split())
