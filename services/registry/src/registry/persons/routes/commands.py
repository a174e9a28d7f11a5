"""Commands about one person: numbers, merges, life and death, moves."""

# ruff: noqa: FAST003 - `personal_id` is read by the dependency `Key`
from __future__ import annotations

from fastapi import APIRouter

from common.web.attempts import TooManyAttempts
from common.web.auth import requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, SessionDep
from common.web.problems import problems
from registry.persons import service
from registry.persons.domain import (
    ChangeInFuture,
    DeathImpossible,
    FormerNumber,
    MergeImpossible,
    NumberUnchanged,
    PersonDeceased,
    PersonExists,
    PersonKey,
    PersonMergedAway,
    PersonNotFound,
    VitalStatusAbsent,
)
from registry.persons.routes.shared import CHANGE, COMMUNE, Key, PersonChangeDep, Settings, changed
from registry.persons.schemas import (
    AddFormerNumberRequest,
    DeclareMissingRequest,
    LeaveProvinceRequest,
    MergePersonRequest,
    MovePersonRequest,
    NumberView,
    PersonView,
    ReceivePersonRequest,
    RecordDeathRequest,
    RekeyPersonRequest,
    TakeBackStatusRequest,
    VitalView,
)
from registry.persons.service import (
    Death,
    Declaration,
    NewNumber,
    Proof,
    Residence,
    Staying,
)

router = APIRouter(prefix="/persons", tags=["persons"])
_WRITE = [requires("registry:write")]
_READ = [requires("registry:read")]


@router.post(
    "/{personal_id}/rekey",
    operation_id="rekey_person",
    summary="Đổi số định danh của một người",
    responses=problems(*CHANGE, PersonExists, NumberUnchanged, ChangeInFuture),
    dependencies=_WRITE,
)
@command
async def rekey_person(change: PersonChangeDep, body: RekeyPersonRequest) -> Answer[PersonView]:
    """Replace a wrong or re-issued number, or give the first one; the old one still finds them."""
    new = NewNumber(body.personal_id, body.cause, body.reason, body.changed_on)
    person = await service.rekey_person(change.session, change.seen, new)
    return changed(person)


@router.get(
    "/{personal_id}/numbers",
    operation_id="list_numbers",
    summary="Các số trước đây của một người",
    responses=problems(PersonNotFound),
    dependencies=_READ,
)
async def list_numbers(key: Key, session: SessionDep) -> list[NumberView]:
    """List the numbers that a person had: former identity cards, replaced numbers."""
    return [NumberView.of(row) for row in await service.numbers_of(session, key)]


@router.post(
    "/{personal_id}/former-numbers",
    operation_id="add_former_number",
    summary="Ghi thêm số CMND trước đây",
    responses=problems(*CHANGE, NumberUnchanged),
    dependencies=_WRITE,
)
@command
async def add_former_number(
    change: PersonChangeDep, body: AddFormerNumberRequest
) -> Answer[PersonView]:
    """Remember a former identity card (CMND); a person may have had several."""
    former = FormerNumber(
        "cmnd",
        body.number,
        "former",
        note=body.note,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )
    person = await service.add_card(change.session, change.seen, former)
    return changed(person)


@router.post(
    "/{personal_id}/merge",
    operation_id="merge_person",
    summary="Gộp hồ sơ này vào hồ sơ khác của cùng một người",
    responses=problems(*CHANGE, MergeImpossible),
    dependencies=_WRITE,
)
@command
async def merge_person(change: PersonChangeDep, body: MergePersonRequest) -> Answer[PersonView]:
    """Say that this record and another one are the same human; this one ceases, nothing moves."""
    staying = Staying(PersonKey.parse(body.into), body.into_version)
    person = await service.merge_persons(change.session, change.seen, staying, reason=body.reason)
    return changed(person)


@router.post(
    "/{personal_id}/unmerge",
    operation_id="unmerge_person",
    summary="Tách lại hồ sơ đã gộp nhầm",
    responses=problems(*CHANGE, MergeImpossible),
    dependencies=_WRITE,
)
@command
async def unmerge_person(change: PersonChangeDep, body: MergePersonRequest) -> Answer[PersonView]:
    """Undo a merge: both records stand again as they stood."""
    staying = Staying(PersonKey.parse(body.into), body.into_version)
    person = await service.unmerge_persons(change.session, change.seen, staying, reason=body.reason)
    return changed(person)


