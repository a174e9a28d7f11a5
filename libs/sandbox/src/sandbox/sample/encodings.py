"""Text as old fonts stored it, the way it appears when such a cell is read as Unicode today.

TCVN3 ("ABC", fonts .VnTime): one byte for each Vietnamese letter. The table is the lower-case half
of TCVN 5712:1993, checked against the codec TCVN5712-1 of glibc. Only seven capitals have a byte
(Ă Â Ê Ô Ơ Ư Đ); other accented capitals needed a font of capitals, so names with them are not
encoded here.

    Ă A1  Â A2  Ê A3  Ô A4  Ơ A5  Ư A6  Đ A7  ă A8  â A9  ê AA  ô AB  ơ AC  ư AD  đ AE
    à B5  ả B6  ã B7  á B8  ạ B9  ằ BB  ẳ BC  ẵ BD  ắ BE  ặ C6  ầ C7  ẩ C8  ẫ C9  ấ CA  ậ CB
    è CC  ẻ CE  ẽ CF  é D0  ẹ D1  ề D2  ể D3  ễ D4  ế D5  ệ D6  ì D7  ỉ D8  ĩ DC  í DD  ị DE
    ò DF  ỏ E1  õ E2  ó E3  ọ E4  ồ E5  ổ E6  ỗ E7  ố E8  ộ E9  ờ EA  ở EB  ỡ EC  ớ ED  ợ EE
    ù EF  ủ F1  ũ F2  ú F3  ụ F4  ừ F5  ử F6  ữ F7  ứ F8  ự F9  ỳ FA  ỷ FB  ỹ FC  ý FD  ỵ FE

VNI (fonts VNI-Times): the plain letter followed by a byte for its marks; i, ơ, ư, đ and ỵ have a
byte of their own. The order of marks is that of the published VNI tables (as in xvnkb's vni.h).

    on a e o u y ơ ư   sắc ù  huyền ø  hỏi û  ngã õ  nặng ï
    with circumflex    â  with sắc á  huyền à  hỏi å  ngã ã  nặng ä
    with breve (a)     ê  with sắc é  huyền è  hỏi ú  ngã ü  nặng ë
    ơ ô   ư ö   đ ñ   í í   ì ì   ỉ æ   ĩ ó   ị ò   ỵ î

Capitals take the capital of each sign.
"""

from __future__ import annotations

import re
import unicodedata

_TCVN3_LETTERS = (
    "ĂÂÊÔƠƯĐăâêôơưđ......àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ"
)
_FIRST_BYTE = 0xA1
TCVN3 = {
    letter: chr(_FIRST_BYTE + place) for place, letter in enumerate(_TCVN3_LETTERS) if letter != "."
}

_TONES = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_PLAIN, _CIRCUMFLEX, _BREVE = "ùøûõï", "áàåãä", "éèúüë"


def _vni_table() -> dict[str, str]:
    table = {"ơ": "ô", "ư": "ö", "đ": "ñ"}
    table.update(zip("âêô", ("aâ", "eâ", "oâ"), strict=True))
    table["ă"] = "aê"
    stems = [(letter, letter, _PLAIN) for letter in "aeouy"]
    stems += [("â", "a", _CIRCUMFLEX), ("ê", "e", _CIRCUMFLEX), ("ô", "o", _CIRCUMFLEX)]
    stems += [("ă", "a", _BREVE), ("ơ", "ô", _PLAIN), ("ư", "ö", _PLAIN)]
    for letter, stem, marks in stems:
        for tone, mark in zip(_TONES, marks, strict=True):
            table[unicodedata.normalize("NFC", letter + tone)] = stem + mark
    table.update({"í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"})
    table.update({key.upper(): value.upper() for key, value in list(table.items())})
    return table


VNI = _vni_table()
_ALPHABET = frozenset(TCVN3) | frozenset(VNI)
_IMPOSSIBLE_PAIR = re.compile("[aeAE][\u00c0-\u00ff]")


def is_telltale(encoded: str) -> bool:
    """Say whether the text can be told from Vietnamese: a foreign letter or an impossible pair."""
    foreign = any(not c.isascii() and c not in _ALPHABET for c in encoded)
    return foreign or _IMPOSSIBLE_PAIR.search(encoded) is not None


def to_tcvn3(text: str) -> str | None:
    """Write a name in TCVN3; None where the encoding cannot write it or nobody could tell."""
    letters = [c if c.isascii() else TCVN3.get(c) for c in unicodedata.normalize("NFC", text)]
    if None in letters:
        return None
    encoded = "".join(c for c in letters if c)
    return encoded if is_telltale(encoded) else None


def to_vni(text: str) -> str | None:
    """Write a name in VNI; None where nobody could tell."""
    encoded = "".join(VNI.get(c, c) for c in unicodedata.normalize("NFC", text))
    return encoded if is_telltale(encoded) else None
