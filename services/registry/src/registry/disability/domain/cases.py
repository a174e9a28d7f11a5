"""A case: from the application to the certificate, by way of the council or the medical council.

Căn cứ: Luật Người khuyết tật Điều 15 đến 19; Thông tư 01/2019/TT-BLĐTBXH.

    received -> concluded -> certified            by the council
             -> unresolved -> referred -> concluded   by the medical assessment council
    concluded | certified -> referred              disputed or doubted
    received -> closed                             no disability
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from common.kernel.errors import Conflict, NotFound
from registry.disability.domain.assessment import Rules, from_loss
from registry.disability.domain.council import Conclusion, Degree

State = Literal["received", "concluded", "unresolved", "referred", "certified", "closed"]
Request = Literal["first", "reassessment", "change_of_condition"]
Ground = Literal["unresolved", "disputed", "doubted"]
"""Điều 15 khoản 2: no conclusion; the person disagrees; evidence that it is not right."""

OPEN: Final = ("received", "concluded", "unresolved", "referred")
_FROM: Final[dict[Ground, tuple[State, ...]]] = {
    "unresolved": ("unresolved",),
    "disputed": ("concluded", "certified", "closed"),
    "doubted": ("concluded", "certified", "closed"),
}


class CaseNotFound(
    NotFound,
    code="disability_case_not_found",
    title="Không tìm thấy hồ sơ xác định mức độ khuyết tật",
):
    """No such case, or not in a commune of the caller."""


class CaseOpen(
    Conflict,
    code="disability_case_open",
    title="Người này đang có hồ sơ xác định mức độ khuyết tật chưa xong",
):
    """The person has a case that is not finished."""


class StepNotAllowed(Conflict, code="disability_step_not_allowed", title="Hồ sơ chưa ở bước này"):
    """The case does not stand where this step begins."""


class GroundMissing(
    Conflict,
    code="disability_referral_ground",
    title="Chuyển giám định y khoa cần đúng một trong ba căn cứ của Điều 15",
):
    """A referral needs one of the three grounds of the law, and it must be true of the case."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case file as it stands."""

    case_id: UUID
    person_id: UUID
    commune_code: str
    request: Request
    received_on: date
    due_on: date
    state: State = "received"
    degree: Degree | None = None
    kinds: tuple[str, ...] = ()
    concluded_on: date | None = None
    concluded_by: Literal["council", "medical"] | None = None
    session_id: UUID | None = None
    version: int = 1


def heard(case: Case, conclusion: Conclusion, day: date, session_id: UUID) -> Case:
    """Give the case after a session.

    Raises:
        StepNotAllowed: it does not wait for the council.
    """
    if case.state != "received":
        raise StepNotAllowed
    after = replace(case, session_id=session_id, version=case.version + 1)
    if conclusion.finding is None or conclusion.finding == "refer":
        return replace(after, state="unresolved")
    done = replace(after, concluded_on=day, concluded_by="council")
    if conclusion.finding == "none":
        return replace(done, state="closed")
    return replace(done, state="concluded", degree=conclusion.finding, kinds=conclusion.kinds)


def referred(case: Case, ground: Ground) -> Case:
    """Give the case on its way to the medical assessment council.

    Raises:
        GroundMissing: the ground is not true of the case.
    """
    if case.state not in _FROM[ground]:
        raise GroundMissing
    return replace(case, state="referred", version=case.version + 1)


def assessed(case: Case, loss: Decimal, kinds: tuple[str, ...], day: date, rules: Rules) -> Case:
    """Give the case with the result of the medical assessment council.

    Raises:
        StepNotAllowed: it was not referred.
    """
    if case.state != "referred":
        raise StepNotAllowed
    return replace(
        case,
        state="concluded",
        degree=from_loss(loss, rules),
        kinds=kinds,
        concluded_on=day,
        concluded_by="medical",
        version=case.version + 1,
    )


def certified(case: Case, signed_on: date) -> Case:
    """Give the case with its certificate signed.

    Raises:
        StepNotAllowed: nothing is concluded, or later than the signature.
    """
    if case.state != "concluded" or case.concluded_on is None or signed_on < case.concluded_on:
        raise StepNotAllowed
    return replace(case, state="certified", version=case.version + 1)


def certificate_number(commune_code: str, year: int, sequence: int) -> str:
    """Give the number of a certificate: running number, year, commune."""
    return f"{sequence:05d}/{year}/{commune_code}"
