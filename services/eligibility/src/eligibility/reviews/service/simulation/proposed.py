"""What a proposed change of the province's law would change: a simulation with the law as proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl

from common.database.session import AsyncSession
from eligibility.law.domain.provincial import LocalBenefit
from eligibility.reviews.service.simulation.estimating import Laws
from eligibility.reviews.service.simulation.runs import Simulation, result_of
from eligibility.rulebook import service as rulebook


@dataclass(frozen=True)
class Proposed:
    """The two laws, the version of the first, and whose birthdays a gift is given for."""

    laws: Laws
    version: int
    gift: LocalBenefit | None

    def people_of_age(self, people: pl.DataFrame, year: int) -> int:
        """Count the living people of a slice who reach an age of the gift in a year."""
        if self.gift is None:
            return 0
        age = pl.lit(year) - pl.col("birth_date").dt.year()
        if self.gift.ages:
            meant = age.is_in(list(self.gift.ages))
        else:
            meant = age.is_between(self.gift.age_from or 0, self.gift.age_to or 200)
        return people.filter(pl.col("death_date").is_null() & meant)["person_id"].n_unique()


async def read_proposed(
    session: AsyncSession, proposal_id: UUID, *, province_code: str, today: date
) -> Proposed:
    """Give the law as it is and as it would be."""
    now, supposed, version = await rulebook.law_with(
        session, proposal_id, province_code=province_code, today=today
    )
    found = await rulebook.proposal(session, proposal_id)
    gift = None
    if found.kind == "local_benefit" and found.values["code"] == "longevity":
        gift = supposed.provinces[province_code].benefits[-1]
    return Proposed(Laws(now.latest, supposed.latest, None), version, gift)


async def keep_effect(
    session: AsyncSession,
    operation_id: UUID,
    params: Mapping[str, Any],
    checkpoint: Mapping[str, Any],
) -> None:
    """Write the sums of the finished work into the proposal."""
    sums = await result_of(session, operation_id)
    asked = Simulation.read(params)
    effect = {
        "first_month": str(asked.first),
        "last_month": str(asked.last),
        "sums": dict(sums["total"][0]),
        "people_of_age": checkpoint.get("people_of_age"),
    }
    await rulebook.keep_effect(
        session, UUID(params["proposal_id"]), effect, int(checkpoint["version"])
    )
