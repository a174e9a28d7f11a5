"""A session of the council, recorded from its minutes (Mẫu 05): presence, opinions, conclusions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.database.ids import new_id
from common.database.rows import insert_many
from common.kernel.errors import NotFound
from registry.disability import gateway, store
from registry.disability.domain import (
    Case,
    CaseNotFound,
    Conclusion,
    Opinion,
    check_session,
    conclude,
    heard,
)
from registry.disability.service.certificates import Signature, sign
from registry.disability.service.council import check_days, recorded
from registry.disability.tables import DisabilityOpinion, DisabilitySession

if TYPE_CHECKING:
    from common.database.session import AsyncSession


class SessionNotFound(
    NotFound, code="council_session_not_found", title="Không tìm thấy phiên họp này"
):
    """No such session, or not in a commune of the caller."""


@dataclass(frozen=True, slots=True)
class CaseHearing:
    """One case of a session with every member's opinion."""

    case_id: UUID
    opinions: Sequence[Opinion]


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What the minutes say."""

    commune_code: str
    held_on: date
    minutes_number: str
    present: Sequence[UUID]
    hearings: Sequence[CaseHearing]
    certificates_signed_on: date | None = None
    """The day on which the certificates of all concluded cases were signed, when it was."""


async def hold_session(
    session: AsyncSession, record: SessionRecord, *, now: datetime
) -> tuple[UUID, list[tuple[Case, Conclusion]]]:
    """Record a session; gives its id and what became of each case.

    Where the minutes come with signed certificates, each concluded degree is established as the
    person's circumstance in the same transaction.

    Raises:
        NotAMember, ChairAbsent, QuorumMissing: the session could not decide.
        OpinionsIncomplete: not one opinion of each member present.
        CaseNotFound: a case is not of this commune, or not the caller's.
        StepNotAllowed: a case does not wait for the council.
        DayImpossible: the session lies ahead.
    """
    check_days(now.date(), held_on=record.held_on)
    rules = gateway.rules_on(record.held_on)
    members = await store.members(session, record.commune_code)
    chair = check_session(members, record.present, record.held_on, rules.quorum)
    council_size = sum(1 for one in members if one.sits_on(record.held_on))
    minutes = recorded(session, now) | {"chair": chair.appointment_id, "council_size": council_size}
    session_id = await _write(session, record, minutes)
    cases = await store.cases(session, [one.case_id for one in record.hearings])
    decided: list[tuple[Case, Conclusion]] = []
    for hearing in record.hearings:
        case = cases.get(hearing.case_id)
        if case is None or case.commune_code != record.commune_code:
            raise CaseNotFound
        conclusion = conclude(hearing.opinions, record.present, chair.appointment_id)
        after = heard(case, conclusion, record.held_on, session_id)
        await insert_many(
            session,
            DisabilityOpinion,
            hearing.opinions,
            session_id=session_id,
            case_id=case.case_id,
            commune_code=case.commune_code,
        )
        await store.update_case(session, after, recorded(session, now))
        if after.state == "concluded" and record.certificates_signed_on is not None:
            signature = Signature(record.certificates_signed_on)
            after, _ = await sign(session, after, signature, now=now)
        decided.append((after, conclusion))
    await audit.record(
        session,
        "council_session.held",
        "council_session",
        session_id,
        {"cases": len(decided), "present": len(set(record.present))},
    )
    return session_id, decided


async def _write(session: AsyncSession, record: SessionRecord, minutes: Mapping[str, Any]) -> UUID:
    session_id = new_id()
    values = {
        "session_id": session_id,
        "commune_code": record.commune_code,
        "held_on": record.held_on,
        "minutes_number": record.minutes_number,
        "present": sorted(set(record.present)),
    }
    await insert_many(session, DisabilitySession, [values], **minutes)
    return session_id


async def read_session(
    session: AsyncSession, session_id: UUID
) -> tuple[DisabilitySession, list[dict[str, Any]]]:
    """Read a session and its opinions; audited.

    Raises:
        SessionNotFound: no such session in the caller's communes.
    """
    row = await session.get(DisabilitySession, session_id)
    if row is None:
        raise SessionNotFound
    await audit.record(session, "council_session.read", "council_session", session_id)
    return row, await store.opinions_of_session(session, session_id)
