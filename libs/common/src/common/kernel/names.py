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
_SHORT_NAME = 8
_WORDS_MIN = 2
_CAPITAL_AFTER = re.compile(r"(?<=['’-])\w")


def has_hidden_characters(text: str) -> bool:
    """Tell whether a text holds what a reader cannot see or what turns the line around.

    Control, direction, zero-width, private and unassigned characters and line breaks (Unicode
    categories C and Zl, Zp): two names that look the same would differ, or a list read wrongly.
    """
    return any(unicodedata.category(char)[0] == "C" or char in "\u2028\u2029" for char in text)


def normalise(name: str) -> str:
    """Give composed Unicode (NFC), single spaces, no outer space."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", name)).strip()


def title_case(name: str) -> str:
    """Write each word of a name with a capital, as decisions do: `NGUYỄN VĂN` -> `Nguyễn Văn`.

    Names of the minorities keep theirs behind the apostrophe: `K'BRÔI` -> `K'Brôi`.
    """
    words = (word[:1].upper() + word[1:].lower() for word in normalise(name).split(" "))
    return " ".join(_CAPITAL_AFTER.sub(lambda found: found[0].upper(), word) for word in words)


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


def similar(one: str, other: str) -> bool:
    """Say whether two search keys differ by typing errors: at most two, one in a short name."""
    if one == other:
        return True
    limit = 1 if min(len(one), len(other)) < _SHORT_NAME else 2
    return distance(one, other, limit) <= limit


def distance(one: str, other: str, limit: int) -> int:
    """Count typing errors (letter too many, missing, other, or two exchanged); > limit: too many.

    The restricted Damerau-Levenshtein distance, ended as soon as it must exceed `limit`.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, match in enumerate(other, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != match))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == match:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(before) > limit:
            return limit + 1
    return row[-1]


def same_but_for_a_word(one: str, other: str) -> bool:
    """Say whether one search key is the other with words left out: first and last word agree."""
    shorter, longer = sorted((one.split(), other.split()), key=len)
    if len(shorter) < _WORDS_MIN or len(shorter) == len(longer):
        return False
    if (shorter[0], shorter[-1]) != (longer[0], longer[-1]):
        return False
    rest = iter(longer)
    return all(word in rest for word in shorter)


def alike(one: str, other: str) -> bool:
    """Say whether two search keys can be one name written twice: typing errors, a middle name out."""
    return similar(one, other) or same_but_for_a_word(one, other)
