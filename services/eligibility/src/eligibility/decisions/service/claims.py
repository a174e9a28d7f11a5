"""What a one-off benefit is judged by: the claim of the dossier, completed from what is known.

Căn cứ: Điều 11, khoản 2 Điều 18 Nghị định 335/2026/NĐ-CP, khoản 3 Điều 31 Nghị định 335/2026/NĐ-CP; Điều
5 Nghị định 176/2025/NĐ-CP; Điều 11 Nghị định 20/2021/NĐ-CP. A funeral is paid to whoever bore its costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.contracts.eligibility import OneOffPayee
from common.database.rows import whole_province
from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.decisions import store
from eligibility.decisions.domain import FactsMissing
from eligibility.dossiers import service as dossiers
from eligibility.dossiers.domain import Dossier
from eligibility.facts import service as facts
from eligibility.facts.domain import Person
from eligibility.law import service as law

_ALLOWANCES = (
    "social_allowance",
    "disability_allowance",
    "single_parent_allowance",
    "facility_allowance",
)
"""Monthly allowances whose recipients' funerals are supported (khoản 1 Điều 11)."""
_FUNERAL = ("single_parent_child", "other_support", "level_choice")
_CREMATION = ("cremated", "permanent_residence")
_PROTECTION = (
    "started_on",
    "ended_on",
    "needs_protection",
    "taken_in",
    "treatment_cost",
    "transport_cost",
)
_DAYS = frozenset({"started_on", "ended_on"})


@dataclass(frozen=True)
class Claim:
    """One benefit, what it is judged by, about whom it is, and who is paid."""

    benefit: str
    values: Mapping[str, Any]
    person_id: UUID
    payee: OneOffPayee


async def claims_of(session: AsyncSession, dossier: Dossier) -> list[Claim]:
    """Give the claims of a dossier of a one-off procedure.

    Raises:
        FactsMissing: who died, or when, is not known in the registry.
    """
    offered = dossiers.procedure_of(dossier).one_off
    if "emergency_protection" in offered:
        return [_protection(session, dossier)]
    person = await _deceased(session, dossier)
    found = [await _funeral(session, dossier, person)]
    if dossier.claim.get("cremated") and "cremation" in offered:
        values = {
            "province_code": session.info["settings"].province_code,
            "death_date": person.death_date,
            **_given(dossier, _CREMATION),
        }
        found.append(Claim("cremation", values, person.person_id, payee_of(dossier)))
    return found


def payee_of(dossier: Dossier) -> OneOffPayee:
    """Give who is paid: the owner of the dossier, or the organisation that they name."""
    organisation = dossier.claim.get("organisation")
    return OneOffPayee(
        person_id=None if organisation else dossier.person_id,
        full_name=dossier.owner_name,
        personal_id=dossier.owner_number if len(dossier.owner_number or "") == _DIGITS else None,
        organisation=organisation,
    )


_DIGITS = 12


def _given(dossier: Dossier, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in _DAYS and isinstance(value, str) else value
        for name in names
        if (value := dossier.claim.get(name)) is not None
    }


def _protection(session: AsyncSession, dossier: Dossier) -> Claim:
    if dossier.person_id is None or dossier.claim.get("started_on") is None:
        raise _missing("started_on", "Ngày bắt đầu chăm sóc, nuôi dưỡng")
    values = _given(dossier, _PROTECTION)
    del session
    return Claim("emergency_protection", values, dossier.person_id, payee_of(dossier))


async def _deceased(session: AsyncSession, dossier: Dossier) -> Person:
    number = dossier.claim.get("deceased_number")
    if number is None:
        raise _missing("deceased_number", "Số định danh của người chết")
    async with whole_province(session):
        person = await facts.find_by_personal_id(session, str(number))
    if person is None:
        raise _missing("deceased", "Người chết chưa có trong hệ thống đăng ký")
    if person.death_date is None:
        raise _missing(
            "death_date", "Việc chết chưa được ghi nhận (giấy báo tử, trích lục khai tử)"
        )
    return person


def _missing(code: str, text: str) -> FactsMissing:
    article = "Điều 11 Nghị định 335/2026/NĐ-CP"
    return FactsMissing(missing=[{"code": code, "text": text, "article": article}])


async def _funeral(session: AsyncSession, dossier: Dossier, person: Person) -> Claim:
    died = person.death_date or dossier.received_on
    known = await facts.month_facts(session, person.person_id, died)
    had = await facts.had_in(session, person.person_id, Month.of(died))
    receives = _receives(had)
    values = {
        "death_date": died,
        "birth_date": person.birth_date,
        "birth_precision": person.birth_precision,
        "province_code": known["province_code"],
        "former_province_code": known.get("former_province_code"),
        "setting": known.get("setting"),
        "receives": receives,
        "applied_for": "none"
        if receives != "none"
        else await _applied_for(session, person.person_id, died, known),
        "survivor_allowance": known.get("survivor_allowance"),
        "other_allowance": known.get("other_allowance"),
        "poverty_class": known.get("poverty_class"),
        "emergency_support": await store.granted_amount(session, person.person_id, "emergency"),
        **_given(dossier, _FUNERAL),
    }
    return Claim("funeral", values, person.person_id, payee_of(dossier))


def _receives(had: Mapping[str, int]) -> str:
    if any(benefit in had for benefit in _ALLOWANCES):
        return "allowance"
    return "social_pension" if "social_pension" in had else "none"


async def _applied_for(
    session: AsyncSession, person_id: UUID, died: date, known: Mapping[str, Any]
) -> str:
    """Give what the dead had applied for, was eligible to, and was not decided yet."""
    benefits = await dossiers.undecided_benefits(session, person_id, died)
    if not benefits:
        return "none"
    month = Month.of(died)
    declared = [amount for amount in benefits.values() if amount is not None]
    alive = {**known, "death_date": None, "request": "written", "signed_on": died}
    if alive["pension_income"] is None and declared:
        alive["pension_income"] = max(declared)
    (row,) = law.person_rows(alive, month, month)
    eligible = [benefit for benefit in benefits if row.get(f"{benefit}.eligible")]
    if any(benefit in _ALLOWANCES for benefit in eligible):
        return "allowance"
    return "social_pension" if "social_pension" in eligible else "none"
