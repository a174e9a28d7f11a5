"""What the office sees: a list with its deliveries and results, its files, a person's payments."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from common.audit import record
from common.contracts.benefits import payee_text
from common.kernel.months import Month
from common.web.auth import Actor, ScopeMissing, requires
from common.web.commands import command
from common.web.deps import ReadSessionDep, SessionDep
from common.web.etag import etag
from common.web.paging import Page, PageParams
from common.web.problems import problems
from disbursement.accounts import service as accounts
from disbursement.directory import service as directory
from disbursement.directory.domain import PartnerUnknown
from disbursement.obligations import service as obligations
from disbursement.partners import service
from disbursement.partners.domain import (
    REASON_TEXTS,
    DeliveryNotFound,
    DeliveryNotRefused,
    FormatUnknown,
    PayeeNotFound,
    PaymentNotFound,
)
from disbursement.partners.formats import list_csv
from disbursement.partners.formats.adapter import FileNotPayable
from disbursement.partners.formats.registry import ADAPTERS
from disbursement.partners.schemas import (
    DeliveryView,
    ItemView,
    LineView,
    ListDetailView,
    PaymentView,
    PersonObligationView,
    PersonPaymentsView,
    PersonPaymentView,
    PersonRecordedView,
)
from disbursement.payroll import service as payroll
from disbursement.payroll.domain import ListNotFound
from disbursement.payroll.domain import end_to_end_id as reference_of
from disbursement.payroll.routes import SEALERS
from disbursement.payroll.schemas import ApprovalView, ListView

READ = requires("disbursement:read")
REFERENCE = "Mã đối chiếu (EndToEndId) của khoản chi"


def make_router(vault: accounts.Vault) -> APIRouter:
    """Give the office's routes; `vault` opens stored files."""
    router = APIRouter()
    router.include_router(_lists)
    router.include_router(_people)
    router.include_router(_files(vault))
    return router


_lists = APIRouter(prefix="/payment-lists", tags=["payment-lists"])
_people = APIRouter(tags=["payments"])


@_lists.get(
    "/{list_id}",
    operation_id="get_payment_list",
    summary="Xem một danh sách chi trả",
    dependencies=[READ],
    responses=problems(ListNotFound),
)
async def get_payment_list(
    list_id: UUID, session: ReadSessionDep, response: Response
) -> ListDetailView:
    """Give a list with its approval, exceptions by code, and deliveries."""
    found = await payroll.get(session, list_id)
    approval = await payroll.standing_approval(session, list_id)
    deliveries = await service.deliveries_of_list(session, list_id)
    response.headers["ETag"] = etag(found.version)
    return ListDetailView(
        **ListView.model_validate(found).model_dump(),
        approval=ApprovalView.model_validate(approval) if approval else None,
        exceptions=await payroll.exception_counts(session, list_id),
        deliveries=[DeliveryView.model_validate(delivery) for delivery in deliveries],
    )


@_lists.get(
    "/{list_id}/lines",
    operation_id="payment_list_lines",
    summary="Các dòng của danh sách, với kết quả chi trả",
    dependencies=[READ],
    responses=problems(ListNotFound),
)
async def payment_list_lines(
    list_id: UUID,
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    end_to_end_id: Annotated[str | None, Query(max_length=35, description=REFERENCE)] = None,
) -> Page[LineView]:
    """Give lines by position, each with the months that it pays and what became of it."""
    found = await payroll.get(session, list_id)
    after = int(str(page.after[0])) if page.after else None
    rows = await payroll.lines(
        session, list_id, after=after, limit=page.fetch, reference=end_to_end_id
    )
    months = await payroll.items_of(session, rows)
    outcomes = await service.outcomes_of(session, [row.line_id for row in rows])

    def show(row: payroll.Line) -> LineView:
        outcome = outcomes.get(row.line_id)
        return LineView(
            line_id=row.line_id,
            position=row.position,
            person_id=row.person_id,
            personal_id=row.personal_id,
            full_name=row.full_name,
            village=row.village,
            benefit=row.benefit,
            group=row.grp,
            method="account" if row.method == "account" else "cash",
            partner=row.partner,
            bank_code=row.bank_code,
            account_masked=row.account_masked,
            regular=row.regular,
            arrears=row.arrears,
            arrears_months=row.arrears_months,
            carried=row.carried,
            total=row.total,
            months=[ItemView.model_validate(item) for item in months[row.line_id]],
            state=outcome.state if outcome else found.state,
            failure_reason=outcome.reason if outcome else None,
            settled_on=outcome.settled_on if outcome else None,
            end_to_end_id=reference_of(row.line_id, row.attempt),
        )

    return page.of(rows, key=lambda row: (row.position,), item=show)


@_lists.post(
    "/{list_id}/deliveries/{partner}/release",
    operation_id="release_delivery",
    summary="Gửi lại một tệp bị từ chối (cùng mã, cùng nội dung)",
    responses=problems(DeliveryNotFound, DeliveryNotRefused),
)
@command
async def release_delivery(
    list_id: UUID,
    partner: str,
    session: SessionDep,
    _actor: Annotated[Actor, requires("lists:approve")],
) -> DeliveryView:
    """After the cause of a refusal was removed at the partner: the same file goes again."""
    released = await service.release(session, list_id, partner)
    return DeliveryView.model_validate(released)


