"""A person as this service knows them now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.kernel.errors import Conflict, InvalidInput, NotFound


class PersonUnknown(
    Conflict, code="person_unknown", title="Chưa có thông tin người này trong hệ thống đăng ký"
):
    """The registry has not told about this person (yet): register the person first."""


class PersonNotFound(NotFound, code="person_not_found", title="Không tìm thấy người này"):
    """Nobody with this number is the caller's to see, or nothing was known about them by then."""


class MonthsOutOfRange(
    InvalidInput,
    code="months_out_of_range",
    title="Khoảng tháng phải tăng dần và không quá 120 tháng",
):
    """The months are not in order, or more than 120."""


class NeutralCodeDiffers(
    InvalidInput,
    code="neutral_code_differs",
    title="Mã nhóm riêng của hệ thống đăng ký khác với mã đã cài đặt",
):
    """The registry and this service are not set to the same code of the sealed group."""


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
