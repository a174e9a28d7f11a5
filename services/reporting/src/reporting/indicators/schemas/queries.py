"""Query parameters that several addresses share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

CommuneQuery = Annotated[
    str | None,
    Query(
        pattern=r"^\d{5}$",
        description="Mã xã; bỏ trống: mọi xã mà tài khoản được xem",
        examples=["25000"],
    ),
]
MONTH = r"^20\d{2}-(0[1-9]|1[0-2])$"