def _files(vault: accounts.Vault) -> APIRouter:
    router = APIRouter(prefix="/payment-lists", tags=["payment-lists"])

    @router.post(
        "/{list_id}/deliveries/{partner}/renew",
        operation_id="renew_delivery",
        summary="Lập lại tệp bị từ chối (mã tệp mới, các dòng giữ nguyên)",
        responses=problems(DeliveryNotFound, DeliveryNotRefused, PartnerUnknown, FileNotPayable),
    )
    @command
    async def renew_delivery(
        list_id: UUID,
        partner: str,
        session: SessionDep,
        _actor: Annotated[Actor, requires("lists:approve")],
    ) -> DeliveryView:
        """Write a refused file anew, as the partner is known today; no line changes."""
        await service.renew(session, vault, list_id, partner)
        renewed = await service.file_of(session, vault, list_id, partner)
        return DeliveryView.model_validate(renewed.delivery)

    @router.get(
        "/{list_id}/file",
        operation_id="payment_list_file",
        summary="Tải danh sách, hoặc tệp gửi cho một đơn vị chi trả",
        response_class=Response,
        responses=problems(ListNotFound, DeliveryNotFound, PartnerUnknown, FormatUnknown),
    )
    async def payment_list_file(
        list_id: UUID,
        session: SessionDep,
        actor: Annotated[Actor, READ],
        partner: Annotated[str | None, Query(max_length=40)] = None,
        format: Annotated[str | None, Query(max_length=40)] = None,  # noqa: A002 - the public name
    ) -> Response:
        """Give the office's CSV, or the very bytes that a partner gets (audited: accounts)."""
        found = await payroll.get(session, list_id)
        if partner is None:
            if format not in {None, "csv"}:
                raise FormatUnknown
            content = await _office_file(session, list_id)
            name = f"danh-sach-{found.commune_code}-{found.month}.csv"
            return _download(content, list_csv.MEDIA_TYPE, name)
        await directory.partner(session, partner)
        if not actor.scopes & SEALERS:
            raise ScopeMissing(required_scopes=sorted(SEALERS))
        item = await service.file_of(session, vault, list_id, partner, format)
        await record(
            session, "partner_file.read", "delivery", item.delivery.delivery_id,
            {"partner": partner},
        )  # fmt: skip
        adapter = ADAPTERS[item.delivery.format]
        name = f"{item.delivery.reference}.{adapter.extension}"
        return _download(item.content, adapter.media_type, name)

    return router


async def _office_file(session: SessionDep, list_id: UUID) -> bytes:
    rows = [
        (
            line.position,
            line.full_name,
            line.personal_id or line.former_number or "",
            line.birth_date.strftime("%d/%m/%Y") if line.birth_date else "",
            line.village or "",
            payee_text(line.benefit),
            line.grp,
            "Tài khoản" if line.method == "account" else "Tiền mặt",
            line.partner,
            line.regular,
            line.arrears,
            line.arrears_months,
            line.carried,
            line.total,
        )
        for line in await payroll.lines(session, list_id)
    ]
    return list_csv.render(rows).encode()


def _download(content: bytes, media_type: str, name: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@_people.get(
    "/persons/{person_id}/payments",
    operation_id="payments_of_person",
    summary="Mọi khoản của một người",
    dependencies=[READ],
    responses=problems(PayeeNotFound),
)
async def payments_of_person(person_id: UUID, session: ReadSessionDep) -> PersonPaymentsView:
    """Give what is owed, what was recorded as paid, and what was paid."""
    payee = await accounts.payee(session, person_id)
    if payee is None:
        raise PayeeNotFound
    owed, recorded = await obligations.of_person(session, person_id)
    payments = [
        PersonPaymentView(
            **{**dict(row), "month": Month.of(row["month"])},
            reason_text=REASON_TEXTS.get(row["reason"] or ""),
        )
        for row in await service.payments_of_person(session, person_id)
    ]
    return PersonPaymentsView(
        person_id=person_id,
        method=payee.method,
        partner=payee.partner,
        obligations=[PersonObligationView.model_validate(item) for item in owed],
        recorded=[PersonRecordedView.model_validate(item) for item in recorded],
        payments=payments,
    )


@_people.get(
    "/payments/{end_to_end_id}",
    operation_id="payment_by_reference",
    summary="Tìm một khoản chi theo mã đối chiếu",
    dependencies=[READ],
    responses=problems(PaymentNotFound),
)
async def payment_by_reference(
    end_to_end_id: Annotated[str, Path(max_length=35)], session: ReadSessionDep
) -> PaymentView:
    """Follow one payment by its reference, from the list to the last word of the partner."""
    return PaymentView.model_validate(await service.payment_of_reference(session, end_to_end_id))
