"""Commands about one person: numbers, merges, life and death, moves."""

# ruff: noqa: FAST003 - `personal_id` is read by the dependency `Key`
from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Response

from common.web.attempts import TooManyAttempts
from common.web.auth import requires
from common.web.deps import ClockDep, SessionDep
from common.web.etag import etag
from common.web.idempotency import Answer, IdempotencyDep
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
from registry.persons.routes.shared import CHANGE, COMMUNE, CommandDep, Key, Settings
from registry.persons.schemas import (
    AddCard,
    DeclareMissing,
    LeaveProvince,
    Merge,
    Move,
    NumberView,
    PersonView,
    ReceivePerson,
    RecordDeath,
    Rekey,
    TakeBack,
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

router = APIRouter(prefix="/persons", tags=["Người"])
_WRITE = [requires("registry:write")]
_READ = [requires("registry:read")]


@router.post(
    "/{personal_id}/rekey",
    summary="Đổi số định danh của một người",
    response_model=PersonView,
    responses=problems(*CHANGE, PersonExists, NumberUnchanged, ChangeInFuture),
    dependencies=_WRITE,
)
async def rekey_person(command: CommandDep, body: Rekey) -> Response:
    """Replace a wrong or re-issued number, or give the first one; the old one still finds them."""
    new = NewNumber(body.personal_id, body.cause, body.reason, body.changed_on)
    act = partial(service.rekey_person, command.session, command.seen, new)
    return await command.answer(body, act)


@router.get(
    "/{personal_id}/numbers",
    summary="Các số trước đây của một người",
    responses=problems(PersonNotFound),
    dependencies=_READ,
)
async def list_numbers(key: Key, session: SessionDep) -> list[NumberView]:
    """List the numbers that a person had: former identity cards, replaced numbers."""
    return [NumberView.of(row) for row in await service.numbers_of(session, key)]


@router.post(
    "/{personal_id}/former-numbers",
    summary="Ghi thêm số CMND trước đây",
    response_model=PersonView,
    responses=problems(*CHANGE, NumberUnchanged),
    dependencies=_WRITE,
)
async def add_former_number(command: CommandDep, body: AddCard) -> Response:
    """Remember a former identity card (CMND); a person may have had several."""
    former = FormerNumber(
        "cmnd",
        body.number,
        "former",
        note=body.note,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )
    act = partial(service.add_card, command.session, command.seen, former)
    return await command.answer(body, act)


@router.post(
    "/{personal_id}/merge",
    summary="Gộp hồ sơ này vào hồ sơ khác của cùng một người",
    response_model=PersonView,
    responses=problems(*CHANGE, MergeImpossible),
    dependencies=_WRITE,
)
async def merge_person(command: CommandDep, body: Merge) -> Response:
    """Say that this record and another one are the same human; this one ceases, nothing moves."""
    staying = Staying(PersonKey.parse(body.into), body.into_version)
    act = partial(service.merge_persons, command.session, command.seen, staying, reason=body.reason)
    return await command.answer(body, act)


@router.post(
    "/{personal_id}/unmerge",
    summary="Tách lại hồ sơ đã gộp nhầm",
    response_model=PersonView,
    responses=problems(*CHANGE, MergeImpossible),
    dependencies=_WRITE,
)
async def unmerge_person(command: CommandDep, body: Merge) -> Response:
    """Undo a merge: both records stand again as they stood."""
    staying = Staying(PersonKey.parse(body.into), body.into_version)
    act = partial(
        service.unmerge_persons, command.session, command.seen, staying, reason=body.reason
    )
    return await command.answer(body, act)


@router.post(
    "/{personal_id}/death",
    summary="Ghi nhận một người đã mất",
    response_model=PersonView,
    responses=problems(*CHANGE, DeathImpossible, PersonDeceased),
    dependencies=_WRITE,
)
async def record_death(command: CommandDep, body: RecordDeath) -> Response:
    """Record a death with its date, source and notice."""
    death = Death(body.death_date, body.source, body.notice_number)
    act = partial(service.record_death, command.session, command.seen, death)
    return await command.answer(body, act)


@router.post(
    "/{personal_id}/death/take-back",
    summary="Hủy ghi nhận đã mất do nhầm lẫn",
    response_model=PersonView,
    responses=problems(*CHANGE, VitalStatusAbsent),
    dependencies=_WRITE,
)
async def take_back_death(command: CommandDep, body: TakeBack) -> Response:
    """Take back a death that was recorded by mistake."""
    act = partial(service.take_back, command.session, command.seen, "death", body.reason)
    return await command.answer(body, act)


@router.post(
    "/{personal_id}/missing",
    summary="Ghi nhận tuyên bố mất tích của Tòa án",
    response_model=PersonView,
    responses=problems(*CHANGE, DeathImpossible, PersonDeceased),
    dependencies=_WRITE,
)
async def declare_missing(command: CommandDep, body: DeclareMissing) -> Response:
    """Record that a court declared somebody missing."""
    declaration = Declaration(body.missing_since, body.decision_number)
    act = partial(service.declare_missing, command.session, command.seen, declaration)
    return await command.answer(body, act)


@router.post(
    "/{personal_id}/missing/take-back",
    summary="Hủy tuyên bố mất tích: người đã trở về",
    response_model=PersonView,
    responses=problems(*CHANGE, VitalStatusAbsent),
    dependencies=_WRITE,
)
async def take_back_missing(command: CommandDep, body: TakeBack) -> Response:
    """Record that a declaration was lifted: the person has come back."""
    act = partial(service.take_back, command.session, command.seen, "missing", body.reason)
    return await command.answer(body, act)


@router.get(
    "/{personal_id}/vital-status",
    summary="Tình trạng sống, mất, mất tích đã ghi nhận",
    responses=problems(PersonNotFound),
    dependencies=_READ,
)
async def list_vital_status(key: Key, session: SessionDep) -> list[VitalView]:
    """List what was ever recorded about a person's life, what was taken back too."""
    return [VitalView.of(row) for row in await service.vital_of(session, key)]


@router.post(
    "/{personal_id}/move",
    summary="Chuyển người của mình sang xã khác trong tỉnh",
    response_model=PersonView,
    responses=problems(*CHANGE, ChangeInFuture, *COMMUNE),
    dependencies=_WRITE,
)
async def move_person(command: CommandDep, body: Move) -> Response:
    """Record that one of the caller's people lives in another commune of the province now."""
    to = Residence(body.to_commune, body.moved_on, body.village, body.address)
    act = partial(
        service.send_person,
        command.session,
        command.seen,
        to,
        province_code=command.settings.province_code,
    )
    return await command.answer(body, act)


@router.post(
    "/{personal_id}/leave",
    summary="Ghi nhận người đã chuyển ra khỏi tỉnh",
    response_model=PersonView,
    responses=problems(*CHANGE, ChangeInFuture),
    dependencies=_WRITE,
)
async def leave_province(command: CommandDep, body: LeaveProvince) -> Response:
    """Record that a person lives outside the province from a day on."""
    act = partial(
        service.send_person,
        command.session,
        command.seen,
        Residence(None, body.moved_on),
        province_code=command.settings.province_code,
    )
    return await command.answer(body, act)


@router.post(
    "/{personal_id}/receive",
    summary="Nhận người từ xã khác chuyển đến",
    response_model=PersonView,
    responses=problems(PersonNotFound, PersonMergedAway, ChangeInFuture, TooManyAttempts, *COMMUNE),
    dependencies=_WRITE,
)
async def receive_person(
    key: Key,
    body: ReceivePerson,
    session: SessionDep,
    idempotency: IdempotencyDep,
    clock: ClockDep,
    settings: Settings,
) -> Response:
    """Record that somebody of another commune lives in the caller's now, as their papers say."""

    async def produce() -> Answer:
        person = await service.receive_person(
            session,
            key,
            Residence(body.to_commune, body.moved_on, body.village, body.address),
            Proof(body.full_name, body.birth_date),
            now=clock.now(),
            province_code=settings.province_code,
        )
        return Answer(200, PersonView.of(person), {"ETag": etag(person.version)})

    return await idempotency.run(session, body, produce)
