"""What a bank or the post office says of a death: a notice to check, never a death by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from common.contracts.disbursement import BeneficiaryReportedDead
from registry.notices import store
from registry.notices.domain import Notice
from registry.notices.service.matching import RECORDED_BY, settle
from registry.persons.domain import Person
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession

log = structlog.get_logger(__name__)


async def take_reported(
    session: AsyncSession, reports: Sequence[BeneficiaryReportedDead], now: datetime
) -> None:
    """Keep what partners report and decide it with all that is known of the people.

    The report names a person of ours; of a merged record it is about the one that stands. Of a
    person whom nobody knows here there is nothing to decide: the money is held where it was told.
    """
    people = People(session, now=now, recorded_by=RECORDED_BY)
    await people.load(person_ids={report.person_id for report in reports})
    by_id = {person.person_id: person for person in people.loaded()}
    notices = []
    for report in reports:
        named = by_id.get(report.person_id)
        stands = people.find(named.key) if named is not None else None
        if stands is None:
            log.warning("death_report_of_unknown_person", report_id=str(report.report_id))
        else:
            notices.append(_notice(report, stands))
    fresh = await store.insert(session, notices, now=now, by=RECORDED_BY)
    await settle(people, [notice for notice in notices if notice.notice_id in fresh])
    await people.flush()


def _notice(report: BeneficiaryReportedDead, person: Person) -> Notice:
    who = person.identity
    return Notice(
        notice_id=report.report_id,
        kind="death",
        notice_number=str(report.report_id),
        commune_code=who.commune_code,
        full_name=who.full_name,
        birth_date=who.birth_date,
        birth_precision=who.birth_precision,
        happened_on=report.reported_on,
        personal_id=who.personal_id,
        former_number=None if who.personal_id else who.former_number,
        happened_precision="year",
        place=report.partner,
        book_year=report.reported_on.year,
        source="bank",
    )
