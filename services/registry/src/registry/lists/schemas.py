"""Bodies of the routes of imports."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, MonthField
from registry.lists.domain.arranging import STATABLE
from registry.lists.domain.findings import mask_number
from registry.lists.service.imports import ImportStanding
from registry.lists.service.mappings import Confirmation, MappingProposal
from registry.lists.service.monthly_names import Changes, Listed
from registry.lists.service.previews import PreviewRow

State = Literal["needs_mapping", "queued", "running", "succeeded", "failed", "cancelled"]
Kind = Literal[
    "beneficiary_list", "death_notices", "residents", "elders", "disabled_people", "monthly_names"
]
Outcome = Literal["created", "updated", "unchanged", "refused"]


def state_of(standing: ImportStanding) -> State:
    """Give where an import stands; without an operation it waits for its columns."""
    running = standing.operation
    return "needs_mapping" if running is None else running.state.value


def location_of(standing: ImportStanding) -> str:
    """Give where to look how it goes on: the operation, or the columns to be confirmed."""
    made = standing.made
    if made.operation_id is None:
        return f"/registry/v1/imports/{made.import_id}/mapping"
    return f"/registry/v1/operations/{made.operation_id}"


class ImportAcceptedView(BaseModel):
    """A file that was taken for import; `needs_mapping` asks which column is which."""

    import_id: UUID
    operation_id: UUID | None
    state: State


class RowFindingView(BaseModel):
    """One remark on one row, with the value masked."""

    code: str = Field(examples=["id_zero_lost"])
    severity: Literal["info", "warning", "error"]
    column: str | None = Field(examples=["identity"])
    value_masked: str | None = Field(examples=["*******017"])
    message: str = Field(examples=["Số định danh bị mất số 0 ở đầu; đã bổ sung, xin kiểm tra lại"])


class RowCountsView(BaseModel):
    """Rows by outcome."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


class ImportView(BaseModel):
    """An import, and what became of it so far."""

    import_id: UUID
    operation_id: UUID | None
    kind: Kind
    commune_code: CommuneCode
    list_month: MonthField | None
    paid_since: MonthField | None
    state: State
    problem: dict[str, Any] | None = Field(description="Vì sao tệp không được nhập")
    file_sha256: str
    rows: int | None = Field(description="Số dòng về người trong tệp", examples=[2320])
    counts: RowCountsView
    findings: dict[str, int] = Field(examples=[{"id_zero_lost": 60, "birth_text": 51}])
    file_findings: list[RowFindingView]
    header_row: int | None = Field(examples=[8])
    sheets: list[str] = Field(description="Các trang tính đã đọc", examples=[["Thôn 1"]])
    columns: dict[str, int] = Field(examples=[{"full_name": 2, "identity": 5}])
    created_at: datetime
    created_by: str

    @classmethod
    def of(cls, standing: ImportStanding) -> ImportView:
        """Show an import."""
        made = standing.made
        return cls(
            import_id=made.import_id,
            operation_id=made.operation_id,
            kind=made.kind,
            commune_code=made.commune_code,
            list_month=made.list_month,
            paid_since=made.paid_since,
            state=state_of(standing),
            problem=standing.operation.problem if standing.operation else None,
            file_sha256=made.file_sha256,
            rows=made.row_count,
            counts=RowCountsView(**standing.outcomes),
            findings=dict(standing.findings),
            file_findings=[
                RowFindingView(**{**row, "column": row["column_name"]})
                for row in standing.file_findings
            ],
            header_row=made.header_row,
            sheets=list(made.sheets),
            columns=made.header_columns,
            created_at=made.created_at,
            created_by=made.created_by,
        )


class RowView(BaseModel):
    """One row of an import: its number in the file, what became of it, and why."""

    row_number: int = Field(
        examples=[12], description="Từ trang tính thứ hai: 100000 cho mỗi trang trước, cộng số dòng"
    )
    outcome: Outcome
    person_id: UUID | None
    findings: list[RowFindingView]


