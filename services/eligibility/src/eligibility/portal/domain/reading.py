"""Read what a portal's message says of owner, submitter, groups and claim.

`ThongTinKhac` (other information) is free; these names are read, beside those of the portal's own
form (`ownerBirthday`, `ownerGender`, `ownerDistrict`, ...). Anything unreadable counts as not said:
a message is never refused for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from eligibility.dossiers.domain import Owner, Submitter
from eligibility.portal.domain.messages import TIME_FORMAT

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_NUMBER = re.compile(r"^\d{12}$")
_CARD = re.compile(r"^\d{9}$")
_COMMUNE = re.compile(r"^\d{5}$")
_GROUP = re.compile(r"^(5\.[1-8][a-d]?|C1|C2[acd])$")
_MALE = frozenset({"male", "nam", "1", "m"})
_FEMALE = frozenset({"female", "nữ", "nu", "2", "0", "f"})
_PENSION_MAX = 10**12
_TEXT_MAX = 300


def vietnamese_time(value: str) -> datetime:
    """Read `yyyyMMddHHmmss`, which is Vietnamese time."""
    return datetime.strptime(value, TIME_FORMAT).replace(tzinfo=_VIETNAM)


def owner_of(name: str, number: str, other: Mapping[str, Any]) -> Owner:
    """Give the owner of a dossier (chủ hồ sơ)."""
    birth, precision = _birth(_first(other, "NgaySinh", "ownerBirthday"))
    commune = _text(_first(other, "MaXa", "ownerDistrict"))
    return Owner(
        full_name=" ".join(name.split()),
        personal_id=number if _NUMBER.match(number) else None,
        former_number=number if _CARD.match(number) else None,
        birth_date=birth,
        birth_precision=precision,
        sex=_sex(_first(other, "GioiTinh", "ownerGender")),
        commune_code=commune if commune and _COMMUNE.match(commune) else None,
        village=_text(_first(other, "Thon", "Thôn")),
        address=_text(_first(other, "DiaChi", "ownerAddress")),
    )


def submitter_of(other: Mapping[str, Any]) -> Submitter | None:
    """Give who handed in (người nộp), when the message names somebody beside the owner."""
    named = other.get("NguoiNop")
    fields: Mapping[str, Any] = named if isinstance(named, Mapping) else {}
    name = _text(fields.get("HoVaTen") or _first(other, "fullname"))
    if name is None:
        return None
    number = _text(fields.get("SoDinhDanh") or _first(other, "identityNumber"))
    return Submitter(
        full_name=name,
        personal_id=number if number and _NUMBER.match(number) else None,
        phone=_text(fields.get("SoDienThoai") or _first(other, "phoneNumber")),
        relation=_text(fields.get("QuanHe")),
    )


def groups_of(other: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the groups that the form has ticked (NhomDoiTuong): 5.1 to 5.8, C1 to C2d."""
    value = other.get("NhomDoiTuong")
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str) and _GROUP.match(item))


def pension_of(other: Mapping[str, Any]) -> int | None:
    """Give the monthly pension that the form declares, đồng."""
    value = other.get("MucLuongHuu")
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _PENSION_MAX
    return value if known else None


def claim_of(other: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a one-off benefit is asked for, as the form says it.

    `NguoiMat` names who died: number, name, birth date, day and cause of death; the owner of the
    dossier is then who bears, or bore, the costs.
    """
    claim: dict[str, Any] = {}
    dead = other.get("NguoiMat")
    if isinstance(dead, Mapping):
        number = _text(dead.get("SoDinhDanh"))
        death, _ = _birth(dead.get("NgayMat"))
        claim["deceased_number"] = number if number and _NUMBER.match(number) else None
        claim["deceased_name"] = _text(dead.get("HoVaTen"))
        claim["death_date"] = None if death is None else death.isoformat()
    organisation = _text(other.get("ToChuc"))
    if organisation is not None:
        claim["organisation"] = organisation
    return claim


def _first(other: Mapping[str, Any], *names: str) -> Any:
    return next((other[name] for name in names if other.get(name) not in (None, "")), None)


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return " ".join(value.split())[:_TEXT_MAX] or None


def _sex(value: Any) -> Literal["male", "female"] | None:
    word = str(value).strip().casefold()
    if word in _MALE:
        return "male"
    return "female" if word in _FEMALE else None


def _birth(value: Any) -> tuple[date | None, Literal["day", "month", "year"]]:
    """Read a day as portals write it: 2026-11-12, 12/11/2026, 20261112, or a year alone."""
    text = str(value or "").strip()
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%Y%m%d%H%M%S"):
        try:
            return datetime.strptime(text, shape).date(), "day"  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    if re.fullmatch(r"(18|19|20)\d\d", text):
        return date(int(text), 1, 1), "year"
    return None, "day"
