"""Turn events into rows of the read models; repeats and late versions change nothing."""

from __future__ import annotations

from common.database.session import AsyncSession
from reporting.projections import store
from reporting.projections.service.dossiers_and_grants import (
    project_dossiers,
    project_group_counts,
    project_one_offs,
    sealed_boxes,
)
from reporting.projections.service.payments import (
    project_entitlements,
    project_lines,
    project_lists,
    project_reconciliations,
    project_recoveries,
    project_results,
    project_withdrawn_recoveries,
)
from reporting.projections.service.people import project_areas, project_households, project_persons

__all__ = [
    "clear",
    "lists_not_as_announced",
    "project_areas",
    "project_dossiers",
    "project_entitlements",
    "project_group_counts",
    "project_households",
    "project_lines",
    "project_lists",
    "project_one_offs",
    "project_persons",
    "project_reconciliations",
    "project_recoveries",
    "project_results",
    "project_withdrawn_recoveries",
    "results_of_other_amounts",
    "results_without_line",
    "sealed_boxes",
]


async def clear(session: AsyncSession) -> None:
    """Empty every read model before a replay from the start of the streams."""
    await store.clear(session)


async def lists_not_as_announced(session: AsyncSession) -> list[str]:
    """Find sealed lists whose lines or sum differ from what their head announces."""
    return await store.ids(session, store.LISTS_NOT_AS_ANNOUNCED)


async def results_without_line(session: AsyncSession) -> list[str]:
    """Find results of lines that no list has."""
    return await store.ids(session, store.RESULTS_WITHOUT_LINE)


async def results_of_other_amounts(session: AsyncSession) -> list[str]:
    """Find lines that were paid another amount than listed."""
    return await store.ids(session, store.RESULTS_OF_OTHER_AMOUNTS)
