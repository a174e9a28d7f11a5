"""Legacy Vietnamese encodings seen through a Unicode workbook: TCVN3 (ABC fonts), VNI-Windows, VIQR.

A text typed with an ABC or VNI font is stored by Excel as the Western characters of the same codes:
`NguyÔn V¨n` or `Nguyeãn Vaên` for `Nguyễn Văn`. The tables are those of TCVN 5712:1993 (VN3) and of
VNI-Windows. A text counts as legacy only when every word that carries a mark is a Vietnamese
syllable after decoding and one of them is none before: a false alarm would ruin a right name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from registry.lists.domain.syllables import is_syllable, words_of

Encoding = Literal["unicode", "decomposed", "tcvn3", "vni", "viqr"]

_LATIN_LIMIT = 0x100

TCVN3: dict[str, str] = dict(
    zip(
        "\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae",
        "ĂÂÊÔƠƯĐăâêôơưđ",
        strict=True,
    )
) | dict(
    zip(
        "\xb5\xb6\xb7\xb8\xb9\xbb\xbc\xbd\xbe\xc6\xc7\xc8\xc9\xca\xcb"
        "\xcc\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xdc\xdd\xde"
        "\xdf\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee"
        "\xef\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe",
        "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
"""One character each. VN3 has no capitals with tones: capital fonts draw the small letters large."""

_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_CIRCUMFLEX = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_SINGLE = {
    "ñ": "đ",
    "ô": "ơ",
    "ö": "ư",
    "í": "í",
    "ì": "ì",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}


def _compose(*parts: str) -> str:
    return unicodedata.normalize("NFC", "".join(parts))


def _vni_pairs() -> dict[str, str]:
    pairs = {v + mark: _compose(v, tone) for v in "aeouy" for mark, tone in _TONES.items()}
    pairs |= {
        v + mark: _compose(v, "\u0302", tone) for v in "aeo" for mark, tone in _CIRCUMFLEX.items()
    }
    pairs |= {"a" + mark: _compose("a", "\u0306", tone) for mark, tone in _BREVE.items()}
    for horned, letter in (("ô", "ơ"), ("ö", "ư")):
        pairs |= {horned + mark: _compose(letter, tone) for mark, tone in _TONES.items()}
    return pairs


VNI: dict[str, str] = _vni_pairs() | _VNI_SINGLE
"""Small letters: one or two characters each. Capitals follow the case of the first character."""


def decode_tcvn3(text: str) -> str | None:
    """Read a text as TCVN3; None when it holds a character that the table lacks."""
    decoded = []
    for char in text:
        if ord(char) < 0x80:
            decoded.append(char)
        elif char in TCVN3:
            decoded.append(TCVN3[char])
        else:
            return None
    result = "".join(decoded)
    ascii_letters = [c for c in text if c.isascii() and c.isalpha()]
    if ascii_letters and all(c.isupper() for c in ascii_letters) and len(ascii_letters) > 1:
        return result.upper()
    return result


def decode_vni(text: str) -> str | None:
    """Read a text as VNI-Windows; None when a mark stands behind a letter that cannot carry it."""
    decoded = []
    index = 0
    while index < len(text):
        pair, single = text[index : index + 2], text[index]
        same_case = len(pair) > 1 and pair[0].isupper() == pair[1].isupper()
        found = VNI.get(pair.lower()) if same_case else None
        length = 2 if found else 1
        if not found:
            found = single if single.isascii() else VNI.get(single.lower())
        if found is None:
            return None
        decoded.append(found.upper() if single.isupper() else found)
        index += length
    return "".join(decoded)


_VIQR_SURE = re.compile(r"[aeo]\^|a\(|[ou]\+|(?<![a-z])dd[aeiouy]", re.IGNORECASE)
"""Marks that no plain text writes; a full stop or an apostrophe alone proves nothing."""
_VIQR = re.compile(r"(dd)|([aeiouy])([\^(+])?(['`?~.](?!\d))?", re.IGNORECASE)
_VIQR_DOCUMENT = re.compile(r"[0-9]{1,10}[0-9/.-]{0,20}QDd[0-9A-Z/.-]{0,40}")
_VIQR_SHAPES = {"^": "\u0302", "(": "\u0306", "+": "\u031b"}
_VIQR_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}


def decode_viqr(text: str) -> str | None:
    """Read a text as VIQR (RFC 1456); None when a word is no Vietnamese syllable then."""

    def letter(found: re.Match[str]) -> str:
        if found[1]:
            return "Đ" if found[1][0] == "D" else "đ"
        return _compose(found[2], _VIQR_SHAPES.get(found[3], ""), _VIQR_TONES.get(found[4], ""))

    decoded = _VIQR.sub(letter, text)
    return decoded if _is_vietnamese(decoded) else None


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text in composed Unicode, and how it was stored."""

    text: str
    encoding: Encoding


