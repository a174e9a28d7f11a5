"""Who looked at a person's record: for the citizen's question, and for the auditor."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from common.audit import store
from common.kernel.errors import NotFound
from common.web.auth import Actor, requires
from common.web.deps import ReadSessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems

router = APIRouter(prefix="/audit", tags=["audit"])


class AuditOfProvinceOnly(
    NotFound, code="audit_not_found", title="Không tìm thấy nhật ký trong phạm vi của tài khoản"
):
    """The audit log is read for the whole province, never for a commune by itself."""


class PersonAccessView(BaseModel):
    """One look at a person, or one act about them."""

    seq: int
    recorded_at: datetime
    actor: str = Field(description="Cán bộ hoặc hệ thống đã truy cập", examples=["can-bo-1"])
    client_id: str = Field(description="Phần mềm đã dùng", examples=["portal"])
    action: str = Field(examples=["person.read"])
    outcome: str = Field(description="done, read hoặc refused", examples=["read"])
    purpose: str = Field(description="Mục đích đã nêu, hoặc chức năng đã dùng")


@router.get(
    "/accesses",
    operation_id="list_accesses",
    summary="Ai đã xem hồ sơ của một người, khi nào, để làm gì",
    responses=problems(AuditOfProvinceOnly),
)
async def list_accesses(
    actor: Annotated[Actor, requires("audit:read")],
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    subject: Annotated[
        list[str],
        Query(
            min_length=1,
            max_length=4,
            description="Số định danh và person_id của người đó",
            examples=[["003151000017"]],
        ),
    ],
) -> Page[PersonAccessView]:
    """List accesses of this service to a person, the newest first.

    Entries name the person by `person_id` or by number: give both.
    """
    if actor.communes is not None:
        raise AuditOfProvinceOnly
    before = int(str(page.after[0])) if page.after else None
    rows = await store.accesses(session, subject, before, page.fetch)
    return page.of(
        rows,
        key=lambda row: (str(row["seq"]),),
        item=lambda row: PersonAccessView(**row),
    )