class GuessView(BaseModel):
    """Which field a column may hold, and how sure that is."""

    field: str = Field(examples=["identity"])
    confidence: float = Field(ge=0, le=1, examples=[0.8])
    reason: Literal["heading", "similar", "content", "chosen"]


class ColumnView(BaseModel):
    """One column of the file, with some of its cells masked."""

    column: int = Field(examples=[5], description="Đếm từ 1")
    heading: str = Field(examples=["Số định danh"])
    guess: GuessView | None
    samples: list[str] = Field(examples=[["*********017"]])


class ChoiceView(BaseModel):
    """One possible answer."""

    value: str = Field(examples=["thousand"])
    text: str = Field(examples=["nghìn đồng"])


class QuestionView(BaseModel):
    """What is not certain about a list; it goes in once every question is answered."""

    code: str = Field(examples=["amount_unit", "column_of.amount", "hidden_rows"])
    text: str
    choices: list[ChoiceView]
    rows: list[int] = Field(description="Một số dòng được hỏi")
    columns: list[int] = Field(description="Các cột được hỏi, đếm từ 1")


class MappingView(BaseModel):
    """Which column is which, as proposed or as confirmed, and what is to be answered."""

    import_id: UUID
    state: Literal["proposed", "settled"]
    header_row: int
    columns: list[ColumnView]
    lacking: list[str] = Field(description="Trường bắt buộc chưa có cột", examples=[["amount"]])
    fields: list[str] = Field(description="Các trường có thể chọn")
    questions: list[QuestionView] = []
    statable: list[str] = Field(
        default=[], description="Các trường có thể khai cho cả tệp hoặc cho một nhóm dòng"
    )

    @classmethod
    def of(cls, proposal: MappingProposal) -> MappingView:
        """Show a proposal."""
        return cls(
            import_id=proposal.made.import_id,
            state="proposed" if proposal.made.operation_id is None else "settled",
            header_row=proposal.found.header_row,
            columns=[
                ColumnView(
                    column=one.column,
                    heading=one.heading,
                    guess=None if one.guess is None else GuessView(**asdict(one.guess)),
                    samples=list(one.samples),
                )
                for one in proposal.found.columns
            ],
            lacking=list(proposal.found.lacking),
            fields=list(proposal.fields),
            questions=[
                QuestionView(
                    code=one.code,
                    text=one.text,
                    choices=[ChoiceView(value=c.value, text=c.text) for c in one.choices],
                    rows=list(one.rows),
                    columns=list(one.columns),
                )
                for one in proposal.found.questions
            ],
            statable=list(STATABLE) if proposal.made.kind == "beneficiary_list" else [],
        )


Stated = Annotated[str, Field(min_length=1, max_length=200)]
StatedValues = dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], Stated]


