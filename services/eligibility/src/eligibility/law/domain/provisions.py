"""The register of all monthly provisions and conditions of all regimes, by stable code.

Tests that trace articles to cases and mutate conditions start here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from eligibility.law.domain.conditions import Benefit, Condition, Provision
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.plan import plan_of, regimes


@dataclass(frozen=True)
class Registered:
    """One provision as it stands in one regime, with the days on which the regime rules."""

    regime: str
    valid_from: date
    valid_to: date | None
    benefit: Benefit
    provision: Provision

    @property
    def key(self) -> str:
        """Name it: regime, benefit, provision."""
        return f"{self.regime}/{self.benefit.code}/{self.provision.code}"

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Give every condition that it asks, parts before the whole, those of the benefit last."""
        asked = (*self.provision.conditions, *self.benefit.common)
        found = {part.code: part for item in asked for part in item.with_parts}
        return tuple(found.values())


def provisions(law: LawAsOf) -> tuple[Registered, ...]:
    """Give all provisions of all regimes that a decision of the law's day knows, oldest first."""
    return tuple(_all(law))


def _all(law: LawAsOf) -> Iterator[Registered]:
    known = [*regimes(law), (None, None)]
    for (regime, start), (_, following) in pairwise(known):
        if regime is None or start is None:
            continue
        end = None if following is None else following - timedelta(days=1)
        for benefit in plan_of(law, regime).benefits:
            for provision in benefit.provisions:
                yield Registered(regime, start, end, benefit, provision)
