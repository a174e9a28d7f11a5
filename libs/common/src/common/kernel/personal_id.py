"""The 12-digit personal identification number (số định danh cá nhân), `AAA B CC DDDDDD`.

    AAA     province (or country) of birth registration; the 63 provinces of before 1/7/2025, which
            the mergers of 2025 did not renumber
    B       century and sex: 20th century male 0, female 1; 21st male 2, female 3; and so on
    CC      last two digits of the birth year
    DDDDDD  random; there is no check digit, so a typing error there cannot be found by form

The number is text: it often begins with zeros, which spreadsheets lose. `read` gives them back and
says so; `validate` never guesses. What the number states beside its form (province, sex, birth year)
may contradict what is known of the person: that is a warning, never a refusal, because numbers were
issued from registers that held errors, and stay when a sex or a birth date is corrected.

Thuật ngữ: số định danh cá nhân; số chứng minh nhân dân (CMND, 9 chữ số).

Sources (none of them the text of the law itself, which was not seen: `secondary`):
  - Điều 13 Nghị định 137/2015/NĐ-CP "Cấu trúc số định danh cá nhân" (later Nghị định 70/2024/NĐ-CP)
  - phụ lục I-III Thông tư 59/2021/TT-BCA: provinces, countries, century and sex
  - the 63 province codes as open-source readers of the card list them; codes of countries and of
    births registered since 1/7/2025 were not found, so an unknown code is a warning only
  - https://npmjs.com/package/vietnam-personal-id-number-explain, docs of vn-ident (structure)

>>> compact("003 151 000017")
'003151000017'
>>> compact("００３１５１-００００１７")
'003151000017'
>>> validate("003 151 000017")
'003151000017'
>>> validate("3151000017")
Traceback (most recent call last):
    ...
common.kernel.personal_id.InvalidLength: Số định danh cá nhân phải có đúng 12 chữ số
>>> validate("00315100O017")
Traceback (most recent call last):
    ...
common.kernel.personal_id.InvalidFormat: Số định danh cá nhân chỉ gồm chữ số
>>> birth_year_of("003151000017"), sex_of("003151000017")
(1951, 'female')
>>> read("68151000017")
Reading(number='068151000017', zeros_restored=1)
>>> [warning.code for warning in warnings_of("003151000017", sex="male", birth_year=1951)]
['id_province_unknown', 'sex_contradicts_id']
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from common.kernel.errors import InvalidInput

Sex = Literal["male", "female"]
LENGTH = 12
FORMER_LENGTH = 9
"""Digits of the former identity card number (CMND)."""

PROVINCE_NAMES = {
    "001": "Hà Nội",
    "002": "Hà Giang",
    "004": "Cao Bằng",
    "006": "Bắc Kạn",
    "008": "Tuyên Quang",
    "010": "Lào Cai",
    "011": "Điện Biên",
    "012": "Lai Châu",
    "014": "Sơn La",
    "015": "Yên Bái",
    "017": "Hòa Bình",
    "019": "Thái Nguyên",
    "020": "Lạng Sơn",
    "022": "Quảng Ninh",
    "024": "Bắc Giang",
    "025": "Phú Thọ",
    "026": "Vĩnh Phúc",
    "027": "Bắc Ninh",
    "030": "Hải Dương",
    "031": "Hải Phòng",
    "033": "Hưng Yên",
    "034": "Thái Bình",
    "035": "Hà Nam",
    "036": "Nam Định",
    "037": "Ninh Bình",
    "038": "Thanh Hóa",
    "040": "Nghệ An",
    "042": "Hà Tĩnh",
    "044": "Quảng Bình",
    "045": "Quảng Trị",
    "046": "Thừa Thiên Huế",
    "048": "Đà Nẵng",
    "049": "Quảng Nam",
    "051": "Quảng Ngãi",
    "052": "Bình Định",
    "054": "Phú Yên",
    "056": "Khánh Hòa",
    "058": "Ninh Thuận",
    "060": "Bình Thuận",
    "062": "Kon Tum",
    "064": "Gia Lai",
    "066": "Đắk Lắk",
    "067": "Đắk Nông",
    "068": "Lâm Đồng",
    "070": "Bình Phước",
    "072": "Tây Ninh",
    "074": "Bình Dương",
    "075": "Đồng Nai",
    "077": "Bà Rịa-Vũng Tàu",
    "079": "Thành phố Hồ Chí Minh",
    "080": "Long An",
    "082": "Tiền Giang",
    "083": "Bến Tre",
    "084": "Trà Vinh",
    "086": "Vĩnh Long",
    "087": "Đồng Tháp",
    "089": "An Giang",
    "091": "Kiên Giang",
    "092": "Cần Thơ",
    "093": "Hậu Giang",
    "094": "Sóc Trăng",
    "095": "Bạc Liêu",
    "096": "Cà Mau",
}
"""The 63 province codes of birth registration and their names of before 1/7/2025."""

PROVINCES = frozenset(PROVINCE_NAMES)
"""The 63 province codes of birth registration (law-corrections §9)."""

_SEPARATORS = frozenset(" \u00a0\u200b\ufeff.-_'\t\n\r")
_FIRST_CENTURY = 1900
_ZEROS_LOST_MAX = 2


class InvalidPersonalId(
    InvalidInput, code="personal_id_invalid", title="Số định danh cá nhân chưa đúng"
):
    """Not a personal identification number; `code` says why."""


class InvalidLength(
    InvalidPersonalId,
    code="personal_id_length",
    title="Số định danh cá nhân phải có đúng 12 chữ số",
):
    """Not exactly 12 digits."""


class InvalidFormat(
    InvalidPersonalId, code="personal_id_format", title="Số định danh cá nhân chỉ gồm chữ số"
):
    """Something other than digits."""


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - within this module and as `personal_id.Warning` it cannot be mistaken
    """Something about a number that somebody should look at; its type says what."""

    code: ClassVar[str]
    message: ClassVar[str]


class ProvinceUnknown(Warning):
    """The first three digits are none of the 63 provinces; they may be a country."""

    code = "id_province_unknown"
    message = "Ba số đầu của số định danh không phải mã tỉnh, thành phố đã biết."


class SexContradicts(Warning):
    """The fourth digit states another sex."""

    code = "sex_contradicts_id"
    message = "Giới tính khác với số định danh."


class BirthYearContradicts(Warning):
    """Digits four to six state another birth year."""

    code = "birth_year_contradicts_id"
    message = "Năm sinh khác với số định danh."


class ZerosRestored(Warning):
    """Zeros at the beginning were missing, as when a spreadsheet takes the number for a figure."""

    code = "id_zero_lost"
    message = "Số định danh bị mất số 0 ở đầu, đã được thêm lại; cần kiểm tra."


@dataclass(frozen=True, slots=True)
class Reading:
    """A number as read from a sheet, and how many zeros had to be put before it."""

    number: str
    zeros_restored: int = 0

    @property
    def warnings(self) -> list[Warning]:
        """What should be looked at about the reading itself."""
        return [ZerosRestored()] if self.zeros_restored else []


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


def read(text: str) -> Reading:
    """Read a number of a sheet, with at most two lost zeros put back.

    Eleven or ten digits can only be a number that lost its zeros: province codes begin with one
    zero at least and never with three. Nine digits are an identity card (CMND), not a number.

    Raises:
        InvalidFormat, InvalidLength: it is not a number even so.
    """
    digits = compact(text)
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidFormat
    lost = LENGTH - len(digits)
    if not 0 <= lost <= _ZEROS_LOST_MAX or (lost and digits[0] == "0"):
        raise InvalidLength
    return Reading(digits.zfill(LENGTH), lost)


def warnings_of(number: str, *, sex: Sex | None, birth_year: int | None) -> list[Warning]:
    """Say what a valid number states that is unknown or contradicts what is known of the person."""
    found: list[Warning] = []
    if not has_known_province(number):
        found.append(ProvinceUnknown())
    if sex is not None and contradicts_sex(number, sex):
        found.append(SexContradicts())
    if birth_year is not None and birth_year_of(number) != birth_year:
        found.append(BirthYearContradicts())
    return found


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


def one_error_apart(one: str, other: str) -> bool:
    """Say whether two different numbers differ by one digit, or by two neighbours exchanged."""
    if len(one) != len(other):
        return False
    places = [at for at in range(len(one)) if one[at] != other[at]]
    if len(places) == 1:
        return True
    if len(places) != 2 or places[1] - places[0] != 1:
        return False
    first, second = places
    return (one[first], one[second]) == (other[second], other[first])
