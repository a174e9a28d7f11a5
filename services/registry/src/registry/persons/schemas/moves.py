"""Bodies of moves that await the former commune's word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MoveState = Literal["open", "confirmed", "objected", "refused"]


class ObjectToMoveRequest(BaseModel):
    """Why the former commune objects."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Người dân vẫn cư trú tại xã, chưa chuyển đi"}]},
    )

    reason: str = Field(min_length=3, max_length=500)


class MoveView(BaseModel):
    """A move that the receiving commune stated.

    `refused`: the particulars were wrong `attempts` times, and nothing was changed.
    """

    move_id: UUID
    person_id: UUID
    personal_id: str | None = Field(description="Số định danh, nếu người này còn trong địa bàn")
    from_commune: str
    to_commune: str
    moved_on: date
    state: MoveState
    attempts: int
    stated_by: str
    stated_at: datetime
    settled_by: str | None
    settled_at: datetime | None
    reason: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Show a row."""
        return cls(**{name: row[name] for name in cls.model_fields})