class ConfirmMappingRequest(BaseModel):
    """How a list is read, as a person says: columns, answers, values that the file does not hold."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "columns": {
                        "full_name": 2,
                        "birth": 3,
                        "identity": 4,
                        "category": 5,
                        "amount": 6,
                        "decision_number": 7,
                        "decision_date": 8,
                    },
                    "answers": {"amount_unit": "thousand"},
                    "stated": {"category": "Hưu trí xã hội"},
                }
            ]
        },
    )

    columns: (
        dict[
            Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")],
            Annotated[int, Field(ge=1, le=1000, strict=True)],
        ]
        | None
    ) = Field(
        default=None,
        max_length=60,
        description="Trường -> số thứ tự cột, đếm từ 1; không ghi: như đề xuất",
    )
    answers: dict[
        Annotated[str, Field(pattern=r"^[a-z_.]{1,60}$")], Annotated[str, Field(max_length=100)]
    ] = Field(default={}, max_length=60, description="Mã câu hỏi -> lựa chọn")
    stated: StatedValues = Field(
        default={}, max_length=20, description="Giá trị cho mọi dòng để trống"
    )
    sections: dict[Annotated[int, Field(ge=1, le=100_000_000)], StatedValues] = Field(
        default={}, max_length=500, description="Số dòng của tiêu đề nhóm -> giá trị cho nhóm"
    )

    def told(self) -> Confirmation:
        """Give it as the service takes it."""
        return Confirmation(self.columns, self.answers, self.stated, self.sections)


class PreviewRowView(BaseModel):
    """A row as it would be understood, and what would become of it; numbers are masked."""

    row_number: int
    outcome: Outcome
    full_name: str
    birth_date: date | None
    birth_precision: Literal["day", "month", "year"]
    sex: Literal["male", "female"] | None
    identity_masked: str | None = Field(examples=["*********017"])
    village: str | None
    benefit: str | None = Field(examples=["social_pension"])
    coefficient: str | None
    amount: int | None
    decision_number: str
    decision_date: date | None
    poverty_class: Literal["poor", "near_poor", "none"] | None
    method: Literal["account", "cash"]
    findings: list[RowFindingView]

    @classmethod
    def of(cls, row: PreviewRow) -> PreviewRowView:
        """Show a row that was tried."""
        who, listed = row.reading.person, row.reading.benefit
        number = who.personal_id or who.former_number
        return cls(
            row_number=row.reading.row_number,
            outcome=cast("Outcome", row.outcome),
            full_name=who.full_name,
            birth_date=who.birth_date,
            birth_precision=who.birth_precision,
            sex=who.sex,
            identity_masked=mask_number(number) if number else None,
            village=who.village,
            benefit=listed.category.benefit if listed.category else None,
            coefficient=listed.coefficient,
            amount=listed.amount,
            decision_number=listed.decision_number,
            decision_date=listed.decision_date,
            poverty_class=listed.poverty,
            method=listed.method,
            findings=[
                RowFindingView(
                    code=finding.code,
                    severity=finding.severity,
                    column=finding.column,
                    value_masked=finding.value_masked,
                    message=finding.message,
                )
                for finding in row.findings
            ],
        )


class PreviewView(BaseModel):
    """The first rows of a list; nothing of it was written."""

    import_id: UUID
    rows: list[PreviewRowView]


class ListedPersonView(BaseModel):
    """Somebody who is on the lists of one month and not of another, or gets something else."""

    person_id: UUID
    personal_id: str | None = Field(examples=["003151000017"])
    full_name: str
    reason: Literal["died", "moved"] | None = Field(
        description="Lý do không còn trong danh sách, nếu đã biết"
    )

    @classmethod
    def of(cls, one: Listed) -> ListedPersonView:
        """Show a person of a comparison."""
        who = one.person.identity
        return cls(
            person_id=one.person.person_id,
            personal_id=who.personal_id,
            full_name=who.full_name,
            reason=one.reason,
        )


class ListChangesView(BaseModel):
    """A month's lists of a commune beside those of the month before that has any."""

    import_id: UUID
    list_month: MonthField
    compared_with: MonthField | None
    new: list[ListedPersonView]
    gone: list[ListedPersonView]
    changed: list[ListedPersonView] = Field(description="Có trong cả hai tháng với chế độ khác")

    @classmethod
    def of(cls, import_id: UUID, found: Changes) -> ListChangesView:
        """Show a comparison."""
        return cls(
            import_id=import_id,
            list_month=found.list_month,
            compared_with=found.compared_with,
            new=[ListedPersonView.of(one) for one in found.new],
            gone=[ListedPersonView.of(one) for one in found.gone],
            changed=[ListedPersonView.of(one) for one in found.changed],
        )


class ChoosePaymentRequest(BaseModel):
    """How a person asks to be paid."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [{"method": "account", "bank": "Agribank", "account": "9900000000001"}]
        },
    )

    method: Literal["account", "cash"]
    bank: Annotated[str, Field(max_length=100)] | None = None
    account: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{4,30}$")] | None = Field(
        default=None, description="Được niêm phong ngay, không lưu và không hiển thị lại"
    )


class PaymentChosenView(BaseModel):
    """What was passed on; the account number itself is not shown again."""

    person_id: UUID
    method: Literal["account", "cash"]
    bank_code: str | None = Field(examples=["970405"])
