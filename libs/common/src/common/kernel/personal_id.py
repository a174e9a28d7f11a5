"""The 12-digit personal identification number (số định danh cá nhân), `AAA B CC DDDDDD`.

    AAA     province (or country) of birth registration, the list of 63 provinces
    B       century and sex: 20th century male 0, female 1; 21st male 2, female 3; and so on
    CC      last two digits of the birth year
    DDDDDD  random; there is no check digit, so a typing error there cannot be found by form

Thuật ngữ: số định danh cá nhân.
Căn cứ: Điều 13 Nghị định 137/2015/NĐ-CP; phụ lục I-III Thông tư 59/2021/TT-BCA (secondary; a code
that is not in the list is a warning, never a refusal).

>>> compact("003 151 000017")
'003151000017'
>>> format("003151000017")
'003 151 000017'
>>> is_valid("003151000017"), is_valid("3151000017"), is_valid("")
(True, False, False)
>>> birth_year_of("003151000017"), sex_of("003151000017")
(1951, 'female')
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Literal

from common.kernel.errors import InvalidInput

Sex = Literal["male", "female"]
LENGTH = 12
FORMER_LENGTH = 9
"""Digits of the former identity card number (CMND)."""

PROVINCES = frozenset(
    [
        "001",
        "002",
        "004",
        "006",
        "008",
        "010",
        "011",
        "012",
        "014",
        "015",
        "017",
        "019",
        "020",
        "022",
        "024",
        "025",
        "026",
        "027",
        "030",
        "031",
        "033",
        "034",
        "035",
        "036",
        "037",
        "038",
        "040",
        "042",
        "044",
        "045",
        "046",
        "048",
        "049",
        "051",
        "052",
        "054",
        "056",
        "058",
        "060",
        "062",
        "064",
        "066",
        "067",
        "068",
        "070",
        "072",
        "074",
        "075",
        "077",
        "079",
        "080",
        "082",
        "083",
        "084",
        "086",
        "087",
        "089",
        "091",
        "092",
        "093",
        "094",
        "095",
        "096",
    ]
)
"""The 63 province codes of birth registration (law-corrections §9)."""

_SEPARATORS = frozenset(" \u00a0\u200b\ufeff.-_'\t\n\r")
_FIRST_CENTURY = 1900


class InvalidPersonalId(InvalidInput):
    """Not a personal identification number; `code` says why."""

    code = "personal_id_invalid"
    title = "Số định danh cá nhân chưa đúng"


class InvalidLength(InvalidPersonalId):
    """Not exactly 12 digits."""

    code = "personal_id_length"
    title = "Số định danh cá nhân phải có đúng 12 chữ số"


class InvalidFormat(InvalidPersonalId):
    """Something other than digits."""

    code = "personal_id_format"
    title = "Số định danh cá nhân chỉ gồm chữ số"


def compact(text: str) -> str:
    """Drop separators and turn full-width and other decimal digits into 0-9; keep the rest."""
    kept = []
    for char in text:
        if char in _SEPARATORS:
            continue
        digit = unicodedata.decimal(char, None)
        kept.append(char if digit is None else str(digit))
    return "".join(kept)


def validate(text: str) -> str:
    """Give the compact number, or raise `InvalidFormat` / `InvalidLength`."""
    number = compact(text)
    if not (number.isascii() and number.isdigit()):
        raise InvalidFormat
    if len(number) != LENGTH:
        raise InvalidLength
    return number


def is_valid(text: str) -> bool:
    """Say whether the text is a personal identification number by form."""
    try:
        validate(text)
    except InvalidPersonalId:
        return False
    return True


def is_former_number(text: str) -> bool:
    """Say whether the text has the form of a former 9-digit number (số CMND)."""
    number = compact(text)
    return number.isascii() and number.isdigit() and len(number) == FORMER_LENGTH


def format(text: str) -> str:  # noqa: A001 - the conventional name of such a module
    """Write the number in groups for people to read."""
    number = validate(text)
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def province_of(number: str) -> str:
    """Give the three-digit code of the province of birth registration."""
    return number[:3]


def has_known_province(number: str) -> bool:
    """Say whether the province code is one of the 63; unknown is a warning only."""
    return number[:3] in PROVINCES


def sex_of(number: str) -> Sex:
    """Give the sex that the fourth digit states."""
    return "female" if int(number[3]) % 2 else "male"


def birth_year_of(number: str) -> int:
    """Give the birth year that digits four to six state."""
    return _FIRST_CENTURY + 100 * (int(number[3]) // 2) + int(number[4:6])


def contradicts_sex(number: str, sex: Sex) -> bool:
    """Say whether the number states another sex."""
    return sex_of(number) != sex


def contradicts_birth(number: str, birth: date) -> bool:
    """Say whether the number states another birth year."""
    return birth_year_of(number) != birth.year


def mask(text: str) -> str:
    """Hide all but the last three characters, for messages and screens."""
    number = compact(text)
    return "*" * max(len(number) - 3, 0) + number[-3:] if len(number) > 3 else "*" * len(number)
