"""Routes of imports."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path as FilePath
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from common import audit
from common.contracts.fields import MONTH_PATTERN, CommuneCode, PersonalId
from common.database.session import AsyncSession
from common.files.errors import REFUSALS
from common.kernel.months import Month
from common.web.auth import requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep, service_settings
from common.web.paging import Page, PageParams
from common.web.problems import problems
from common.web.uploads import Upload, UploadEmpty, UploadTooLarge, uploaded
from registry.areas.domain import CommuneNotFound, CommuneOutsideProvince
from registry.lists import service
from registry.lists.domain.files import (
    HeaderNotFound,
    ListEmpty,
    RecordsInvalid,
    TableNotText,
    WorkbookHasFormulas,
)
from registry.lists.domain.imports import (
    ImportDiffers,
    ImportNotFound,
    ImportNotStopped,
    ListMonthInFuture,
    ListMonthRequired,
    PaidSinceInvalid,
    PreviewOfNotices,
)
from registry.lists.domain.mapping import MappingInvalid, MappingNeeded, MappingSettled
from registry.lists.domain.payments import BankUnknown, CashOnly
from registry.lists.domain.questions import AnswersNeeded
from registry.lists.schemas import (
    ChoosePaymentRequest,
    ConfirmMappingRequest,
    ImportAcceptedView,
    ImportView,
    Kind,
    ListChangesView,
    MappingView,
    Outcome,
    PaymentChosenView,
    PreviewRowView,
    PreviewView,
    RowView,
    location_of,
    state_of,
)
from registry.lists.service import PaymentChoice, Submission
from registry.lists.store.results import RowFilter
from registry.persons.domain import CommuneNotYours, PersonNotFound
from registry.settings import RegistrySettings

router = APIRouter(prefix="/imports", tags=["imports"])
payments = APIRouter(prefix="/persons", tags=["payment-choice"])

Settings = Annotated[RegistrySettings, Depends(service_settings)]
MonthText = Annotated[str | None, Form(pattern=MONTH_PATTERN, examples=["2026-11"])]
_FILE = (
    *(UploadEmpty, UploadTooLarge, *REFUSALS.values()),
    *(WorkbookHasFormulas, HeaderNotFound, ListEmpty, TableNotText, RecordsInvalid),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post(
    "",
    operation_id="submit_import",
    status_code=202,
    summary="Nhập danh sách chi trả hoặc thông tin khai tử",
    responses=problems(
        *_FILE,
        *(CommuneNotFound, CommuneOutsideProvince, CommuneNotYours),
        *(ImportDiffers, ListMonthRequired, ListMonthInFuture, PaidSinceInvalid),
    ),
    dependencies=[requires("imports:write")],
)
@command
async def submit_import(
    *,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
    upload: Annotated[Upload, uploaded("Tệp .xlsx, .xls, .ods, .csv hoặc NDJSON")],
    kind: Annotated[Kind, Form()],
    commune_code: Annotated[CommuneCode, Form()],
    list_month: MonthText = None,
    paid_since: Annotated[
        MonthText, Form(description="Tháng đầu tiên đã chi đúng mức trong danh sách")
    ] = None,
) -> Answer[ImportAcceptedView]:
    """Take a file: checked at once, taken in by an operation whose progress can be followed.

    The same file for the same commune is the same import, and has no second effect.
    """
    sent = Submission(
        path=upload.path,
        sha256=upload.sha256,
        size=upload.size,
        kind=kind,
        commune_code=commune_code,
        list_month=Month.parse(list_month) if list_month else None,
        paid_since=Month.parse(paid_since) if paid_since else None,
    )
    made = await service.submit(session, sent, now=clock.now(), settings=settings)
    return await _accepted(session, made.import_id)


@router.get(
    "",
    operation_id="list_imports",
    summary="Các lần nhập của một xã, mới nhất trước",
    dependencies=[requires("registry:read")],
)
async def list_imports(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode, Query()],
) -> Page[ImportView]:
    """List a commune's imports with their counts; of another commune there are none to see."""
    found = await service.newest(
        session,
        commune_code,
        before=UUID(str(page.after[0])) if page.after else None,
        limit=page.fetch,
    )
    return page.of(found, key=lambda one: (str(one.made.import_id),), item=ImportView.of)


