"""Query parameters that several addresses share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from common.contracts.fields import CommuneCode

CommuneQuery = Annotated[
    CommuneCode | None,
    Query(
        description="Mã xã; bỏ trống: mọi xã mà tài khoản được xem",
    ),
]
