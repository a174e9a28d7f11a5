"""Who may act for a person, and who may receive their money: by which paper, and for how long.

Thuật ngữ: người giám hộ, người chăm sóc, người được ủy quyền nhận thay. Căn cứ: Bộ luật Dân sự 2015
Điều 46-48 (giám hộ), Điều 562-569 (ủy quyền); law.md P033: no pay-out to another person without a
valid, dated authorisation on file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from common.kernel.errors import Conflict, FieldError, InvalidInput, NotFound

Cause = Literal["death", "merge"]
Kind = Literal["guardian", "carer", "authorised_recipient"]
PaperKind = Literal["authorisation", "guardianship", "court_decision", "commune_decision", "other"]
"""Giấy ủy quyền; quyết định công nhận giám hộ; quyết định của Tòa án; của UBND xã; giấy tờ khác."""

_GUARDIANS_MAX = 2
"""One guardian, or father and mother, or grandfather and grandmother together (BLDS Điều 47)."""


class RepresentationNotFound(
    NotFound, code="representation_not_found", title="Không tìm thấy việc đại diện này"
):
    """The person has no such representation, or is not the caller's to see."""


class RepresentationInvalid(
    InvalidInput, code="representation_invalid", title="Thông tin đại diện chưa hợp lệ"
):
    """The appointment cannot be; each wrong field is pointed at."""


class RecipientExists(
    Conflict,
    code="recipient_exists",
    title="Trong thời gian này đã có người được ủy quyền nhận thay; cần chấm dứt trước",
):
    """Somebody else is authorised to receive in that time: revoke first."""


class GuardiansTooMany(
    Conflict, code="guardians_too_many", title="Trong thời gian này đã có đủ người giám hộ"
):
    """A person has one guardian, or two who are a couple."""


class RepresentationRepeated(
    Conflict,
    code="representation_repeated",
    title="Người này đang giữ vai trò đó trong thời gian đã ghi",
):
    """The same person holds the same appointment in that time."""


class RepresentationEnded(
    Conflict,
    code="representation_ended",
    title="Việc đại diện này đã hết hiệu lực hoặc đã chấm dứt",
):
    """It ended before the day on which it should be revoked."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What an appointment rests on."""

    kind: PaperKind
    number: str | None
    issued_on: date
    issuer: str


@dataclass(frozen=True, slots=True)
class Representative:
    """Who acts: `person_id` is None for somebody outside the registry, who is known by name."""

    name: str
    person_id: UUID | None = None
    number: str | None = None
    relation: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Representation:
    """One appointment; `valid_to` is the first day on which it no longer holds."""

    row_id: UUID
    representation_id: UUID
    person_id: UUID
    commune_code: str
    kind: Kind
    representative: Representative
    may_receive_money: bool
    paper: Paper
    valid_from: date
    valid_to: date | None
    revoked_on: date | None = None
    revoked_reason: str | None = None
    cause: Cause | None = None
    """It stands so since a death, or a merge of records; None: as somebody stated it."""
    cause_person: UUID | None = None
    """Who died, or the record that ceased."""

    def ended(self, row_id: UUID, day: date, reason: str) -> Representation:
        """Give the row that takes its place when it is revoked."""
        return replace(self, row_id=row_id, valid_to=day, revoked_on=day, revoked_reason=reason)

    def on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def overlaps(self, start: date, end: date | None) -> bool:
        """Whether it holds on any day of a period."""
        return (
            self.valid_to is None or (start < self.valid_to and self.valid_from < self.valid_to)
        ) and (end is None or self.valid_from < end)

    @property
    def holder(self) -> tuple[str, ...]:
        """Who holds it, comparable: by id, by number, else by name."""
        who = self.representative
        if who.person_id is not None:
            return ("person", str(who.person_id))
        return ("number", who.number) if who.number else ("name", who.name.lower())


def check_new(fresh: Representation, present: Sequence[Representation]) -> None:
    """Refuse an appointment that contradicts another one of the same person.

    Raises:
        RepresentationRepeated, RecipientExists, GuardiansTooMany: what it contradicts.
    """
    same = [
        row
        for row in present
        if row.kind == fresh.kind and row.overlaps(fresh.valid_from, fresh.valid_to)
    ]
    if any(row.holder == fresh.holder for row in same):
        raise RepresentationRepeated
    if fresh.kind == "authorised_recipient" and same:
        raise RecipientExists
    if fresh.kind == "guardian" and len(same) >= _GUARDIANS_MAX:
        raise GuardiansTooMany


def wrong_dates(
    kind: Kind, paper_date: date, period: tuple[date, date | None], today: date
) -> list[FieldError]:
    """Give what is wrong with the dates of an appointment."""
    start, end = period
    wrong: list[FieldError] = []
    if paper_date > today:
        wrong.append(FieldError("/paper_date", "paper_in_future", "Giấy tờ ghi ngày chưa đến."))
    if start < paper_date:
        message = "Không thể có hiệu lực trước ngày của giấy tờ."
        wrong.append(FieldError("/valid_from", "before_paper", message))
    if end is not None and end <= start:
        message = "Ngày hết hiệu lực phải sau ngày có hiệu lực."
        wrong.append(FieldError("/valid_to", "period_reversed", message))
    if kind == "authorised_recipient" and end is None:
        message = "Ủy quyền phải có thời hạn; giấy không ghi thời hạn thì tính theo Điều 563 Bộ luật Dân sự."
        wrong.append(FieldError("/valid_to", "term_required", message))
    return wrong
