"""Ask for a simulation, run it slice by slice, and read what it gave."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl

from common.database.session import AsyncSession
from common.kernel.months import Month
from common.operations import Operation
from common.operations import service as operations
from common.operations.domain import OperationNotFound
from eligibility.facts import service as facts
from eligibility.law import service as law
from eligibility.law.domain.hypothetical_law import (
    Change,
    ChangeUnknown,
    GroupAdded,
    GroupClosed,
    NumberChange,
    names_sealed,
    suppose,
)
from eligibility.reviews.domain import SIMULATION
from eligibility.reviews.service.simulation.estimating import Laws, estimate
from eligibility.reviews.service.sweep.finding import filled
from eligibility.reviews.store import simulations as store
from eligibility.reviews.store import sweeps
from eligibility.rulebook.domain import LAW_EFFECT

_KINDS: Mapping[str, type[Any]] = {
    "number": NumberChange,
    "closed": GroupClosed,
    "added": GroupAdded,
}


@dataclass(frozen=True)
class Simulation:
    """What is asked: changes, months, and whom (None: everyone)."""

    changes: tuple[Change, ...]
    first: Month
    last: Month
    communes: tuple[str, ...] | None

    @property
    def params(self) -> dict[str, Any]:
        """Give it as JSON."""
        names = {kind: name for name, kind in _KINDS.items()}
        changes = [{"is": names[type(item)], **asdict(item)} for item in self.changes]
        return {
            "changes": [
                {key: str(value) if isinstance(value, Decimal) else value
                 for key, value in item.items()}
                for item in changes
            ],
            "first": str(self.first),
            "last": str(self.last),
            "communes": None if self.communes is None else list(self.communes),
        }  # fmt: skip

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> Simulation:
        """Read it from an operation."""
        communes = params["communes"]
        return cls(
            tuple(_change(item) for item in params["changes"]),
            Month.parse(params["first"]),
            Month.parse(params["last"]),
            None if communes is None else tuple(communes),
        )

    @property
    def added(self) -> GroupAdded | None:
        """Give the group that is added, if one is."""
        return next((item for item in self.changes if isinstance(item, GroupAdded)), None)


def _change(item: Mapping[str, Any]) -> Change:
    values = {key: value for key, value in item.items() if key != "is"}
    kind = _KINDS[item["is"]]
    if kind is NumberChange:
        values["value"] = Decimal(values["value"])
    if kind is GroupAdded:
        for name in ("poverty_classes", "disability_degrees"):
            values[name] = tuple(values[name])
    change: Change = kind(**values)
    return change


async def start_simulation(
    session: AsyncSession, asked: Simulation, *, province_code: str, may_know: bool
) -> UUID:
    """Queue a simulation; what is impossible is refused at once.

    Raises:
        ChangeUnknown: a change names nothing that the law has, or a group the caller may not name.
    """
    known = law.current_law()
    if not may_know and any(names_sealed(item, known.latest) for item in asked.changes):
        raise ChangeUnknown("Không có nhóm này.")
    suppose(known, asked.changes, asked.first, province_code)
    alone = asked.communes is not None and len(asked.communes) == 1
    return await operations.start(
        session,
        SIMULATION,
        asked.params,
        commune_code=asked.communes[0] if alone and asked.communes else None,
        total=await facts.people_count(session, asked.communes),
    )


async def simulation_of(session: AsyncSession, simulation_id: UUID) -> Operation:
    """Give a simulation.

    Raises:
        OperationNotFound: none, or not the caller's.
    """
    found = await operations.get(session, simulation_id)
    if found.kind not in {SIMULATION, LAW_EFFECT}:
        raise OperationNotFound
    return found


async def result_of(
    session: AsyncSession, simulation_id: UUID
) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Give the sums in all, by month, by group and by commune."""
    return {
        name: await store.sums(session, simulation_id, columns)
        for name, columns in (
            ("total", ()),
            ("months", ("month",)),
            ("groups", ("benefit", "group_code")),
            ("communes", ("commune_code",)),
        )
    }


async def rows_of(
    session: AsyncSession, simulation_id: UUID, after: Sequence[Any] | None, limit: int
) -> list[dict[str, Any]]:
    """Give the sums of each month, commune, benefit and group."""
    return await store.page(session, simulation_id, after, limit)


def laws_of(asked: Simulation, province_code: str) -> Laws:
    """Give the law of today and the supposed one: once for a run, since expressions stay with it."""
    known = law.current_law()
    supposed = suppose(known, asked.changes, asked.first, province_code)
    return Laws(known.latest, supposed, asked.added)


async def read_slice(
    session: AsyncSession, asked: Simulation, after: UUID | None, limit: int
) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """Read the next people: facts of each month, and what they are being paid."""
    frames = await facts.sheet_months(
        session, (asked.first, asked.last), communes=asked.communes, after=after, limit=limit
    )
    people = frames[0]["person_id"]
    if people.is_empty():
        return frames, pl.DataFrame()
    receipts = await sweeps.read_receipts(session, (str(people.min()), str(people.max())))
    return frames, receipts.filter(pl.col("status") == "active")


async def estimate_slice(
    frames: list[pl.DataFrame], receipts: pl.DataFrame, laws: Laws
) -> pl.DataFrame:
    """Add up a slice, in a thread."""

    def work() -> pl.DataFrame:
        return estimate([filled(frame, receipts) for frame in frames], receipts, laws)

    return await asyncio.to_thread(work)


async def keep_slice(session: AsyncSession, simulation_id: UUID, sums: pl.DataFrame) -> None:
    """Add the sums of a slice to what the simulation gave so far."""
    await store.add(session, simulation_id, sums)