@payments.put(
    "/{personal_id}/payment",
    operation_id="choose_payment",
    summary="Chọn cách nhận tiền của một người",
    responses=problems(PersonNotFound, BankUnknown, CashOnly),
    dependencies=[requires("registry:write")],
)
@command
async def choose_payment(
    personal_id: Annotated[PersonalId, Path()],
    body: ChoosePaymentRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
) -> Answer[PaymentChosenView]:
    """Pass on how a person is to be paid; the account number is sealed before it is stored."""
    person, chosen = await service.choose_payment(
        session,
        personal_id,
        PaymentChoice(body.method, body.bank, body.account),
        public_key=settings.disbursement_public_key,
        now=clock.now(),
    )
    view = PaymentChosenView(
        person_id=person.person_id, method=chosen.method, bank_code=chosen.bank_code
    )
    return Answer(view, version=person.version)


@router.get(
    "/{import_id}",
    operation_id="get_import",
    summary="Kết quả một lần nhập",
    responses=problems(ImportNotFound),
    dependencies=[requires("registry:read")],
)
async def get_import(import_id: UUID, session: ReadSessionDep) -> ImportView:
    """Show an import with its counts by outcome and by finding."""
    return ImportView.of(await service.get(session, import_id))


@router.get(
    "/{import_id}/rows",
    operation_id="list_rows",
    summary="Kết quả từng dòng",
    responses=problems(ImportNotFound, MappingNeeded),
    dependencies=[requires("registry:read")],
)
async def list_rows(
    import_id: UUID,
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    outcome: Annotated[Outcome | None, Query()] = None,
    code: Annotated[str | None, Query(pattern=r"^[a-z0-9_]{1,60}$")] = None,
    has_findings: Annotated[bool | None, Query()] = None,
) -> Page[RowView]:
    """List rows in the order of the file, with findings whose values are masked."""
    rows = await service.rows(
        session,
        import_id,
        RowFilter(outcome=outcome, code=code, has_findings=has_findings),
        after=int(str(page.after[0])) if page.after else 0,
        limit=page.fetch,
    )
    await audit.record(session, "import.rows_read", "import", import_id, {"rows": len(rows)})
    return page.of(
        rows,
        key=lambda row: (int(row["row_number"]),),
        item=RowView.model_validate,
    )


@router.get(
    "/{import_id}/changes",
    operation_id="list_import_changes",
    summary="Ai mới, ai không còn, ai thay đổi so với danh sách tháng trước",
    responses=problems(ImportNotFound, ListMonthRequired),
    dependencies=[requires("registry:read")],
)
async def list_changes(import_id: UUID, session: SessionDep, clock: ClockDep) -> ListChangesView:
    """Compare the lists of the import's month with those of the month before that has any."""
    found = await service.changes(session, import_id, clock.now())
    return ListChangesView.of(import_id, found)


@router.post(
    "/{import_id}/resume",
    operation_id="resume_import",
    status_code=202,
    summary="Tiếp tục một lần nhập đã dừng",
    responses=problems(ImportNotFound, MappingNeeded, ImportNotStopped),
    dependencies=[requires("imports:write")],
)
@command
async def resume_import(import_id: UUID, session: SessionDep) -> Answer[ImportAcceptedView]:
    """Go on behind the last slice that was taken in; rows that are in stay as they are."""
    await service.resume(session, import_id)
    return await _accepted(session, import_id)


