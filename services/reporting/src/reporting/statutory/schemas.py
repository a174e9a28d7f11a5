"""Bodies of the exact counts."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from common.contracts.fields import CommuneCode


class GroupCountView(BaseModel):
    """People of one group and benefit, and the đồng owed to them in the month."""

    model_config = ConfigDict(from_attributes=True)

    group: str
    title: str
    benefit: str
    people: int
    amount: int


class GroupCountsView(BaseModel):
    """Exact counts; `closed` are communes whose counts came without a box."""

    model_config = ConfigDict(from_attributes=True)

    counts: tuple[GroupCountView, ...]
    communes: tuple[CommuneCode, ...]
    closed: tuple[CommuneCode, ...]
    counted_on: date | None
