"""Answer a question about people and leave a trace for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from common import audit
from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.entitlements import service as entitlements
from eligibility.facts import service as facts
from eligibility.inquiries.domain import Purpose, labels_in
from eligibility.inquiries.schemas import InquiryAnswerView, LabelView


async def answer(
    session: AsyncSession, purpose: Purpose, personal_ids: Sequence[str], month: Month
) -> list[InquiryAnswerView]:
    """Say of each person whether something is received in a month.

    Every person who is known gets an audit entry of their own: the citizen's "who looked at my record" names the asking
    system and its purpose.
    """
    known = await facts.ids_of(session, personal_ids)
    held = await entitlements.of_people(session, list(known.values()))
    by_person = {
        person: list(items)
        for person, items in groupby(
            sorted(held, key=attrgetter("person_id")), key=attrgetter("person_id")
        )
    }
    for person_id in known.values():
        await audit.record(session, "inquiry.answered", "person", person_id, {"for": purpose.code})
    nobody = UUID(int=0)
    found = [labels_in(by_person.get(known.get(item, nobody), ()), month) for item in personal_ids]
    return [
        InquiryAnswerView(
            personal_id=personal_id,
            receives=bool(labels),
            benefits=[LabelView(code=label.code, title=label.title) for label in labels]
            if purpose.told == "benefits"
            else None,
        )
        for personal_id, labels in zip(personal_ids, found, strict=True)
    ]
