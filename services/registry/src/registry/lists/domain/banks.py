"""Which bank a text names: the whole name, an abbreviation, a former name; the branch is kept.

A name is never found as a part of another ("Công thương" is not in "Sài Gòn Công thương"). What
names no bank, or two, is a question.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from common.kernel.names import normalise, search_key

_AMPERSAND = re.compile(r"&")
_PARTS = re.compile(r"[;,()/:–—]|\s-\s")
_GENERIC = (
    *("ngan hang thuong mai co phan", "ngan hang tmcp", "ngan hang tm cp", "ngan hang tnhh mtv"),
    *("ngan hang thuong mai tnhh mtv", "ngan hang thuong mai", "ngan hang tmnn", "ngan hang"),
    *("nh tmcp", "nhtmcp", "nh tnhh", "nhtm", "tmcp", "nh", "tai", "so tai khoan", "tai khoan"),
)
_BRANCH = (
    *("chi nhanh", "chi nhanh cap", "cn", "cnh", "phong giao dich", "pgd", "p gd", "pgdich"),
    *("diem giao dich", "hoi so", "so giao dich", "quay giao dich"),
)
_PLACE_WORDS = frozenset(
    [
        "huyen",
        "tinh",
        "tp",
        "thanh",
        "pho",
        "xa",
        "phuong",
        "thi",
        "tran",
        "quan",
        "khu",
        "vuc",
        "lien",
    ]
)
_OWN_COUNTRY = ("viet nam", "vn")


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a bank had, or that of a bank that went into it."""

    until: date
    note: str


@dataclass(frozen=True, slots=True)
class BankName:
    """What a name means."""

    code: str
    """Identification number (BIN, mã NAPAS)."""
    is_brand: bool
    former: FormerName | None = None
    zero_length: int | None = None
    """Digits of account numbers of this bank that begin with zero, which a number cell loses."""


@dataclass(frozen=True, slots=True)
class BankReading:
    """The bank of a text; without `code` the text is a question, `several` says of which kind."""

    code: str | None = None
    branch: str | None = None
    several: bool = False
    former: FormerName | None = None
    zero_length: int | None = None


UNKNOWN = BankReading()


@dataclass(frozen=True)
class BankBook:
    """Every bank by every name, names as `search_key` gives them."""

    names: Mapping[str, BankName]
    places: Collection[str] = ()
    """Names of communes, districts and provinces, of now and before."""
    _known: dict[str, BankReading] = field(default_factory=dict, repr=False)

    def read(self, text: str) -> BankReading:
        """Read a text."""
        if text not in self._known:
            self._known[text] = self._read(normalise(text))
        return self._known[text]

    def _read(self, text: str) -> BankReading:
        if text.isdigit():
            known = next((one for one in self.names.values() if one.code == text), None)
            return UNKNOWN if known is None else BankReading(known.code)
        whole = self._part(text)
        if whole is not None and whole.code is not None:
            return whole
        # "Phòng giao dịch Bảo Lộc - Agribank": each part is a bank, a branch, or unknown.
        parts = [part.strip() for part in _PARTS.split(text) if search_key(part)]
        if len(parts) < 2:
            return whole or UNKNOWN
        found: list[BankReading] = []
        branches: list[str] = []
        for part in parts:
            reading = self._part(part)
            if reading is not None:
                found.append(reading)
            elif self._is_branch(part):
                branches.append(part)
            elif not _is_generic(_key(part)):
                return UNKNOWN
        return _joined(found, branches)

    def _part(self, text: str) -> BankReading | None:
        """Read one part; None when it names no bank at all."""
        words, branch = _split_branch(_words(text))
        bare = _without_generic(words)
        whole = self._longest(bare)
        if whole is None:
            return None
        length, name = whole
        rest = bare[length:]
        if rest and " ".join(rest) in _OWN_COUNTRY:
            rest = []
        if self._second(rest):
            return BankReading(several=True)
        if rest and not (name.is_brand or self._is_place(rest) or branch == []):
            return None
        branch_words = [*rest, *(branch or [])]
        return BankReading(
            name.code, _shown(text, branch_words), False, name.former, name.zero_length
        )

    def _longest(self, words: Sequence[str]) -> tuple[int, BankName] | None:
        for length in range(len(words), 0, -1):
            name = self.names.get(" ".join(words[:length]))
            if name is not None:
                return length, name
        return None

    def _second(self, rest: Sequence[str]) -> bool:
        """Say whether another bank's brand stands behind a name."""
        return any(
            (found := self._longest(rest[at:])) is not None and found[1].is_brand
            for at in range(len(rest))
        )

    def _is_place(self, words: Sequence[str]) -> bool:
        text = " ".join(words)
        return bool(_PLACE_WORDS & set(words[:2])) or text in self.places

    def _is_branch(self, part: str) -> bool:
        words = _words(part)
        _, branch = _split_branch(words)
        return branch is not None or self._is_place(words)


def _joined(found: Sequence[BankReading], branches: Sequence[str]) -> BankReading:
    codes = {one.code for one in found}
    if len(codes) != 1 or any(one.several for one in found):
        return BankReading(several=len(codes) > 1 or any(one.several for one in found))
    branch = ", ".join([*(one.branch for one in found if one.branch), *branches]) or None
    return BankReading(found[0].code, branch, False, found[0].former, found[0].zero_length)


def bank_phrase(name: str) -> str:
    """Give a name as it is looked up."""
    return " ".join(_without_generic(_words(name)))


def _key(text: str) -> str:
    return search_key(_AMPERSAND.sub(" ", text))


def _words(text: str) -> list[str]:
    return _key(text).split()


def _split_branch(words: Sequence[str]) -> tuple[list[str], list[str] | None]:
    """Split at the word for a branch; an empty branch: the word stood before the bank's name."""
    for at in range(len(words)):
        for phrase in _BRANCH:
            size = len(phrase.split())
            if " ".join(words[at : at + size]) == phrase:
                if at == 0:
                    return list(words[size:]), []
                return list(words[:at]), list(words[at + size :])
    return list(words), None


def _without_generic(words: list[str]) -> list[str]:
    for phrase in _GENERIC:
        size = len(phrase.split())
        if len(words) > size and " ".join(words[:size]) == phrase:
            return words[size:]
    return words


def _is_generic(key: str) -> bool:
    return key in _GENERIC or key in _OWN_COUNTRY


def _shown(text: str, branch: Sequence[str]) -> str | None:
    """Give the branch as it was written: the last words of the text."""
    if not branch:
        return None
    spelt = [word for word in re.split(r"[\s,;()/–—-]+", text) if search_key(word)]
    return " ".join(spelt[-len(branch) :]) or None
