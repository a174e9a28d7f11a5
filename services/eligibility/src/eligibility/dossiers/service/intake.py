"""Take dossiers in, from any channel: route them to the owner's commune, ask for what is missing.

Căn cứ: khoản 3 Điều 16, Điều 17, khoản 5 Điều 19, khoản 2 Điều 20 Nghị định 118/2025/NĐ-CP. An owner
whom the registry does not know is no reason to refuse: the dossier is taken, its clock runs from the
receipt, and what the message says of them goes to the registry as a proposal to register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from common import audit
from common.areas import province_of_commune
from common.contracts.eligibility import ProposedIdentity, RegistrationProposed
from common.database.ids import new_id
from common.database.rows import whole_province
from common.database.session import AsyncSession
from common.events.emit import emit
from common.kernel import personal_id as numbers
from common.runtime.clock import VN_TZ
from eligibility.dossiers import store
from eligibility.dossiers.domain import (
    Channel,
    Dossier,
    DossierDiffers,
    DossierStatus,
    Letter,
    Owner,
    OwnerIncomplete,
    ReceiptImplausible,
    Submitter,
)
from eligibility.dossiers.service.steps import SYSTEM, get, move, tell
from eligibility.facts import service as facts
from eligibility.facts.domain import Person
from eligibility.law import service as law
from eligibility.law.domain.clocks import ask_at_intake
from eligibility.law.domain.procedures import OtherProvince, Procedure

_CLOCK_SKEW = timedelta(minutes=10)
_OLDEST_RECEIPT = timedelta(days=366)
"""A receipt further back is a typing error: nobody hands a dossier over a year later."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What was handed in, read out of the portal's message or written down at a counter."""

    dossier_code: str
    procedure_code: str
    owner: Owner
    received_at: datetime
    papers: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """Groups of the decree that the form has ticked; never stored as such."""
    declared_pension_income: int | None = None
    submitter: Submitter | None = None
    channel: Channel = "portal"
    claim: Mapping[str, Any] = field(default_factory=dict)
    update: bool = False
    """A later message about the same dossier (isUpdating)."""
    withdrawn: bool = False
    removed_papers: tuple[str, ...] = ()


