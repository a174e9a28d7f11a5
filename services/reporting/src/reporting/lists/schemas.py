"""Bodies of the lists' addresses."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from common.contracts.fields import MonthField
from reporting.selections.domain import Selection

ListFormat = Literal["xlsx", "docx", "pdf", "csv"]
VillageQuery = Annotated[
    str | None,
    Query(max_length=200, description="Tên thôn, tổ dân phố", examples=["Thôn 3"]),
]
DayQuery = Annotated[
    date | None, Query(description="Ngày tính; bỏ trống: hôm nay", examples=["2026-12-18"])
]
YearQuery = Annotated[
    int | None,
    Query(
        ge=2000,
        le=2099,
        description="Năm tính tuổi hoặc năm của danh sách hộ; bỏ trống: theo danh sách",
        examples=[2027],
    ),
]
PostedQuery = Annotated[
    bool,
    Query(description="true: bản niêm yết, không có số định danh, ngày sinh, dữ kiện sức khỏe"),
]


class ListColumnView(BaseModel):
    """A column of a list."""

    key: str
    heading: str
    kind: str


class ListKindView(BaseModel):
    """A list that can be read and printed: who is on it, why it exists."""

    code: str
    title: str
    definition: str
    unit: str
    basis: str
    duties: tuple[str, ...] = Field(description="Mã việc trong bảng truy vết")
    next_year: bool = Field(description="true: bỏ trống năm nghĩa là năm sau")
    may_be_posted: bool
    columns: tuple[ListColumnView, ...]

    @classmethod
    def of(cls, selection: Selection) -> ListKindView:
        """Describe a selection."""
        return cls(
            code=selection.code,
            title=selection.title,
            definition=selection.definition,
            unit=selection.unit,
            basis=selection.basis,
            duties=selection.duties,
            next_year=selection.next_year,
            may_be_posted=not selection.health,
            columns=tuple(
                ListColumnView(key=one.key, heading=one.heading, kind=one.kind)
                for one in selection.columns
            ),
        )


class ListView(BaseModel):
    """Part of a list: rows by column key, in the order of village and name."""

    code: str
    title: str
    place: str
    day: date
    year: int
    from_month: MonthField
    to_month: MonthField
    columns: tuple[ListColumnView, ...]
    rows: list[dict[str, Any]]
    next_offset: int | None = Field(description="null: hết danh sách", examples=[None])

    model_config = {"arbitrary_types_allowed": True}


class ListCountView(BaseModel):
    """How many subjects a list has; `times` counts rows: one person may have several."""

    commune_code: str | None = Field(description="null: cộng", examples=[None])
    place: str
    subjects: int
    male: int
    female: int
    times: int
    amount: int


class ListCountsView(BaseModel):
    """A figure with its definition: in all, and by commune."""

    code: str
    title: str
    definition: str
    unit: str
    day: date
    counts: tuple[ListCountView, ...]
