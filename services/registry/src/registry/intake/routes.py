"""Routes of imports."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Path, Query, Response, UploadFile

from common import audit
from common.contracts.fields import CommuneCode
from common.kernel.months import Month
from common.web.auth import requires
from common.web.deps import ClockDep, ReadSessionDep, SessionDep, service_settings
from common.web.etag import etag
from common.web.idempotency import Answer, IdempotencyDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from common.web.uploads import UploadEmpty, UploadTooLarge, receive
from registry.areas.domain import CommuneNotFound, CommuneOutsideProvince
from registry.intake import service
from registry.intake.domain.files import (
    HeaderNotFound,
    ListEmpty,
    TableNotText,
    WorkbookDamaged,
    WorkbookEncrypted,
    WorkbookHasFormulas,
    WorkbookNotXlsx,
    WorkbookTooLarge,
    WorkbookTooManyRows,
)
from registry.intake.domain.imports import (
    ImportDiffers,
    ImportNotFound,
    ListMonthInFuture,
    ListMonthRequired,
    PaidSinceInvalid,
)
from registry.intake.domain.payments import BankUnknown, CashOnly
from registry.intake.schemas import (
    ChoosePayment,
    ImportAccepted,
    ImportView,
    Kind,
    Outcome,
    PaymentChosenView,
    RowView,
    location_of,
    state_of,
)
from registry.intake.service import PaymentChoice, Submission
from registry.intake.store.results import RowFilter
from registry.persons.domain import CommuneNotYours, PersonNotFound
from registry.settings import RegistrySettings

router = APIRouter(prefix="/imports", tags=["Nhập danh sách"])
payments = APIRouter(prefix="/persons", tags=["Cách nhận tiền"])

Settings = Annotated[RegistrySettings, Depends(service_settings)]
MonthText = Annotated[str | None, Form(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-11"])]
_FILE = (
    *(UploadEmpty, UploadTooLarge, WorkbookNotXlsx, WorkbookEncrypted, WorkbookDamaged),
    *(WorkbookTooLarge, WorkbookTooManyRows, WorkbookHasFormulas, HeaderNotFound, ListEmpty),
    TableNotText,
)


@router.post(
    "",
    status_code=202,
    summary="Nhập danh sách chi trả (.xlsx) hoặc thông tin khai tử (.csv)",
    response_model=ImportAccepted,
    responses=problems(
        *_FILE,
        *(CommuneNotFound, CommuneOutsideProvince, CommuneNotYours),
        *(ImportDiffers, ListMonthRequired, ListMonthInFuture, PaidSinceInvalid),
    ),
    dependencies=[requires("imports:write")],
)
async def submit_import(
    *,
    session: SessionDep,
    idempotency: IdempotencyDep,
    clock: ClockDep,
    settings: Settings,
    file: Annotated[UploadFile, File(description="Tệp .xlsx (danh sách) hoặc .csv (khai tử)")],
    kind: Annotated[Kind, Form()],
    commune_code: Annotated[CommuneCode, Form()],
    list_month: MonthText = None,
    paid_since: Annotated[
        MonthText, Form(description="Tháng đầu tiên đã chi đúng mức trong danh sách")
    ] = None,
) -> Response:
    """Take a file: checked at once, taken in by an operation whose progress can be followed.

    The same file for the same commune is the same import, and has no second effect.
    """
    async with receive(file) as upload:
        sent = Submission(
            path=upload.path,
            sha256=upload.sha256,
            size=upload.size,
            kind=kind,
            commune_code=commune_code,
            list_month=Month.parse(list_month) if list_month else None,
            paid_since=Month.parse(paid_since) if paid_since else None,
        )

        async def produce() -> Answer:
            made = await service.submit(session, sent, now=clock.now(), settings=settings)
            standing = await service.get(session, made.import_id)
            return Answer(
                202,
                ImportAccepted(
                    import_id=made.import_id,
                    operation_id=standing.made.operation_id,
                    state=state_of(standing),
                ),
                {"Location": location_of(standing)},
            )

        body = {
            "sha256": sent.sha256,
            "kind": kind,
            "commune_code": commune_code,
            "list_month": list_month,
            "paid_since": paid_since,
        }
        return await idempotency.run(session, body, produce)


@payments.put(
    "/{personal_id}/payment",
    summary="Chọn cách nhận tiền của một người",
    response_model=PaymentChosenView,
    responses=problems(PersonNotFound, BankUnknown, CashOnly),
    dependencies=[requires("registry:write")],
)
async def choose_payment(
    personal_id: Annotated[str, Path(pattern=r"^\d{12}$", examples=["003151000017"])],
    body: ChoosePayment,
    session: SessionDep,
    idempotency: IdempotencyDep,
    clock: ClockDep,
    settings: Settings,
) -> Response:
    """Pass on how a person is to be paid; the account number is sealed before it is stored."""

    async def produce() -> Answer:
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
        return Answer(200, view, {"ETag": etag(person.version)})

    return await idempotency.run(session, body, produce)


@router.get(
    "/{import_id}",
    summary="Kết quả một lần nhập",
    responses=problems(ImportNotFound),
    dependencies=[requires("registry:read")],
)
async def get_import(import_id: UUID, session: ReadSessionDep) -> ImportView:
    """Show an import with its counts by outcome and by finding."""
    return ImportView.of(await service.get(session, import_id))


@router.get(
    "/{import_id}/rows",
    summary="Kết quả từng dòng",
    responses=problems(ImportNotFound),
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
