"""The one place where figures are made: the API, the page and the workbook all ask here."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from common.database.session import AsyncSession
from common.kernel.errors import NotFound
from common.kernel.months import Month
from reporting.indicators import store
from reporting.indicators.domain.counting import CASHLESS_METHODS, MOVES_ON, assemble
from reporting.indicators.domain.figures import Figures, Scope, Standing
from reporting.indicators.domain.labels import Labels
from reporting.indicators.domain.periods import Period
from reporting.indicators.domain.sums import Sums


class CommuneNotVisible(NotFound, code="commune_not_found", title="Không tìm thấy xã, phường này"):
    """The commune does not exist, or is not the caller's to see: the two look the same."""


@cache
def labels() -> Labels:
    """Load the Vietnamese words for codes from the data file."""
    source = files("reporting.indicators").joinpath("data", "labels.vi.json")
    return Labels(json.loads(source.read_text(encoding="utf-8")))


def visible_communes(
    communes: frozenset[str] | None, commune_code: str | None
) -> tuple[str, ...] | None:
    """Give the commune asked for, or all that the caller may see; None is the whole province.

    Raises:
        CommuneNotVisible: the commune asked for is not among `communes` (None: all).
    """
    if commune_code is None:
        return None if communes is None else tuple(sorted(communes))
    if communes is not None and commune_code not in communes:
        raise CommuneNotVisible
    return (commune_code,)


async def scope_for(
    session: AsyncSession, communes: frozenset[str] | None, commune_code: str | None
) -> Scope:
    """Decide whose figures are shown, with their names; raises as `visible_communes`."""
    visible = visible_communes(communes, commune_code)
    names, province = await store.area_names(session)
    return Scope(visible, names, province)


async def read_sums(session: AsyncSession, scope: Scope, period: Period) -> Sums:
    """Read the sums of a scope and a period from the read models."""
    lines = await store.breakdowns(
        session, scope, period, cashless=CASHLESS_METHODS, moves_on=MOVES_ON
    )
    recovery_total, recoveries = await store.recoveries(session, scope, period)
    standing = Standing(
        lists=await store.lists(session, scope, period),
        recoveries=recoveries,
        recovery_total=recovery_total,
        deaths=await store.deaths(session, scope, period),
        entitlements=await store.entitlements(session, scope),
        verification=await store.verification(session, scope),
        reconciliations=await store.reconciliations(session, scope, period),
        updated_at=await store.updated_at(session),
    )
    return Sums(lines, standing)


async def figures(session: AsyncSession, scope: Scope, period: Period) -> Figures:
    """Make all figures of a scope and a period from the read models."""
    return assemble(scope, period, await read_sums(session, scope, period))


async def latest_month(session: AsyncSession, scope: Scope) -> Month | None:
    """Give the latest month that has a sealed list, None before the first."""
    return await store.latest_month(session, scope)
