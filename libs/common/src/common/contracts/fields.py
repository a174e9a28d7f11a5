"""Field types that contracts and HTTP bodies share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from common.kernel.months import Month
from common.kernel.names import has_hidden_characters

_FIRST_MONTH, _LAST_MONTH = Month(1900, 1), Month(2200, 12)


def _read_month(value: Any) -> Any:
    month = Month.parse(value) if isinstance(value, str) else value
    if isinstance(month, Month) and not _FIRST_MONTH <= month <= _LAST_MONTH:
        msg = f"a month lies between {_FIRST_MONTH} and {_LAST_MONTH}"
        raise ValueError(msg)
    return month


MonthField = Annotated[
    Month,
    BeforeValidator(_read_month),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}$", "examples": ["2026-12"]}),
]
"""A month as `YYYY-MM` on the wire, a `Month` in Python."""


def _refuse_hidden(text: str) -> str:
    if has_hidden_characters(text):
        message = "Có ký tự không nhìn thấy (điều khiển, đổi chiều chữ hoặc độ rộng bằng không)."
        raise PydanticCustomError("text_character_hidden", message)
    return text


Visible = AfterValidator(_refuse_hidden)
"""For one line of a person's text (name, village, address): `Annotated[str, ..., Visible]`."""

MONTH_PATTERN = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
"""A month in an address, a form or a body: this century, so that it can be counted with."""

CommuneCode = Annotated[str, Field(pattern=r"^[0-9]{5}$", examples=["25000"])]
"""Five digits as text (mã xã, Quyết định 19/2025/QĐ-TTg)."""

PersonalId = Annotated[str, Field(pattern=r"^[0-9]{12}$", examples=["003151000017"])]
"""Twelve digits as text (số định danh cá nhân)."""

AmountDong = Annotated[int, Field(ge=0, le=10**15, examples=[540000])]
"""Whole đồng."""

CoefficientText = Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?$", examples=["1.5"])]
"""An exact decimal as text (hệ số)."""


def known_code(known: Sequence[str], value: str) -> str:
    """Take a code that is one of some, else refuse it and name them."""
    if value not in known:
        raise PydanticCustomError(
            "code_unknown", "không có mã này; các mã: {known}", {"known": ", ".join(known)}
        )
    return value


@dataclass(frozen=True)
class Enumerated:
    """Show codes as an enumeration in OpenAPI."""

    codes: tuple[str, ...]

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Give the schema with the codes in place of a pattern."""
        schema = handler(core_schema)
        schema.pop("pattern", None)
        return {**schema, "enum": list(self.codes)}