@router.post(
    "/{personal_id}/death",
    operation_id="record_death",
    summary="Ghi nhận một người đã mất",
    responses=problems(*CHANGE, DeathImpossible, PersonDeceased),
    dependencies=_WRITE,
)
@command
async def record_death(change: PersonChangeDep, body: RecordDeathRequest) -> Answer[PersonView]:
    """Record a death with its date, source and notice."""
    death = Death(body.death_date, body.source, body.notice_number)
    person = await service.record_death(change.session, change.seen, death)
    return changed(person)


@router.post(
    "/{personal_id}/death/take-back",
    operation_id="take_back_death",
    summary="Hủy ghi nhận đã mất do nhầm lẫn",
    responses=problems(*CHANGE, VitalStatusAbsent),
    dependencies=_WRITE,
)
@command
async def take_back_death(
    change: PersonChangeDep, body: TakeBackStatusRequest
) -> Answer[PersonView]:
    """Take back a death that was recorded by mistake."""
    person = await service.take_back(change.session, change.seen, "death", body.reason)
    return changed(person)


@router.post(
    "/{personal_id}/missing",
    operation_id="declare_missing",
    summary="Ghi nhận tuyên bố mất tích của Tòa án",
    responses=problems(*CHANGE, DeathImpossible, PersonDeceased),
    dependencies=_WRITE,
)
@command
async def declare_missing(
    change: PersonChangeDep, body: DeclareMissingRequest
) -> Answer[PersonView]:
    """Record that a court declared somebody missing."""
    declaration = Declaration(body.missing_since, body.decision_number)
    person = await service.declare_missing(change.session, change.seen, declaration)
    return changed(person)


@router.post(
    "/{personal_id}/missing/take-back",
    operation_id="take_back_missing",
    summary="Hủy tuyên bố mất tích: người đã trở về",
    responses=problems(*CHANGE, VitalStatusAbsent),
    dependencies=_WRITE,
)
@command
async def take_back_missing(
    change: PersonChangeDep, body: TakeBackStatusRequest
) -> Answer[PersonView]:
    """Record that a declaration was lifted: the person has come back."""
    person = await service.take_back(change.session, change.seen, "missing", body.reason)
    return changed(person)


@router.get(
    "/{personal_id}/vital-status",
    operation_id="list_vital_status",
    summary="Tình trạng sống, mất, mất tích đã ghi nhận",
    responses=problems(PersonNotFound),
    dependencies=_READ,
)
async def list_vital_status(key: Key, session: SessionDep) -> list[VitalView]:
    """List what was ever recorded about a person's life, what was taken back too."""
    return [VitalView.of(row) for row in await service.vital_of(session, key)]


@router.post(
    "/{personal_id}/move",
    operation_id="move_person",
    summary="Chuyển người của mình sang xã khác trong tỉnh",
    responses=problems(*CHANGE, ChangeInFuture, *COMMUNE),
    dependencies=_WRITE,
)
@command
async def move_person(change: PersonChangeDep, body: MovePersonRequest) -> Answer[PersonView]:
    """Record that one of the caller's people lives in another commune of the province now."""
    to = Residence(body.to_commune, body.moved_on, body.village, body.address)
    person = await service.send_person(
        change.session,
        change.seen,
        to,
        province_code=change.settings.province_code,
    )
    return changed(person)


@router.post(
    "/{personal_id}/leave",
    operation_id="leave_province",
    summary="Ghi nhận người đã chuyển ra khỏi tỉnh",
    responses=problems(*CHANGE, ChangeInFuture),
    dependencies=_WRITE,
)
@command
async def leave_province(change: PersonChangeDep, body: LeaveProvinceRequest) -> Answer[PersonView]:
    """Record that a person lives outside the province from a day on."""
    person = await service.send_person(
        change.session,
        change.seen,
        Residence(None, body.moved_on),
        province_code=change.settings.province_code,
    )
    return changed(person)


@router.post(
    "/{personal_id}/receive",
    operation_id="receive_person",
    summary="Nhận người từ xã khác chuyển đến",
    responses=problems(PersonNotFound, PersonMergedAway, ChangeInFuture, TooManyAttempts, *COMMUNE),
    dependencies=_WRITE,
)
@command
async def receive_person(
    key: Key,
    body: ReceivePersonRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
) -> Answer[PersonView]:
    """Record that somebody of another commune lives in the caller's now, as their papers say."""
    person = await service.receive_person(
        session,
        key,
        Residence(body.to_commune, body.moved_on, body.village, body.address),
        Proof(body.full_name, body.birth_date),
        now=clock.now(),
        province_code=settings.province_code,
    )
    return changed(person)
