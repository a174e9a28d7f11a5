"""The members of councils: appointed, trained, dismissed, each with its day."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.database.ids import new_id
from common.database.rows import insert_many
from common.kernel.errors import FieldError, InvalidInput, NotFound
from registry.disability import store
from registry.disability.domain import Member
from registry.disability.tables import DisabilityCouncilMember
from registry.persons.domain import CommuneNotYours

if TYPE_CHECKING:
    from common.database.session import AsyncSession


class AppointmentNotFound(
    NotFound, code="council_appointment_not_found", title="Không tìm thấy thành viên Hội đồng này"
):
    """No such appointment, or not in a commune of the caller."""


class DayImpossible(InvalidInput, code="disability_day_impossible", title="Ngày không hợp lệ"):
    """A day lies ahead, or before the day that it has to follow; `errors` names it."""


def check_days(today: date, **days: date | None) -> None:
    """Refuse days that have not come yet; the names are those of the body's fields.

    Raises:
        DayImpossible: at least one lies ahead.
    """
    ahead = [
        FieldError(f"/{name}", "in_future", "Ngày này chưa đến.", {"in": "body"})
        for name, day in days.items()
        if day is not None and day > today
    ]
    if ahead:
        raise DayImpossible(errors=ahead)


async def appoint(session: AsyncSession, member: Member, *, now: datetime) -> Member:
    """Record an appointment to the council of a commune.

    Raises:
        CommuneNotYours: the commune is not the caller's.
    """
    communes = session.info["scope"].communes
    if communes is not None and member.commune_code not in communes:
        raise CommuneNotYours
    made = replace(member, appointment_id=new_id())
    await insert_many(session, DisabilityCouncilMember, [made], **recorded(session, now))
    await audit.record(
        session,
        "council_member.appointed",
        "council_member",
        made.appointment_id,
        {"role": made.role, "commune_code": made.commune_code},
    )
    return made


async def change_appointment(
    session: AsyncSession,
    appointment_id: UUID,
    *,
    ended_on: date | None = None,
    trained_on: date | None = None,
) -> Member:
    """Note that an appointment ends on a day, or that the member was trained.

    Raises:
        AppointmentNotFound: no such appointment in the caller's communes.
        DayImpossible: it would end before it began.
    """
    known = await session.get(DisabilityCouncilMember, appointment_id, with_for_update=True)
    if known is None:
        raise AppointmentNotFound
    if ended_on is not None and ended_on <= known.appointed_on:
        message = "Ngày thôi nhiệm phải sau ngày bổ nhiệm."
        error = FieldError("/ended_on", "before_appointment", message, {"in": "body"})
        raise DayImpossible(errors=[error])
    known.ended_on = ended_on or known.ended_on
    known.trained_on = trained_on or known.trained_on
    await session.flush()
    action = "council_member.dismissed" if ended_on else "council_member.trained"
    await audit.record(session, action, "council_member", appointment_id)
    return Member(**{each.name: getattr(known, each.name) for each in fields(Member)})


async def members(session: AsyncSession, commune_code: str, on: date | None = None) -> list[Member]:
    """Read a commune's appointments; with a day, those who sit on it."""
    found = await store.members(session, commune_code)
    return [one for one in found if on is None or one.sits_on(on)]


def recorded(session: AsyncSession, now: datetime) -> dict[str, Any]:
    """Give when and by whom a row is written."""
    return {"recorded_at": now, "recorded_by": session.info["scope"].actor}
