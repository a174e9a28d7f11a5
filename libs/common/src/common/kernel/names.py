"""Vietnamese names: one spelling, a key to search by, a key to sort by.

The database collates by code point (builtin C.UTF-8), so the order of names that readers expect
comes from `sort_key`, stored beside the name.
"""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_BASE_ORDER = {c: i for i, c in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONE_ORDER = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries after the plain vowel."""
_LETTER_MARKS = frozenset("\u0306\u0302\u031b")
"""Breve, circumflex, horn: they make another letter; the five tones do not."""
_THEN_TONES, _NEXT_WORD = "\x01", "\x02"
"""Below every letter, so that a shorter name comes first; never NUL, which PostgreSQL refuses."""


def normalise(name: str) -> str:
    """Give composed Unicode (NFC), single spaces, no outer space."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", name)).strip()


def title_case(name: str) -> str:
    """Write each word of a name with a capital, as decisions do: `NGUYỄN VĂN` -> `Nguyễn Văn`."""
    return " ".join(word[:1].upper() + word[1:].lower() for word in normalise(name).split(" "))


def search_key(name: str) -> str:
    """Give the name in lower case without accents, `đ` as `d`, letters, digits and spaces only."""
    plain = "".join(
        char
        for char in unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
        if not unicodedata.combining(char)
    )
    return _SPACES.sub(" ", "".join(c if c.isalnum() else " " for c in plain)).strip()


def bank_key(name: str) -> str:
    """Give the name as banks write it: capitals without accents."""
    return search_key(name).upper()


def sort_key(name: str) -> str:
    """Give a text whose code-point order is the order in which Vietnamese lists sort people.

    By given name (the last word) first, then the other words from the left; letters in the order
    of the alphabet (a ă â ... o ô ơ ... u ư), tones only where the letters are equal.
    """
    words = normalise(name).lower().split(" ")
    ordered = words[-1:] + words[:-1]
    keys = [_word_keys(word) for word in ordered]
    letters = _NEXT_WORD.join(letters for letters, _ in keys)
    return letters + _THEN_TONES + _NEXT_WORD.join(tones for _, tones in keys)


def _word_keys(word: str) -> tuple[str, str]:
    letters: list[str] = []
    tones: list[str] = []
    for char in word:
        parts = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize(
            "NFC", parts[0] + "".join(m for m in parts[1:] if m in _LETTER_MARKS)
        )
        tone = next((_TONE_ORDER[m] for m in parts[1:] if m in _TONE_ORDER), 0)
        order = _BASE_ORDER.get(base)
        letters.append(chr(0x100 + order) if order is not None else base)
        tones.append(str(tone))
    return "".join(letters), "".join(tones)