@router.get(
    "/{import_id}/mapping",
    operation_id="get_mapping",
    summary="Cột nào là trường nào: đề xuất hoặc đã xác nhận",
    responses=problems(ImportNotFound),
    dependencies=[requires("imports:write")],
)
async def get_mapping(import_id: UUID, session: ReadSessionDep, settings: Settings) -> MappingView:
    """Show the columns of the file with masked samples, a field for each, and the open questions."""
    return MappingView.of(await service.mapping(session, import_id, settings=settings))


@router.put(
    "/{import_id}/mapping",
    operation_id="confirm_mapping",
    status_code=202,
    summary="Xác nhận cột nào là trường nào và bắt đầu nhập",
    responses=problems(ImportNotFound, MappingSettled, MappingInvalid, AnswersNeeded),
    dependencies=[requires("imports:write")],
)
@command
async def confirm_mapping(
    *,
    import_id: UUID,
    body: ConfirmMappingRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
) -> Answer[ImportAcceptedView]:
    """Take columns, answers and stated values; they are remembered for the commune's layout."""
    await service.confirm_mapping(
        session, import_id, body.told(), now=clock.now(), settings=settings
    )
    return await _accepted(session, import_id)


@router.get(
    "/{import_id}/preview",
    operation_id="preview_import",
    summary="Xem trước các dòng đầu, chưa ghi nhận gì",
    responses=problems(ImportNotFound, PreviewOfNotices),
    dependencies=[requires("imports:write")],
)
async def preview_import(
    *,
    import_id: UUID,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> PreviewView:
    """Show the first rows as they would be understood, with what would become of each."""
    rows = await service.preview(
        session, import_id, limit=limit, now=clock.now(), settings=settings
    )
    return PreviewView(import_id=import_id, rows=[PreviewRowView.of(row) for row in rows])


# without a key: it keeps nothing, and the same choices may be tried again and again
@router.post(
    "/{import_id}/preview",
    operation_id="preview_choices",
    summary="Xem trước theo lựa chọn của cán bộ, chưa ghi nhận gì",
    responses=problems(ImportNotFound, PreviewOfNotices, MappingInvalid, AnswersNeeded),
    dependencies=[requires("imports:write")],
)
async def preview_choices(
    *,
    import_id: UUID,
    body: ConfirmMappingRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> PreviewView:
    """Show the first rows as the officer's own choices read them; nothing of it is kept."""
    rows = await service.preview(
        session, import_id, limit=limit, now=clock.now(), settings=settings, told=body.told()
    )
    return PreviewView(import_id=import_id, rows=[PreviewRowView.of(row) for row in rows])


@router.get(
    "/{import_id}/errors.xlsx",
    operation_id="download_errors",
    summary="Tải bảng tính các dòng cần sửa",
    response_class=FileResponse,
    responses={
        **problems(ImportNotFound, MappingNeeded),
        200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}},
    },
    dependencies=[requires("imports:write")],
)
async def download_errors(import_id: UUID, session: SessionDep, settings: Settings) -> FileResponse:
    """Give the rows that were refused or warned about, bad cells coloured and explained.

    Corrected and sent again, the workbook takes in just those rows.
    """
    place = await asyncio.to_thread(tempfile.mkdtemp, prefix="ansinh-errors-")
    file = FilePath(place) / "errors.xlsx"
    try:
        await service.write_errors(session, import_id, file, settings=settings)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return FileResponse(
        file,
        media_type=XLSX,
        filename=f"dong-can-sua-{import_id}.xlsx",
        headers={"Cache-Control": "no-store"},
        background=BackgroundTask(shutil.rmtree, place, ignore_errors=True),
    )


async def _accepted(session: AsyncSession, import_id: UUID) -> Answer[ImportAcceptedView]:
    standing = await service.get(session, import_id)
    view = ImportAcceptedView(
        import_id=import_id,
        operation_id=standing.made.operation_id,
        state=state_of(standing),
    )
    return Answer(view, location=location_of(standing))
