"""A person as this service knows them now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.kernel.errors import Conflict, InvalidInput, NotFound


class PersonUnknown(Conflict):
    """The registry has not told about this person (yet): register the person first."""

    code = "person_unknown"
    title = "Chưa có thông tin người này trong hệ thống đăng ký"


class PersonNotFound(NotFound):
    """Nobody with this number is the caller's to see, or nothing was known about them by then."""

    code = "person_not_found"
    title = "Không tìm thấy người này"


class MonthsOutOfRange(InvalidInput):
    """The months are not in order, or more than 120."""

    code = "months_out_of_range"
    title = "Khoảng tháng phải tăng dần và không quá 120 tháng"


class NeutralCodeDiffers(InvalidInput):
    """The registry and this service are not set to the same code of the sealed group."""

    code = "neutral_code_differs"
    title = "Mã nhóm riêng của hệ thống đăng ký khác với mã đã cài đặt"


@dataclass(frozen=True, slots=True)
class Person:
    """The current copy of a person; `version` is the registry's."""

    person_id: UUID
    personal_id: str | None
    full_name: str
    birth_date: date
    birth_precision: str
    sex: str
    commune_code: str
    death_date: date | None
    version: int
    merged_into: UUID | None = None
