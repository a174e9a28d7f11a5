"""Bodies of simulations: changes of the law in, people and đồng out, against the law of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.contracts.fields import CommuneCode, MonthField
from common.kernel.months import Month
from common.operations import Operation
from eligibility.law.domain.hypothetical_law import Change, GroupAdded, GroupClosed, NumberChange
from eligibility.reviews.service.simulation import Simulation

MONTHS_MAX = 24


class NumberChangeContent(BaseModel):
    """Another level (đồng), age (years) or coefficient."""

    kind: Literal["level", "age", "coefficient"]
    code: str = Field(max_length=60, examples=["standard_amount"])
    value: Decimal = Field(gt=0, le=1_000_000_000, examples=["600000"])

    def change(self) -> Change:
        """Give it to the law."""
        return NumberChange(self.kind, self.code, self.value)


class GroupClosedContent(BaseModel):
    """A group of the law that is taken out."""

    kind: Literal["group_closed"]
    group: str = Field(max_length=40, examples=["5.7"])

    def change(self) -> Change:
        """Give it to the law."""
        return GroupClosed(self.group)


class GroupAddedContent(BaseModel):
    """A group that the province would add: who is meant, and the amount of a month."""

    kind: Literal["group_added"]
    amount: int = Field(gt=0, le=1_000_000_000)
    age_from: int | None = Field(default=None, ge=0, le=120)
    age_to: int | None = Field(default=None, ge=0, le=120)
    poverty_classes: list[Literal["poor", "near_poor", "none"]] = Field(default_factory=list)
    disability_degrees: list[Literal["mild", "severe", "very_severe"]] = Field(default_factory=list)

    def change(self) -> Change:
        """Give it to the law."""
        return GroupAdded(
            self.amount,
            self.age_from,
            self.age_to,
            tuple(self.poverty_classes),
            tuple(self.disability_degrees),
        )


class MonthsContent(BaseModel):
    """First and last month."""

    model_config = ConfigDict(populate_by_name=True)

    first: MonthField = Field(alias="from")
    last: MonthField = Field(alias="to")

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if not 0 <= self.last - self.first < MONTHS_MAX:
            raise ValueError(f"phải tăng dần và không quá {MONTHS_MAX} tháng")
        return self


class SimulationRequest(BaseModel):
    """Run everyone under changed numbers; nothing of it is stored as law."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "changes": [{"kind": "level", "code": "standard_amount", "value": "600000"}],
                    "months": {"from": "2027-01", "to": "2027-12"},
                    "communes": None,
                }
            ]
        }
    )

    changes: list[
        Annotated[
            NumberChangeContent | GroupClosedContent | GroupAddedContent,
            Field(discriminator="kind"),
        ]
    ] = Field(max_length=20)
    months: MonthsContent
    communes: list[CommuneCode] | None = Field(
        default=None, min_length=1, max_length=500, description="Bỏ trống: cả tỉnh"
    )

    @model_validator(mode="after")
    def _one_group(self) -> Self:
        if sum(item.kind == "group_added" for item in self.changes) > 1:
            raise ValueError("mỗi lần mô phỏng thêm một nhóm")
        return self

    def asked(self) -> Simulation:
        """Give what is asked."""
        return Simulation(
            tuple(item.change() for item in self.changes),
            self.months.first,
            self.months.last,
            None if self.communes is None else tuple(sorted(set(self.communes))),
        )


class FigureView(BaseModel):
    """People (a person with two benefits counts in both) and đồng, today and as supposed."""

    people: int | None
    amount: int | None
    people_changed: int | None
    amount_changed: int | None
    difference: int | None = Field(description="Chênh lệch kinh phí (đồng)")

    @classmethod
    def of(cls, row: Mapping[str, Any], take_up: str, *, hidden: bool = False) -> Self:
        """Show the figures of a take-up."""
        if hidden:
            return cls(
                people=None, amount=None, people_changed=None, amount_changed=None, difference=None
            )
        before, after = row[f"amount_{take_up}"], row[f"amount_{take_up}_changed"]
        return cls(
            people=row[f"people_{take_up}"],
            amount=before,
            people_changed=row[f"people_{take_up}_changed"],
            amount_changed=after,
            difference=after - before,
        )


class SumView(BaseModel):
    """Figures of a month, a commune or a group (as it is told outside the sealed scope)."""

    month: MonthField | None = None
    commune_code: str | None = None
    benefit: str | None = None
    group: str | None = None
    receiving: FigureView = Field(description="Những người đang hưởng")
    eligible: FigureView = Field(description="Tất cả người đủ điều kiện theo thông tin đã biết")

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Show sums."""
        month = row.get("month")
        return cls(
            month=None if month is None else Month.of(month),
            commune_code=row.get("commune_code"),
            benefit=row.get("benefit"),
            group=row.get("group_code"),
            receiving=FigureView.of(row, "receiving"),
            eligible=FigureView.of(row, "eligible"),
        )


class SimulationView(BaseModel):
    """A simulation: how far it came, and its sums so far."""

    simulation_id: UUID
    state: str
    done: int
    total_people: int | None
    changes: list[dict[str, Any]]
    months: dict[str, str]
    communes: list[str] | None
    problem: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None
    total: SumView | None = None
    by_month: list[SumView] = Field(default_factory=list)
    by_group: list[SumView] = Field(default_factory=list)
    by_commune: list[SumView] = Field(default_factory=list)

    @classmethod
    def of(
        cls,
        found: Operation,
        sums: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    ) -> Self:
        """Show a simulation."""
        shown = {name: [SumView.of(row) for row in rows] for name, rows in (sums or {}).items()}
        return cls(
            simulation_id=found.id,
            state=found.state.value,
            done=found.done,
            total_people=found.total,
            changes=found.params["changes"],
            months={"from": found.params["first"], "to": found.params["last"]},
            communes=found.params["communes"],
            problem=found.problem,
            created_at=found.created_at,
            finished_at=found.finished_at,
            total=next(iter(shown.get("total", [])), None),
            by_month=shown.get("months", []),
            by_group=shown.get("groups", []),
            by_commune=shown.get("communes", []),
        )
