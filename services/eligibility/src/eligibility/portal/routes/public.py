"""Pages for citizens, without a token: procedures with papers and steps, and where a dossier stands.

Of a dossier nothing is told but its status and dates, and only to who knows its code and the last
digits of the owner's number; wrong guesses are counted per dossier.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from common.database.session import Scope
from common.web.attempts import AttemptLimits, TooManyAttempts, guarded
from common.web.auth import public
from common.web.context import context_of
from common.web.deps import ClockDep, SettingsDep
from common.web.problems import problems
from eligibility.dossiers import service as dossiers
from eligibility.dossiers.domain import DossierNotFound
from eligibility.law import service as law
from eligibility.law.domain.procedures import (
    OtherProvince,
    ProcedureUnknown,
    limit_of,
    procedure_on,
    procedures_on,
)
from eligibility.portal.schemas import (
    DossierStatusRequest,
    DossierStatusView,
    ProcedureDetailView,
    ProceduresView,
    ProcedureView,
)

router = APIRouter(prefix="/public", tags=["public"], dependencies=[public()])
OnDay = Annotated[
    date | None,
    Query(
        description="Ngày nhận hồ sơ, mặc định hôm nay", ge=date(1900, 1, 1), le=date(2200, 12, 31)
    ),
]
_SCOPE = Scope.service("eligibility-public")
_LIMITS = AttemptLimits(per_caller=100_000, per_target=5)
"""Every citizen is the same caller here; what counts are the guesses about one dossier."""


@router.get(
    "/procedures",
    operation_id="list_procedures",
    summary="Thủ tục hành chính về trợ giúp xã hội: giấy tờ, nơi giải quyết, kết quả",
)
def list_procedures(clock: ClockDep, on: OnDay = None) -> ProceduresView:
    """List the procedures in force on a day."""
    day = on or clock.today()
    found = procedures_on(law.current_law(), day)
    return ProceduresView(on=day, items=[ProcedureView.of(item) for item in found])


@router.get(
    "/procedures/{code}",
    operation_id="get_procedure",
    summary="Một thủ tục: giấy tờ, mẫu tờ khai, các bước và thời hạn",
    responses=problems(ProcedureUnknown, OtherProvince),
)
def get_procedure(
    code: str, clock: ClockDep, settings: SettingsDep, on: OnDay = None
) -> ProcedureDetailView:
    """Show a procedure with the steps of a dossier received on a day."""
    day = on or clock.today()
    current = law.current_law()
    procedure = procedure_on(current, code, day, settings.portal_unit_code)
    return ProcedureDetailView.with_steps(procedure, limit_of(current, procedure, day))


# without a key: a reading; POST keeps personal data out of the address
@router.post(
    "/dossier-status",
    operation_id="read_dossier_status",
    summary="Công dân tra cứu hồ sơ bằng mã hồ sơ và 5 số cuối của số định danh chủ hồ sơ",
    responses=problems(DossierNotFound, TooManyAttempts),
)
async def read_dossier_status(body: DossierStatusRequest, request: Request) -> DossierStatusView:
    """Tell status and dates; a wrong code and wrong digits look the same."""
    context = context_of(request)
    async with (
        context.database.transaction(_SCOPE) as session,
        guarded(session, "dossier.status", body.dossier_code, _LIMITS),
    ):
        dossier = await dossiers.get(session, body.dossier_code)
        if not (dossier.owner_number or "").endswith(body.last_digits):
            raise DossierNotFound
        return DossierStatusView.of(dossier, dossiers.procedure_of(dossier).title)
