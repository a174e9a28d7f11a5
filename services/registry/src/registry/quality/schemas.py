"""Bodies of the routes of the quality board."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, PersonalId
from registry.quality.domain import KINDS, Kind, State

Note = Annotated[str, Field(min_length=3, max_length=500, pattern=r"\S{2}")]
_TITLES: Final[Mapping[Kind, str]] = {
    "missing_id": "Chưa có số định danh cá nhân",
    "unverified": "Chưa xác minh được với cơ sở dữ liệu dân cư",
    "contradictory": "Dữ liệu mâu thuẫn",
    "duplicate": "Có thể trùng hồ sơ",
    "dead_receiving": "Đã mất nhưng vẫn đang hưởng",
    "moved": "Đã chuyển nơi cư trú",
    "certificate_due": "Giấy tờ hết hạn hoặc đến kỳ xác định lại",
    "missing_paper": "Thiếu giấy tờ chứng minh",
    "representative_expiring": "Người đại diện, người nhận thay sắp hết hạn",
    "no_village": "Chưa có thôn, tổ dân phố",
    "residence_open": "Chưa xác định được xã hiện nay",
    "household_without_head": "Hộ không còn chủ hộ",
    "child_without_carer": "Trẻ em không còn người chăm sóc",
}
_REASONS: Final[Mapping[str, str]] = {
    "no_personal_id": "Chỉ có số CMND cũ",
    "middle_name_left_out": "Cùng ngày sinh, họ tên thiếu chữ đệm",
    "day_month_exchanged": "Cùng họ tên, ngày và tháng sinh đổi chỗ",
    "year_off_by_one": "Cùng họ tên, năm sinh lệch một năm",
    "day_off_by_one": "Cùng họ tên, ngày sinh lệch một ngày",
    "first_january": "Cùng họ tên và năm sinh, một bên ghi ngày 01/01",
    "never_confirmed": "Chưa đối chiếu được",
    "population_not_found": "Cơ sở dữ liệu dân cư không có người này",
    "sex_contradicts_id": "Giới tính khác với số định danh",
    "birth_year_contradicts_id": "Năm sinh khác với số định danh",
    "population_differs": "Khác với cơ sở dữ liệu dân cư",
    "recipient_died": "Người hưởng đã mất",
    "payee_died": "Người nhận tiền đã mất",
    "left_and_paid": "Đã chuyển ra ngoài tỉnh nhưng vẫn đang hưởng",
    "paid_elsewhere": "Đang hưởng ở xã khác",
    "population_lives_elsewhere": "Theo cơ sở dữ liệu dân cư thì đang ở xã khác",
    "certificate_expired": "Giấy tờ đã hết hạn",
    "certificate_expiring": "Giấy tờ sắp hết hạn",
    "reassessment_due": "Đến kỳ xác định lại mức độ khuyết tật",
    "village_unknown": "Chưa ghi thôn, tổ dân phố",
    "head_died_or_left": "Chủ hộ đã mất hoặc đã rời hộ; cần chọn chủ hộ mới",
    "carer_died": "Người giám hộ hoặc người chăm sóc đã mất, chưa có người thay",
    "no_adult_in_household": "Trong hộ không còn người lớn",
    "former_unit_divided": "Xã cũ đã chia tách, chưa rõ thuộc xã nào",
    "same_former_number": "Cùng số CMND, tên hoặc năm sinh cũng khớp",
    "shared_former_number": "Cùng số CMND",
    "same_name_birth": "Cùng họ tên và ngày sinh",
    "same_name_birth_year": "Cùng họ tên và năm sinh",
    "similar_name_birth": "Họ tên gần giống, cùng ngày sinh, cùng xã",
    "digits_transposed": "Số định danh đảo hai chữ số",
    "digit_differs": "Số định danh khác một chữ số",
    "same_commune": "Cùng xã",
    "same_village": "Cùng thôn",
    "without_number": "Một hồ sơ chưa có số định danh",
    "guardian_ends": "Người giám hộ",
    "carer_ends": "Người chăm sóc",
    "authorised_recipient_ends": "Người được ủy quyền nhận thay",
}
_ACTIONS: Final[Mapping[Kind, tuple[str, str, str]]] = {
    "missing_id": ("Ghi số định danh", "POST", "/registry/v1/persons/{key}/rekey"),
    "unverified": ("Đối chiếu với cơ sở dữ liệu dân cư", "POST", "/registry/v1/verifications"),
    "contradictory": ("Sửa thông tin", "PUT", "/registry/v1/persons/{key}"),
    "duplicate": ("Gộp hai hồ sơ", "POST", "/registry/v1/persons/{key}/merge"),
    "dead_receiving": (
        "Xem khoản đang hưởng",
        "GET",
        "/eligibility/v1/entitlements?person_id={person_id}",
    ),
    "moved": ("Ghi nhận nơi ở mới", "POST", "/registry/v1/persons/{key}/move"),
    "certificate_due": (
        "Xem người đến kỳ xác định lại",
        "GET",
        "/registry/v1/persons/{key}/circumstances",
    ),
    "missing_paper": (
        "Bổ sung giấy tờ",
        "PUT",
        "/registry/v1/persons/{key}/circumstances/{subject}",
    ),
    "representative_expiring": (
        "Ghi nhận người đại diện",
        "POST",
        "/registry/v1/persons/{key}/representations",
    ),
    "no_village": ("Ghi thôn", "PUT", "/registry/v1/persons/{key}"),
    "household_without_head": (
        "Chọn chủ hộ",
        "PUT",
        "/registry/v1/households/{subject}/members",
    ),
    "child_without_carer": (
        "Ghi nhận người giám hộ, người chăm sóc",
        "POST",
        "/registry/v1/persons/{key}/representations",
    ),
    "residence_open": ("Xác định xã", "PUT", "/registry/v1/residence-tasks/{subject}"),
}


class KindCountView(BaseModel):
    """How many findings there are of one kind."""

    kind: Kind
    title: str
    open: int
    resolved: int
    dismissed: int


class BoardView(BaseModel):
    """The board of a commune."""

    commune_code: CommuneCode
    refreshed_at: datetime | None = Field(description="null: chưa rà soát lần nào")
    kinds: list[KindCountView]

    @classmethod
    def of(
        cls, commune: str, refreshed_at: datetime | None, counts: Mapping[tuple[str, str], int]
    ) -> Self:
        """Show every kind, those without a finding too."""
        kinds = [
            KindCountView(
                kind=kind,
                title=_TITLES[kind],
                open=counts.get((kind, "open"), 0),
                resolved=counts.get((kind, "resolved"), 0),
                dismissed=counts.get((kind, "dismissed"), 0),
            )
            for kind in KINDS
        ]
        return cls(commune_code=commune, refreshed_at=refreshed_at, kinds=kinds)


class FindingReasonView(BaseModel):
    """Why somebody should look."""

    code: str = Field(examples=["same_name_birth"])
    text: str


class FindingRecordView(BaseModel):
    """A record that a finding is about."""

    person_id: UUID
    personal_id: PersonalId | None
    full_name: str
    version: int = Field(description="Dùng cho If-Match của thao tác")


class FindingActionView(BaseModel):
    """What puts it right."""

    title: str
    method: str
    href: str


class FindingView(BaseModel):
    """A finding to work off."""

    finding_id: UUID
    commune_code: CommuneCode
    kind: Kind
    title: str
    person: FindingRecordView
    other: FindingRecordView | None = Field(description="Hồ sơ có thể trùng")
    reasons: list[FindingReasonView]
    score: int | None = Field(description="Mức khả năng trùng, 0 đến 99")
    due_on: date | None
    state: State
    found_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    note: str | None
    action: FindingActionView

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Show a row."""
        other = None
        if row["other_id"] is not None:
            other = FindingRecordView(
                person_id=row["other_id"],
                personal_id=row["other_personal_id"],
                full_name=row["other_name"],
                version=row["other_version"],
            )
        title, method, href = _ACTIONS[row["kind"]]
        key = row["personal_id"] or str(row["person_id"])
        address = href.format(key=key, person_id=row["person_id"], subject=row["subject_key"])
        reasons = [FindingReasonView(code=code, text=_text(code)) for code in row["reasons"]]
        return cls(
            **{name: row[name] for name in _PLAIN},
            title=_TITLES[row["kind"]],
            person=FindingRecordView.model_validate(
                {name: row[name] for name in FindingRecordView.model_fields}
            ),
            other=other,
            reasons=reasons,
            action=FindingActionView(title=title, method=method, href=address),
        )


_PLAIN = (
    "finding_id",
    "commune_code",
    "kind",
    "score",
    "due_on",
    "state",
    "found_at",
    "closed_at",
    "closed_by",
    "note",
)


def _text(code: str) -> str:
    return _REASONS.get(code, "Chưa có giấy tờ chứng minh hoàn cảnh đã khai")


class CloseFindingRequest(BaseModel):
    """How a finding was worked off."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"note": "Hai người khác nhau, đã gặp cả hai"}]},
    )

    note: Note


class StartRefreshRequest(BaseModel):
    """Look through a commune now."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"commune_code": "25000"}]}
    )

    commune_code: CommuneCode | None = Field(
        default=None, description="Bỏ trống: cả tỉnh, gồm cả trùng hồ sơ giữa các xã"
    )


class RefreshStartedView(BaseModel):
    """The look that was queued."""

    operation_id: UUID
