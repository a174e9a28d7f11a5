"""HTTP of `law`: evaluate one person, read the dated numbers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from common.web.auth import Actor, requires, without_personal_data
from common.web.deps import ClockDep, SettingsDep
from common.web.problems import problems
from eligibility.law import service
from eligibility.law.domain.impossible import FactsImpossible, FactUnknown
from eligibility.law.domain.law import LawPeriodUnsupported
from eligibility.law.schemas import EvaluationRequest, EvaluationView, ParametersView, ParameterView

router = APIRouter(tags=["law"])

READ = requires("eligibility:read")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
SEALED = "eligibility:sealed"
"""Who holds this scope may read which group stands behind the neutral code."""


# without a key: a calculation; nothing is stored
@router.post(
    "/evaluations",
    operation_id="evaluate",
    summary="Tính mức hưởng theo pháp luật của từng tháng, kèm lý do",
    responses=problems(LawPeriodUnsupported, FactsImpossible, FactUnknown),
    dependencies=[without_personal_data()],
)
async def evaluate(
    body: EvaluationRequest, actor: Annotated[Actor, READ], settings: SettingsDep
) -> EvaluationView:
    """Compute what the law owes; nothing is stored, so no Idempotency-Key is needed."""
    first, last = body.period
    code = str(getattr(settings, "neutral_group_code", ""))
    reader = service.outside(code) if SEALED not in actor.scopes else service.inside(code)
    service.check_names(body.facts.unknown_names, tuple(type(body.facts).model_fields))
    facts = body.facts.values(body.signed_on, settings.province_code)
    service.check(facts, first, last, body.pointers)
    return EvaluationView.of(await service.evaluate_together(facts, first, last, reader=reader))


@router.get(
    "/law/parameters",
    operation_id="list_law_parameters",
    summary="Các con số và quy tắc của pháp luật tại một ngày, kèm căn cứ và độ tin cậy",
    dependencies=[READ, without_personal_data()],
    responses=problems(LawPeriodUnsupported),
)
def list_parameters(
    clock: ClockDep,
    on: Annotated[
        date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="Ngày, mặc định hôm nay")
    ] = None,
) -> ParametersView:
    """List every parameter that counts on a day."""
    day = on or clock.today()
    return ParametersView(
        on=day,
        parameters=[ParameterView.of(*item) for item in service.parameters_on(day)],
        unconfirmed_holiday_years=service.unconfirmed_years(),
    )
