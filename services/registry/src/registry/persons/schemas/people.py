"""Bodies of the routes of persons."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, PersonalId, Visible
from common.kernel import names
from registry.persons.domain import Identity, Person, number_warnings
from registry.persons.service.event_states import former_province
from registry.persons.store.versions import VersionRow


def _clean(name: str) -> str:
    clean = names.normalise(name)
    if not any(char.isalpha() for char in clean):
        msg = "a name has letters"
        raise ValueError(msg)
    return clean


FullName = Annotated[
    str,
    Field(min_length=1, max_length=200, examples=["Nguyễn Thị Mẫu"]),
    Visible,
    AfterValidator(_clean),
]
Village = Annotated[str, Field(max_length=200, examples=["Thôn 3"]), Visible]


_LATER = frozenset({"email", "address", "e_identity"})
_NUMBER = "003151000017"
_EXAMPLE = {
    "full_name": "Nguyễn Thị Mẫu",
    "birth_date": "1951-03-10",
    "sex": "female",
    "commune_code": "25000",
    "village": "Thôn 3",
}


class PersonFields(BaseModel):
    """What is written down about a person."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    former_number: Annotated[str, Field(pattern=r"^[0-9]{9}$")] | None = Field(
        default=None, description="Số CMND 9 chữ số trước đây"
    )
    full_name: FullName
    birth_date: Annotated[date, Field(ge=date(1880, 1, 1), le=date(2100, 12, 31))] = Field(
        examples=["1951-03-10"]
    )
    birth_precision: Literal["day", "month", "year"] = Field(
        default="day", description="Biết đến ngày, tháng hay chỉ năm sinh"
    )
    sex: Literal["male", "female"]
    commune_code: CommuneCode
    village: Village | None = None
    phone: Annotated[str, Field(max_length=30)] | None = Field(
        default=None, description="Không bắt buộc"
    )
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = Field(
        default=None, description="Không bắt buộc"
    )
    address: Annotated[str, Field(max_length=300), Visible] | None = Field(
        default=None, description="Địa chỉ liên hệ, không bắt buộc"
    )
    e_identity: bool | None = Field(
        default=None, description="Tài khoản định danh điện tử đã kích hoạt; trống: chưa hỏi"
    )

    def identity(self, personal_id: str | None, former_commune: str | None = None) -> Identity:
        """Give the identity that these fields state."""
        return Identity(
            full_name=self.full_name,
            birth_date=self.birth_date,
            birth_precision=self.birth_precision,
            sex=self.sex,
            commune_code=self.commune_code,
            personal_id=personal_id,
            former_number=self.former_number,
            village=self.village,
            former_commune=former_commune,
            phone=self.phone,
            email=self.email,
            address=self.address,
            e_identity=self.e_identity,
        )


class RegisterPersonRequest(PersonFields):
    """Register a person."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_EXAMPLE, "personal_id": _NUMBER}]}
    )

    personal_id: Annotated[PersonalId, Field(pattern=r"^[0-9]{12}$")] | None = None


class CorrectPersonRequest(PersonFields):
    """Correct a person; with `valid_from` a change from that day on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{**_EXAMPLE, "village": "Thôn 5", "valid_from": "2026-11-01"}]
        }
    )

    valid_from: date | None = Field(
        default=None,
        description="Ngày thay đổi có hiệu lực; để trống nếu dữ liệu trước đây ghi sai",
    )

    @property
    def unsaid(self) -> frozenset[str]:
        """The fields that came later than the first callers: left out, they stay as they are."""
        return _LATER - self.model_fields_set


class NumberWarningView(BaseModel):
    """Something about the number that somebody should look at; it stops nothing."""

    code: str = Field(examples=["sex_contradicts_id"])
    message: str


class PersonView(BaseModel):
    """A person in the present."""

    person_id: UUID
    personal_id: PersonalId | None
    former_number: str | None
    full_name: str = Field(examples=["Nguyễn Thị Mẫu"])
    birth_date: date
    birth_precision: Literal["day", "month", "year"]
    sex: Literal["male", "female"]
    commune_code: CommuneCode
    village: str | None
    former_commune: str | None
    phone: str | None
    household_id: UUID | None
    poverty_class: Literal["poor", "near_poor", "none"]
    death_date: date | None
    verification: Literal["unverified", "verified", "mismatch", "not_found"]
    version: int
    email: str | None = None
    address: str | None = None
    e_identity: bool | None = None
    missing_since: date | None = Field(default=None, description="Tòa án tuyên bố mất tích từ")
    left_on: date | None = Field(default=None, description="Ra khỏi tỉnh từ ngày này")
    merged_into: UUID | None = Field(
        default=None, description="Hồ sơ này đã gộp: person_id của hồ sơ thay thế"
    )
    former_province_code: str | None = Field(
        default=None,
        description="Tỉnh trước 1/7/2025 (mã 2 số); trống: chưa xác định được",
        examples=["68"],
    )
    number_warnings: list[NumberWarningView] = Field(
        default_factory=list, description="Điều cần xem lại về số định danh; không chặn việc gì"
    )

    @classmethod
    def of(cls, person: Person) -> PersonView:
        """Show a person."""
        who = person.identity
        return cls(
            person_id=person.person_id,
            personal_id=who.personal_id,
            former_number=who.former_number,
            full_name=who.full_name,
            birth_date=who.birth_date,
            birth_precision=who.birth_precision,
            sex=who.sex,
            commune_code=who.commune_code,
            village=who.village,
            former_commune=who.former_commune,
            phone=who.phone,
            household_id=person.household_id,
            poverty_class=person.poverty_class,
            death_date=person.death_date,
            verification=person.verification,
            version=person.version,
            email=who.email,
            address=who.address,
            e_identity=who.e_identity,
            missing_since=person.missing_since,
            left_on=person.left_on,
            merged_into=person.merged_into,
            former_province_code=former_province(who.commune_code, who.former_commune),
            number_warnings=[
                NumberWarningView(code=warning.code, message=warning.message)
                for warning in number_warnings(who)
            ],
        )


class VersionView(BaseModel):
    """One row of a person's history, in two times."""

    full_name: str
    birth_date: date
    birth_precision: Literal["day", "month", "year"]
    sex: Literal["male", "female"]
    commune_code: CommuneCode
    village: str | None
    personal_id: PersonalId | None
    former_number: str | None
    valid_from: date | None = Field(description="Đúng từ ngày này; trống: từ trước tới nay")
    valid_to: date | None = Field(description="Đúng đến trước ngày này; trống: vẫn đúng")
    recorded_at: datetime = Field(description="Hệ thống biết từ lúc này")
    superseded_at: datetime | None = Field(description="Được thay bằng dòng khác từ lúc này")
    recorded_by: str
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    e_identity: bool | None = None

    @classmethod
    def of(cls, row: VersionRow) -> VersionView:
        """Show a row of history."""
        who = row.identity
        return cls(
            full_name=who.full_name,
            birth_date=who.birth_date,
            birth_precision=who.birth_precision,
            sex=who.sex,
            commune_code=who.commune_code,
            village=who.village,
            personal_id=who.personal_id,
            former_number=who.former_number,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            recorded_at=row.recorded_at,
            superseded_at=row.superseded_at,
            recorded_by=row.recorded_by,
            phone=who.phone,
            email=who.email,
            address=who.address,
            e_identity=who.e_identity,
        )
