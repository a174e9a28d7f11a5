"""The lists that exist, their rows and their files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from common.web.auth import Actor, requires, without_personal_data
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.problems import problems
from reporting.indicators.domain.periods import Period, PeriodNotOpen, PeriodReversed
from reporting.indicators.routes import period_if_asked
from reporting.indicators.schemas.queries import CommuneQuery
from reporting.indicators.service import CommuneNotVisible, scope_for
from reporting.lists import service
from reporting.lists.domain import ListAsked, ListNotForPosting, columns_of
from reporting.lists.schemas import (
    DayQuery,
    ListColumnView,
    ListCountsView,
    ListCountView,
    ListFormat,
    ListKindView,
    ListView,
    PostedQuery,
    VillageQuery,
    YearQuery,
)
from reporting.selections.domain import SelectionUnknown
from reporting.selections.service import as_of, counts, selection_of

router = APIRouter(tags=["lists"])
READ = requires("reporting:lists")
_REFUSALS = (
    SelectionUnknown, CommuneNotVisible, PeriodNotOpen, PeriodReversed, ListNotForPosting,
)  # fmt: skip


def list_asked(
    list_code: str,
    clock: ClockDep,
    period: Annotated[Period | None, Depends(period_if_asked)],
    day: DayQuery = None,
    year: YearQuery = None,
    village: VillageQuery = None,
    *,
    posted: PostedQuery = False,
) -> ListAsked:
    """Read which list is asked for, and as of when."""
    selection = selection_of(list_code)
    when = as_of(
        clock.today(),
        day=day,
        year=year,
        first=period.first if period else None,
        last=period.last if period else None,
        next_year=selection.next_year,
    )
    return ListAsked(selection, when, village, posted)


AskedDep = Annotated[ListAsked, Depends(list_asked)]


@router.get(
    "/lists",
    operation_id="list_list_kinds",
    summary="Các danh sách có thể lập",
    dependencies=[READ],
)
async def list_list_kinds() -> list[ListKindView]:
    """Describe every list: who is on it, as of when, on what basis."""
    return [ListKindView.of(selection) for selection in service.list_kinds()]


@router.get(
    "/lists/{list_code}",  # noqa: FAST003 - `list_asked` reads the code
    operation_id="get_list",
    summary="Các dòng của một danh sách",
    responses=problems(*_REFUSALS),
)
async def get_list(
    actor: Annotated[Actor, READ],
    session: SessionDep,
    asked: AskedDep,
    commune_code: CommuneQuery = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> ListView:
    """Give rows in the order of village and name; reading is recorded."""
    scope = await scope_for(session, actor.communes, commune_code)
    rows = await service.read_rows(
        session, scope, asked, file_format="json", limit=limit + 1, offset=offset
    )
    return ListView(
        code=asked.selection.code,
        title=asked.selection.title,
        place=scope.words(),
        day=asked.when.day,
        year=asked.when.year,
        from_month=asked.when.first,
        to_month=asked.when.last,
        columns=tuple(
            ListColumnView(key=one.key, heading=one.heading, kind=one.kind)
            for one in columns_of(asked)
        ),
        rows=rows[:limit],
        next_offset=offset + limit if len(rows) > limit else None,
    )


@router.get(
    "/lists/{list_code}/file",  # noqa: FAST003 - as above
    operation_id="get_list_file",
    summary="Tệp của một danh sách: .xlsx, .docx, .pdf hoặc .csv",
    response_class=Response,
    responses={
        200: {"content": {one: {} for one in service.FILE_TYPES.values()}},
        **problems(*_REFUSALS),
    },
)
async def get_list_file(
    actor: Annotated[Actor, READ],
    session: SessionDep,
    asked: AskedDep,
    commune_code: CommuneQuery = None,
    format: Annotated[ListFormat, Query(examples=["xlsx"])] = "xlsx",  # noqa: A002 - the public name
) -> Response:
    """Write the whole list for printing or for a spreadsheet; reading is recorded."""
    scope = await scope_for(session, actor.communes, commune_code)
    content = await service.write_list(session, scope, asked, format)
    name = f"{asked.selection.code}_{commune_code or 'tat-ca'}_{asked.when.day}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=service.FILE_TYPES[format], headers=headers)


@router.get(
    "/lists/{list_code}/counts",  # noqa: FAST003 - as above
    operation_id="get_list_counts",
    summary="Số liệu của một danh sách, theo xã, phường",
    responses=problems(*_REFUSALS),
    dependencies=[without_personal_data()],
)
async def get_list_counts(
    actor: Annotated[Actor, requires("reporting:read")],
    session: ReadSessionDep,
    asked: AskedDep,
    commune_code: CommuneQuery = None,
) -> ListCountsView:
    """Count the same selection that the list prints; the definition says who counts."""
    scope = await scope_for(session, actor.communes, commune_code)
    selection = asked.selection
    found = await counts(session, selection.code, scope.communes, asked.when, village=asked.village)
    return ListCountsView(
        code=selection.code,
        title=selection.title,
        definition=selection.definition,
        unit=selection.unit,
        day=asked.when.day,
        counts=tuple(
            ListCountView(
                commune_code=commune,
                place=scope.words() if commune is None else scope.name_of(commune),
                **asdict(count),
            )
            for commune, count in found.items()
        ),
    )
