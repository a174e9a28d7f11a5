"""What a text says about a household's poverty class, negations included.

Thuật ngữ: hộ nghèo, hộ cận nghèo, thoát nghèo, tái nghèo. "Không thuộc hộ nghèo" is no poor
household, "chưa thoát nghèo" is one; a text that leaves the class open is a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from common.kernel.names import search_key

StatedClass = Literal["poor", "near_poor", "none"]

_NEGATIONS: Final = frozenset(
    {"khong", "chua", "thoat", "het", "khoi", "thoi", "chang", "dut", "tu"}
)
_LEFT: Final = frozenset({"thoat", "het", "khoi", "thoi", "dut", "tu"})
_FILLERS: Final = frozenset(
    [
        "ho",
        "thuoc",
        "phai",
        "la",
        "con",
        "dien",
        "doi",
        "tuong",
        "gia",
        "dinh",
        "nhan",
        "khau",
        "chuan",
        "danh",
        "sach",
        "muc",
        "trong",
        "muon",
        "moi",
        "da",
        "ra",
        "duoc",
        "hoac",
        "va",
        "hay",
        "ngheo",
        "can",
        "cong",
        "nhan",
    ]
)
_CLASS_GIVEN: Final = frozenset({"thuoc", "phai", "la", "con"})
_SEPARATOR: Final = ","
_BREAK: Final = ";"
_SPLIT: Final = re.compile(r"[,/]")
_BREAKS: Final = re.compile(
    r"[;.:()\n–-]|\b(?:nhưng|mà|(?<!không )còn là|(?<!không )còn thuộc|vẫn|nay là|hiện là|xuống|sang|thành|trở thành)\b",
    re.IGNORECASE,
)
_SHORT: Final = frozenset({"hn", "hcn", "cn"})


@dataclass(frozen=True, slots=True)
class ClassWording:
    """The class that a text states; `unclear` when it names classes but not which one holds."""

    poverty_class: StatedClass | None = None
    unclear: bool = False


NOTHING: Final = ClassWording()


def read_class(text: str) -> ClassWording:
    """Read the class that a text states.

    Several positive mentions of both classes ("hộ nghèo, hộ cận nghèo" as the name of a group)
    state neither.
    """
    tokens = _tokens(text)
    held: set[StatedClass] = set()
    denied: set[StatedClass] = set()
    unclear = False
    for at, mentioned in _mentions(tokens):
        verdict = _polarity(tokens, at)
        if verdict is None:
            unclear = True
        elif verdict:
            held.add(mentioned)
        else:
            denied.add(mentioned)
    if unclear or held & denied:
        return ClassWording(None, unclear=True)
    if len(held) == 1:
        return ClassWording(next(iter(held)))
    if held:
        return NOTHING
    return ClassWording("none") if denied else NOTHING


def _tokens(text: str) -> list[str]:
    marked = _SPLIT.sub(f" {_SEPARATOR} ", _BREAKS.sub(f" {_BREAK} ", text))
    tokens: list[str] = []
    for part in marked.split():
        tokens += [part] if part in {_SEPARATOR, _BREAK} else search_key(part).split()
    return tokens


def _mentions(tokens: list[str]) -> list[tuple[int, StatedClass]]:
    """Give where a class is named: the place of its first word."""
    found: list[tuple[int, StatedClass]] = []
    for at, word in enumerate(tokens):
        if word == "ngheo":
            near = at > 0 and tokens[at - 1] == "can"
            found.append((at - 1, "near_poor") if near else (at, "poor"))
        elif word in _SHORT and (len(tokens) == 1 or word != "cn" or tokens[at - 1] == "ho"):
            found.append((at, "near_poor" if word != "hn" else "poor"))
    return found


def _polarity(tokens: list[str], at: int) -> bool | None:
    """Say whether the class named at a place holds; None when nobody can tell."""
    negations: list[str] = []
    crossed = False
    given = False
    for token in reversed(tokens[:at]):
        if token == _BREAK:
            break
        if token == _SEPARATOR:
            crossed = True
        elif token in _NEGATIONS:
            negations.append(token)
        elif token in _FILLERS:
            given = given or token in _CLASS_GIVEN
        else:
            break
    if not negations:
        return True
    if crossed and not (given and not set(negations) & _LEFT):
        return None
    return len(negations) % 2 == 0
