"""Where and whom to kill: twenty seeded points over the servers and the services."""

from __future__ import annotations

from dataclasses import dataclass

CHAPTERS = 9
WINDOW_CHAPTER = 7
"""The list is sealed in chapter 7; its delivery begins at once."""


@dataclass(frozen=True, slots=True)
class KillPoint:
    """One SIGKILL: at a share of a chapter's usual time, or in the bank's window.

    The bank's window lies between the bank's booking of the list and our record of it.
    """

    seed: int
    victim: str
    chapter: int
    share: float
    in_bank_window: bool = False

    def __str__(self) -> str:
        """Say it for the log."""
        if self.in_bank_window:
            where = "in the bank's window"
        else:
            where = f"at {self.share:.0%} of chapter {self.chapter}"
        return f"seed {self.seed}: kill -9 {self.victim} {where}"


def _windows() -> list[KillPoint]:
    """The service that sends, its database, the bus, the bank."""
    victims = ("disbursement", "postgres", "nats", "world")
    return [
        KillPoint(seed, victim, WINDOW_CHAPTER, 0.0, in_bank_window=True)
        for seed, victim in enumerate(victims)
    ]


def _spread() -> list[KillPoint]:
    """Each victim at two chapters, by arithmetic on the seed so that every run is the same."""
    victims = (
        "postgres", "nats", "registry", "eligibility", "disbursement", "reporting", "world",
        "supervisor",
    )  # fmt: skip
    return [
        KillPoint(
            seed, victims[seed % len(victims)], 1 + (seed * 5) % CHAPTERS, (seed * 37 % 95) / 100
        )
        for seed in range(4, 20)
    ]


POINTS: tuple[KillPoint, ...] = (*_windows(), *_spread())
IN_EVERY_RUN = (0, 8)
"""Seeds of `make test`: disbursement in the bank's window, PostgreSQL in mid-story."""
