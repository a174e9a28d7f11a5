"""Take proposals, and let an officer register, attach or refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.contracts.eligibility import RegistrationProposed
from common.kernel.names import title_case
from registry.persons import service as persons
from registry.persons.domain import Person, PersonKey
from registry.persons.service import NewNumber, People, PersonFilter, Seen
from registry.registrations import store
from registry.registrations.domain import (
    Proposal,
    RegistrationClosed,
    RegistrationNotFound,
    identity_of,
)
from registry.verification import service as verification
from registry.verification.service import Wanted

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_ALIKE_MAX = 20
_REASON = "Xác minh chủ hồ sơ mới đăng ký"


@dataclass(frozen=True, slots=True)
class Known:
    """The registered person whom an officer recognises, at the version they looked at."""

    key: PersonKey
    version: int
    note: str


async def take(
    session: AsyncSession, proposals: Sequence[RegistrationProposed], now: datetime
) -> None:
    """Write down proposals; who is known by their number already needs no officer."""
    people = People(session, now=now, recorded_by="registrations")
    await people.load(
        personal_ids=[p.identity.personal_id for p in proposals if p.identity.personal_id]
    )
    await store.insert(session, [_row(p, people.find(_key(p)), now) for p in proposals])


def _key(proposed: RegistrationProposed) -> tuple[str, ...]:
    return (proposed.identity.personal_id or "",)


def _row(proposed: RegistrationProposed, known: Person | None, now: datetime) -> dict[str, Any]:
    identity = proposed.identity.model_dump()
    return {
        **identity,
        "full_name": title_case(proposed.identity.full_name),
        "proposal_id": proposed.proposal_id,
        "dossier_code": proposed.dossier_code,
        "commune_code": proposed.commune_code,
        "received_on": proposed.received_on,
        "state": "open" if known is None else "known",
        "person_id": None if known is None else known.person_id,
        "opened_at": now,
        "closed_at": None if known is None else now,
    }


async def page(
    session: AsyncSession,
    *,
    commune_code: str | None,
    state: str,
    after: UUID | None,
    limit: int,
) -> list[Proposal]:
    """Give a page of proposals, oldest first; audited."""
    found = await store.page(
        session, commune_code=commune_code, state=state, after=after, limit=limit
    )
    await audit.record(
        session, "registrations.listed", "commune", commune_code or "many", {"rows": len(found)}
    )
    return found


async def read(session: AsyncSession, proposal_id: UUID) -> tuple[Proposal, list[Person]]:
    """Give a proposal, and people of its commune with the same name and birth year; audited.

    Raises:
        RegistrationNotFound: not there for the caller.
    """
    proposal = await store.one(session, proposal_id)
    if proposal is None:
        raise RegistrationNotFound
    await audit.record(session, "registration.read", "dossier", proposal.dossier_code)
    wanted = PersonFilter(
        name=proposal.full_name,
        match="exact",
        birth_year=None if proposal.birth_date is None else proposal.birth_date.year,
    )
    alike = await persons.search(session, proposal.commune_code, wanted, limit=_ALIKE_MAX)
    return proposal, [person for person, _ in alike]


async def confirm(
    session: AsyncSession,
    proposal_id: UUID,
    changed: Mapping[str, Any],
    *,
    now: datetime,
    province_code: str,
) -> Person:
    """Register the owner of the dossier, and check them against the population database.

    Raises:
        RegistrationNotFound, RegistrationClosed: there is nothing to confirm.
        RegistrationIncomplete: something that every person needs is not known.
        PersonExists, PersonNumberMissing, BirthInFuture: as `register_person`.
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the commune cannot be.
    """
    proposal = await _open(session, proposal_id)
    person = await persons.register_person(
        session, identity_of(proposal, changed), now=now, province_code=province_code
    )
    await _close(session, proposal, "registered", person.person_id, None, now)
    wanted = Wanted(
        person.identity.commune_code,
        _REASON,
        (person.identity.personal_id or str(person.person_id),),
    )
    await verification.start(session, wanted, province_code=province_code)
    return person


async def attach(
    session: AsyncSession, proposal_id: UUID, known: Known, *, now: datetime
) -> Person:
    """Recognise somebody who is registered without the number that the dossier names.

    They get that number, by which the dossier finds them.

    Raises:
        RegistrationNotFound, RegistrationClosed: there is nothing to attach.
        PersonNotFound, PersonExists, PreconditionFailed, PersonMergedAway, NumberUnchanged: as
            `rekey_person`.
    """
    proposal = await _open(session, proposal_id)
    if proposal.personal_id is None:
        raise RegistrationClosed("Hồ sơ không nêu số định danh, không thể ghép bằng số.")
    number = NewNumber(proposal.personal_id, "first", known.note)
    person = await persons.rekey_person(session, Seen(known.key, known.version, now), number)
    await _close(session, proposal, "known", person.person_id, known.note, now)
    return person


async def reject(
    session: AsyncSession, proposal_id: UUID, reason: str, *, now: datetime
) -> Proposal:
    """Refuse a proposal with the reason; the dossier is refused where it is worked on.

    Raises:
        RegistrationNotFound, RegistrationClosed: there is nothing to refuse.
    """
    proposal = await _open(session, proposal_id)
    await _close(session, proposal, "rejected", None, reason, now)
    return replace(proposal, state="rejected", note=reason, closed_at=now)


async def close_known(session: AsyncSession, people: Mapping[str, UUID], now: datetime) -> None:
    """Close what waited for people who were registered another way: a list, another officer."""
    if people and await store.any_open(session, people):
        await store.close_of_numbers(session, people, now=now, by="registrations")


async def _open(session: AsyncSession, proposal_id: UUID) -> Proposal:
    found = await store.one(session, proposal_id, lock=True)
    if found is None:
        raise RegistrationNotFound
    if found.state != "open":
        raise RegistrationClosed(state=found.state)
    return found


async def _close(
    session: AsyncSession,
    proposal: Proposal,
    state: str,
    person_id: UUID | None,
    note: str | None,
    now: datetime,
) -> None:
    values = {
        "state": state,
        "person_id": person_id,
        "now": now,
        "by": session.info["scope"].actor,
        "note": note,
    }
    await store.close(session, proposal.proposal_id, values)
    await audit.record(session, f"registration.{state}", "dossier", proposal.dossier_code, {})
