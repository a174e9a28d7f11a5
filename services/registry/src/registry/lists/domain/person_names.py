"""A person's name as a list writes it: look-alike letters, invisible signs, remarks in brackets.

The Vietnamese alphabet and the names of the minorities (K', Ka, H', Y; letters such as ĕ, ŏ, ƀ, č, ñ)
stay as they are. What cannot be a name is a question; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from common.kernel.names import normalise

_LOOK_ALIKE: Final = str.maketrans(
    {
        "\u00d0": "Đ",
        "\u00f0": "đ",
        "\u0189": "Đ",
        "\u0256": "đ",
        **dict(zip("АВСЕНКМОРТХУІЈЅ", "ABCEHKMOPTXYIJS", strict=True)),
        **dict(zip("аеорсухіјѕ", "aeopcyxijs", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
        **dict(zip("οι", "oi", strict=True)),
        **{chr(0xFF21 + i): chr(65 + i) for i in range(26)},
        **{chr(0xFF41 + i): chr(97 + i) for i in range(26)},
    }
)
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’‘ʼ`´′ʹ＇ˈ", "'"))
_INVISIBLE: Final = frozenset({"Cf", "Cc", "Zl", "Zp"})
_REMARK: Final = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_ENDS: Final = ".,;:*-_ "
_NAME: Final = re.compile(r"[^\W\d_]+(?:['-]?[^\W\d_]*)*'?", re.UNICODE)
_LATIN: Final = "LATIN"


@dataclass(frozen=True, slots=True)
class NameReading:
    """A name as it is kept; `remark` is what stood in brackets, `problem` why it is a question."""

    name: str
    cleaned: bool = False
    remark: str | None = None
    is_readable: bool = True


def read_name(text: str) -> NameReading:
    """Clean a name, and say what was cleaned or cannot be a name."""
    composed = normalise(unicodedata.normalize("NFC", text))
    straight = composed.translate(_APOSTROPHES)
    clean = "".join(
        " " if char in "\t\r\n" else char
        for char in straight
        if char in "\t\r\n" or unicodedata.category(char) not in _INVISIBLE
    ).translate(_LOOK_ALIKE)
    changed = clean != straight
    remarks = [found.strip() for found in _REMARK.findall(clean)]
    bare = normalise(_REMARK.sub(" ", clean)).strip(_ENDS)
    changed = changed or (not remarks and bare != normalise(clean))
    return NameReading(
        name=bare,
        cleaned=changed,
        remark=" ".join(remarks) or None,
        is_readable=not bare or _is_name(bare),
    )


def _is_name(name: str) -> bool:
    return all(
        _NAME.fullmatch(word) is not None and _is_latin(word) for word in name.split(" ") if word
    )


def _is_latin(word: str) -> bool:
    return all(
        unicodedata.name(char, "").startswith(_LATIN)
        for char in unicodedata.normalize("NFD", word)
        if char.isalpha() and not unicodedata.combining(char)
    )
