"""Names as hands in a hurry write them: letters out of place, tones mistaken, Telex left as typed."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping

_TONES = "\u0300\u0309\u0303\u0301\u0323"
_TELEX_TONES = dict(zip(_TONES, "frxsj", strict=True))
_TELEX_MARKS = {"\u0306": "w", "\u031b": "w"}
_CIRCUMFLEX = "\u0302"


def typed_wrongly(name: str, errors: int) -> str:
    """Make typing errors: a letter left out, doubled, changed, or two exchanged."""
    for _ in range(errors):
        at = random.randrange(1, len(name) - 1)
        kind = random.randrange(4)
        if kind == 0:
            name = name[:at] + name[at + 1 :]
        elif kind == 1:
            name = name[:at] + name[at] + name[at:]
        elif kind == 2:
            name = name[:at] + random.choice("abcdeghiklmnopqrstuvxy") + name[at + 1 :]
        else:
            name = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name


def with_wrong_tones(name: str) -> str:
    """Give every tone mark another one."""
    parts = unicodedata.normalize("NFD", name)
    return "".join(random.choice(_TONES) if char in _TONES else char for char in parts)


def as_telex(name: str) -> str:
    """Write one accented word as it is typed without an input method: `Nguyễn` is `Nguyeenx`."""
    words = name.split(" ")
    accented = [at for at, word in enumerate(words) if not word.isascii()]
    if accented:
        at = random.choice(accented)
        words[at] = _telex_word(words[at])
    return " ".join(words)


def _telex_word(word: str) -> str:
    letters: list[str] = []
    tone = ""
    for char in unicodedata.normalize("NFD", word.replace("đ", "dd").replace("Đ", "Dd")):
        if char in _TELEX_TONES:
            tone = _TELEX_TONES[char]
        elif char == _CIRCUMFLEX:
            letters.append(letters[-1].lower())
        else:
            letters.append(_TELEX_MARKS.get(char, char))
    return "".join(letters) + tone


KINDS: Mapping[str, Callable[[str], str]] = {
    "one typing error": lambda name: typed_wrongly(name, 1),
    "two typing errors": lambda name: typed_wrongly(name, 2),
    "wrong tone marks": with_wrong_tones,
    "a word left in Telex": as_telex,
}
"""What is done to a name, by its description."""
