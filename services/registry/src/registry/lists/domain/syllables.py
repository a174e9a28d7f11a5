"""Which written syllables Vietnamese has: onset + rime, and the tones that a rime allows.

Used to tell a text in a legacy encoding from one in Unicode: only one of the two readings is made of
Vietnamese syllables. It is a rule of spelling, not a dictionary.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_ACUTE_OR_DOT = frozenset("\u0301\u0323")
_STOPPED = ("ch", "c", "p", "t")

_ONSETS = (
    *("ngh", "ng", "nh", "gh", "gi", "kh", "ph", "qu", "th", "tr", "ch"),
    # Names of the Highlands (K'Brôi, Ka Blêr, H'Blin) begin in ways that Vietnamese words do not.
    *(
        "br",
        "bl",
        "kr",
        "kl",
        "gr",
        "gl",
        "dr",
        "đr",
        "pr",
        "pl",
        "ml",
        "mr",
        "hr",
        "hl",
        "nd",
        "nj",
    ),
    *("j", "w", "y", "z"),
    *("b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", ""),
)

_RIMES = frozenset(
    [
        "a",
        "ac",
        "ach",
        "ai",
        "am",
        "an",
        "ang",
        "anh",
        "ao",
        "ap",
        "at",
        "au",
        "ay",
        "ă",
        "ăc",
        "ăm",
        "ăn",
        "ăng",
        "ăp",
        "ăt",
        "â",
        "âc",
        "âm",
        "ân",
        "âng",
        "âp",
        "ât",
        "âu",
        "ây",
        "e",
        "ec",
        "em",
        "en",
        "eng",
        "eo",
        "ep",
        "et",
        "ê",
        "êch",
        "êm",
        "ên",
        "ênh",
        "êp",
        "êt",
        "êu",
        "êng",
        "i",
        "ia",
        "ich",
        "iêc",
        "iêm",
        "iên",
        "iêng",
        "iêp",
        "iêt",
        "iêu",
        "im",
        "in",
        "inh",
        "ip",
        "it",
        "iu",
        "iê",
        "o",
        "oa",
        "oac",
        "oach",
        "oai",
        "oam",
        "oan",
        "oang",
        "oanh",
        "oao",
        "oap",
        "oat",
        "oay",
        "oăc",
        "oăm",
        "oăn",
        "oăng",
        "oăt",
        "oc",
        "oe",
        "oen",
        "oeo",
        "oet",
        "oi",
        "om",
        "on",
        "ong",
        "oong",
        "ooc",
        "op",
        "ot",
        "ô",
        "ôc",
        "ôi",
        "ôm",
        "ôn",
        "ông",
        "ôp",
        "ôt",
        "ơ",
        "ơi",
        "ơm",
        "ơn",
        "ơp",
        "ơt",
        "ơng",
        "u",
        "ua",
        "uân",
        "uâng",
        "uât",
        "uây",
        "uc",
        "ui",
        "um",
        "un",
        "ung",
        "uôc",
        "uôi",
        "uôm",
        "uôn",
        "uông",
        "uôt",
        "uô",
        "up",
        "ut",
        "uê",
        "uêch",
        "uênh",
        "uêt",
        "uêu",
        "uên",
        "uơ",
        "uy",
        "uya",
        "uych",
        "uyên",
        "uyêt",
        "uynh",
        "uyt",
        "uyn",
        "uyu",
        "uyp",
        "uâ",
        "ư",
        "ưa",
        "ưc",
        "ưi",
        "ưm",
        "ưn",
        "ưng",
        "ươc",
        "ươi",
        "ươm",
        "ươn",
        "ương",
        "ươp",
        "ươt",
        "ươu",
        "ươ",
        "ưt",
        "ưu",
        "y",
        "yêm",
        "yên",
        "yêng",
        "yêt",
        "yêu",
        "yn",
        "ynh",
        "yt",
        "yp",
        "ym",
    ]
)
_Q_RIMES = frozenset(
    [
        "a",
        "ac",
        "ach",
        "ai",
        "an",
        "ang",
        "anh",
        "ao",
        "at",
        "au",
        "ay",
        "ăc",
        "ăm",
        "ăn",
        "ăng",
        "ăp",
        "ăt",
        "ân",
        "âng",
        "ât",
        "ây",
        "e",
        "en",
        "eo",
        "et",
        "ê",
        "ên",
        "ênh",
        "êt",
        "êch",
        "i",
        "it",
        "in",
        "inh",
        "iu",
        "ich",
        "ôc",
        "uôc",
        "y",
        "yêt",
        "yên",
        "yn",
        "ynh",
        "yt",
        "ych",
        "o",
        "ơ",
        "ơi",
        "ơn",
    ]
)
_HIGHLAND_FINALS = ("k", "l", "r", "s", "h")
_WORD = re.compile(r"[^\W\d_]+")


def words_of(text: str) -> list[str]:
    """Give the runs of letters in a text."""
    return _WORD.findall(text)


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Say whether a word is spelt as a Vietnamese syllable."""
    letters, tones = _split_tone(word.lower())
    if len(tones) > 1:
        return False
    for onset in _ONSETS:
        if letters.startswith(onset):
            rime = letters[len(onset) :]
            known = _Q_RIMES if onset == "qu" else _RIMES
            if rime in known and _allows(rime, tones):
                return True
            bare = rime[:-1]
            if rime.endswith(_HIGHLAND_FINALS) and bare in known and _allows(bare, tones):
                return True
            if onset == "gi" and rime == "" and _allows("i", tones):
                return True
    return False


def _allows(rime: str, tones: str) -> bool:
    # A rime that ends in a stop has no level, falling or rising-broken tone.
    return not rime.endswith(_STOPPED) or (bool(tones) and tones in _ACUTE_OR_DOT)


def _split_tone(word: str) -> tuple[str, str]:
    marks = ""
    kept = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            marks += char
        else:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)), marks