def read_text(text: str) -> DecodedText:
    """Give the text in composed Unicode whatever it was stored in."""
    composed = unicodedata.normalize("NFC", text)
    if text.isascii():
        if _VIQR_DOCUMENT.fullmatch(text):
            return DecodedText(text.replace("QDd", "QĐ"), "viqr")
        decoded = decode_viqr(text) if _VIQR_SURE.search(text) else None
        return DecodedText(decoded, "viqr") if decoded else DecodedText(text, "unicode")
    if composed != text:
        return DecodedText(composed, "decomposed")
    if all(ord(char) < _LATIN_LIMIT for char in text):
        readings = {
            encoding: decoded
            for encoding, decode in _LEGACY
            if (decoded := decode(text)) is not None and _reads_better(text, decoded)
        }
        if "vni" in readings and (len(readings) == 1 or len(readings["vni"]) < len(text)):
            return DecodedText(readings["vni"], "vni")
        if len(readings) == 1:
            return DecodedText(readings["tcvn3"], "tcvn3")
        if _DOCUMENT.fullmatch(text):
            # The number of a document (12/QĐ-UBND) has no syllable that could prove anything.
            return DecodedText(text.translate(_STROKES), "vni" if "Ñ" in text else "tcvn3")
    return DecodedText(text, "unicode")


_DOCUMENT = re.compile(r"[0-9A-Z/.-]{0,40}[§Ñ][0-9A-Z/.§Ñ-]{0,40}")
_STROKES = str.maketrans({"§": "Đ", "Ñ": "Đ"})
_LEGACY: tuple[tuple[Encoding, Callable[[str], str | None]], ...] = (
    ("vni", decode_vni),
    ("tcvn3", decode_tcvn3),
)
"""Where both fit, VNI wins if it has marks of its own: they stand behind letters that can carry them,
which no chance does. With single letters only, nobody knows: the family name may."""


def _reads_better(before: str, after: str) -> bool:
    return not _is_vietnamese(before) and _is_vietnamese(after)


def _is_vietnamese(text: str) -> bool:
    """Say whether every sign is plain or a letter, and every word with marks a syllable."""
    if any(not char.isascii() and not char.isalpha() for char in text):
        return False
    return all(is_syllable(word) for word in words_of(text) if not word.isascii())


def prefers_legacy(name: str, surnames: frozenset[str]) -> DecodedText | None:
    """Decode a name that reads as syllables both ways, when only decoding gives it a known surname.

    `Vò Thanh` is spelt possibly, but nobody is called so; as TCVN3 it is `Vũ Thanh`.
    """
    if name.isascii() or any(ord(char) >= _LATIN_LIMIT for char in name):
        return None
    first = name.split(" ", 1)[0].lower()
    if first in surnames:
        return None
    for encoding, decode in _LEGACY:
        decoded = decode(name)
        if decoded is None or decoded == name:
            continue
        if decoded.split(" ", 1)[0].lower() in surnames and all(
            is_syllable(word) for word in words_of(decoded) if not word.isascii()
        ):
            return DecodedText(decoded, encoding)
    return None
