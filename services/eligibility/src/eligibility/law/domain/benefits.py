"""The benefits of a regime, composed of the provisions of its decrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from common.contracts.benefits import CATALOGUE
from eligibility.law.domain.common_conditions import (
    Regime,
    alive,
    not_detained,
    not_imprisoned,
    not_missing,
    started,
    started_with_certificate,
)
from eligibility.law.domain.conditions import Benefit, Condition, Provision

FACILITY = "facility_allowance"
DISABILITY = "disability_allowance"
SOCIAL = "social_allowance"
PENSION = "social_pension"
LOCAL = "local_allowance"
SINGLE_PARENT = "single_parent_allowance"
DISABLED_PARENT = "disabled_parent_support"
CARE = "care_support"

ORDER = CATALOGUE.order
"""Of equal amounts the benefit named first is paid."""

APART = CATALOGUE.paid("apart")
"""Benefits that are paid beside any other."""

FIRST = CATALOGUE.paid("first")
"""Benefits that come before every other, whatever the amount."""

BESIDE_SINGLE_PARENT = CATALOGUE.groups_beside(SINGLE_PARENT)
"""Groups whose allowance is paid beside that of the poor single parent (5.4)."""

TITLES = {code: item.title for code, item in CATALOGUE.benefits.items()}


def is_beside_single_parent(provision: Provision) -> bool:
    """Tell whether a provision is of a group that is paid beside 5.4."""
    return provision.group.startswith(BESIDE_SINGLE_PARENT)


def not_stopped(regime: Regime) -> tuple[Condition, ...]:
    """Give what ends or suspends a monthly allowance of the decree."""
    stop = regime.articles["stop_reasons"]
    found = (
        alive("allowance", regime.articles["stop"]),
        not_missing(stop),
        not_imprisoned(stop),
    )
    if regime.rules["detention"] == "suspends":
        return (*found, not_detained(regime.articles["suspend"]))
    return found


def signed(regime: Regime) -> Condition:
    """Give the condition that the decision was signed by the row's month."""
    return started("allowance", regime.articles["start"], regime.articles["authority"])


def allowance(
    regime: Regime, code: str, provisions: Sequence[Provision], *, start: bool = True
) -> Benefit:
    """Give a monthly allowance of the decree, its highest coefficient first.

    Args:
        regime: rules and articles.
        code: the benefit.
        provisions: ways into it.
        start: the start month is the month signed for every way; else the ways say it themselves.
    """
    ranked = sorted(
        provisions, key=lambda item: (-item.coefficient, not is_beside_single_parent(item))
    )
    return Benefit(
        code=code,
        group=provisions[0].group,
        title=TITLES[code],
        common=(*not_stopped(regime), *((signed(regime),) if start else ())),
        provisions=tuple(ranked),
        level="standard_amount",
        standard_article=regime.articles["standard"],
    )


def disability_allowance(regime: Regime, provisions: Sequence[Provision]) -> Benefit:
    """Give group 5.6; until 30/6/2025 it starts with the certificate, not with the signature."""
    found = allowance(regime, DISABILITY, provisions, start=False)
    if regime.rules["start_month_5.6"] == "month_of_certificate":
        start = started_with_certificate(regime.articles["start_5.6"], regime)
    else:
        start = signed(regime)
    return replace(found, common=(*found.common, start))


def with_start(provision: Provision, condition: Condition) -> Provision:
    """Give a provision that also asks when it starts."""
    return replace(provision, conditions=(*provision.conditions, condition))


def care_support(regime: Regime, provisions: Sequence[Provision]) -> Benefit:
    """Give the support for who cares: it ends with the life or right of the person cared for."""
    ranked = sorted(provisions, key=lambda item: -item.coefficient)
    stop = regime.articles["stop_reasons"]
    return Benefit(
        code=CARE,
        group="C",
        title=TITLES[CARE],
        common=(alive("allowance", regime.articles["stop"]), not_missing(stop), signed(regime)),
        provisions=tuple(ranked),
        level="standard_amount",
        standard_article=regime.articles["care_1"],
        payee="carer",
    )


def local_allowance(regime: Regime) -> Benefit:
    """Give the allowance of a group that the province added; its amount comes from the province."""
    article = regime.articles["local"]
    member = Condition(
        "local_group",
        "Thuộc nhóm đối tượng do Hội đồng nhân dân tỉnh quy định",
        article,
        pl.col("_local_amount") > 0,
        lambda row: str(row.get("local_group") or "không"),
        hangs_on=("local",),
    )
    provision = Provision("local", TITLES[LOCAL], article, (member,), 100, "local")
    return allowance(regime, LOCAL, (provision,))