async def receive(
    session: AsyncSession,
    filing: Filing,
    message: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Dossier:
    """Take in a dossier; the same message again gives the same dossier.

    The day of receipt selects procedure, papers and deadline. Missing papers are asked for at once
    (status 5). An owner whom nobody knows is proposed to the registry.

    Raises:
        ProcedureUnknown: not a procedure of this system on that day; the known ones are named.
        OtherProvince: the procedure, or the owner's commune, is another province's.
        ReceiptImplausible: received in the future, or more than a year ago.
        OwnerIncomplete: neither a number nor a commune to send it to.
        DossierDiffers: the code came before with another content, and not as a supplement.
    """
    check_receipt(filing.received_at, now)
    received_on = filing.received_at.astimezone(VN_TZ).date()
    settings = session.info["settings"]
    procedure = law.procedure(filing.procedure_code, received_on, settings.portal_unit_code)
    seals = store.MessageSeals.of(settings)
    async with whole_province(session):
        person = await _person(session, filing.owner)
        dossier = _new(filing, procedure, person, settings.province_code)
        if not await store.insert(session, dossier, now):
            known = await get(session, filing.dossier_code)
            if await store.came_before(session, known.dossier_code, seals.digest(message)):
                return known
            raise DossierDiffers
        await store.keep_message(
            session, code=dossier.dossier_code, commune_code=dossier.commune_code,
            message=message, seals=seals, now=now,
        )  # fmt: skip
        await tell(session, dossier, actor=actor, note=_CAME_BY[filing.channel], now=now)
        if person is None:
            await _propose_registration(session, dossier, filing.owner)
        return await ask_for_missing(session, dossier, procedure, now)


_CAME_BY: Mapping[Channel, str] = {
    "portal": "Cổng dịch vụ công gửi hồ sơ",
    "counter": "Nộp tại bộ phận một cửa",
    "post": "Nộp qua bưu chính",
    "mobile": "Nộp tại phiên tiếp nhận lưu động",
    "home": "Tiếp nhận tại nhà",
}


def check_receipt(received_at: datetime, now: datetime) -> None:
    """Refuse a time of receipt that cannot be one.

    Raises:
        ReceiptImplausible: later than now, or more than a year ago.
    """
    if received_at > now + _CLOCK_SKEW:
        raise ReceiptImplausible("Thời điểm tiếp nhận ở tương lai.", rule="future")
    if received_at < now - _OLDEST_RECEIPT:
        raise ReceiptImplausible("Thời điểm tiếp nhận cách đây hơn một năm.", rule="too_old")


async def _person(session: AsyncSession, owner: Owner) -> Person | None:
    if owner.personal_id is None:
        return None
    return await facts.find_by_personal_id(session, owner.personal_id)


def _new(
    filing: Filing, procedure: Procedure, person: Person | None, province_code: str
) -> Dossier:
    received_on = filing.received_at.astimezone(VN_TZ).date()
    gives = procedure.asked(filing.papers, filing.groups) if procedure.benefits else ()
    return Dossier(
        dossier_code=filing.dossier_code,
        commune_code=_commune(filing, person, province_code),
        procedure_code=procedure.code,
        benefit=(gives or procedure.one_off)[0],
        person_id=None if person is None else person.person_id,
        status=DossierStatus.NEW,
        received_at=filing.received_at,
        due_on=law.deadline(procedure, received_on),
        declared_pension_income=filing.declared_pension_income,
        papers=procedure.told(filing.papers),
        version=1,
        counted_from=received_on,
        owner_number=filing.owner.personal_id or filing.owner.former_number,
        owner_name=filing.owner.full_name,
        submitter=filing.submitter,
        channel=filing.channel,
        asked=gives or procedure.one_off,
        claim=filing.claim,
    )


def _commune(filing: Filing, person: Person | None, province_code: str) -> str:
    """Give the commune that works on the dossier: where the owner lives, whoever took it in."""
    if person is not None:
        return person.commune_code
    if filing.owner.personal_id is None and filing.owner.former_number is None:
        raise OwnerIncomplete(
            "Cần số định danh hoặc số CMND của chủ hồ sơ.", fields=["personal_id"]
        )
    commune = filing.owner.commune_code or _named_in(filing.dossier_code)
    if commune is None:
        raise OwnerIncomplete("Cần mã xã nơi cư trú của chủ hồ sơ.", fields=["commune_code"])
    province = province_of_commune(commune)
    if province != province_code:
        raise OtherProvince(
            "Chủ hồ sơ cư trú ngoài tỉnh này." if province else "Không có xã mang mã này.",
            province_code=province,
        )
    return commune


def _named_in(code: str) -> str | None:
    """Give the commune that stands in a dossier code (H36.25000-261112-0001), if one does."""
    unit = code.split("-", 1)[0].rsplit(".", 1)[-1]
    return unit if len(unit) == _COMMUNE_DIGITS and unit.isdigit() else None


_COMMUNE_DIGITS = 5


async def ask_for_missing(
    session: AsyncSession, dossier: Dossier, procedure: Procedure, now: datetime
) -> Dossier:
    """Ask at once for every paper that must be handed in and was not; else leave it as it is."""
    missing = procedure.missing(dossier.papers)
    if not missing:
        return dossier
    clock = ask_at_intake(law.current_law(), dossier.clock, now.astimezone(VN_TZ).date())
    reason = "Thiếu: " + "; ".join(paper.title for paper in missing)
    codes = tuple(dict.fromkeys(paper.choice or paper.code for paper in missing))
    letter = Letter("supplement_request", dossier.due_on, None, reason, codes, SYSTEM, now)
    await store.add_letter(session, dossier, letter)
    return await move(
        session,
        dossier.with_clock(clock),
        DossierStatus.PAPERS_ASKED,
        actor=SYSTEM,
        note=reason,
        now=now,
    )


async def _propose_registration(session: AsyncSession, dossier: Dossier, owner: Owner) -> None:
    """Tell the registry who filed, so that an officer can confirm and register them."""
    proposal_id = new_id()
    data = RegistrationProposed(
        proposal_id=proposal_id,
        dossier_code=dossier.dossier_code,
        commune_code=dossier.commune_code,
        identity=proposed_identity(owner),
        received_on=dossier.received_on,
    )
    await emit(session, data, aggregate_id=proposal_id, version=1)
    await audit.record(session, "registration.proposed", "dossier", dossier.dossier_code, {})


def proposed_identity(owner: Owner) -> ProposedIdentity:
    """Give what is known of an owner; the number states sex and birth year where nobody else does."""
    number = owner.personal_id
    birth, precision, sex = owner.birth_date, owner.birth_precision, owner.sex
    if number is not None and birth is None:
        birth, precision = date(numbers.birth_year_of(number), 1, 1), "year"
    if number is not None and sex is None:
        sex = numbers.sex_of(number)
    return ProposedIdentity(
        personal_id=number,
        former_number=owner.former_number,
        full_name=owner.full_name,
        birth_date=birth,
        birth_precision=precision,
        sex=sex,
        village=owner.village,
        address=owner.address,
    )


@dataclass(frozen=True, slots=True)
class RegisteredOwner:
    """Someone whom the registry told about, by the number that they have now."""

    number: str
    """The 12 digits, or the CMND where there are none."""
    person_id: UUID
    commune_code: str


async def join_owners(
    session: AsyncSession, owners: Mapping[str, RegisteredOwner], now: datetime
) -> int:
    """Join dossiers that waited for their owners to be registered; gives how many.

    The dossier goes to the commune where the registry knows the owner to live.
    """
    waiting = await store.of_unregistered(session, owners.keys())
    for dossier in waiting:
        owner = owners[str(dossier.owner_number)]
        moved = owner.commune_code != dossier.commune_code
        if moved:
            await store.reroute(session, dossier.dossier_code, owner.commune_code)
        joined = replace(
            dossier,
            person_id=owner.person_id,
            commune_code=owner.commune_code,
            version=dossier.version + 1,
        )
        await store.save(session, joined, now)
        note = "Chủ hồ sơ đã được đăng ký"
        if moved:
            note += f"; chuyển hồ sơ về xã {owner.commune_code}"
        await tell(session, joined, actor=SYSTEM, note=note, now=now)
    return len(waiting)
