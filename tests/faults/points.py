"""Where and whom to kill: twenty seeded points over the servers and the services."""

from __future__ import annotations

from dataclasses import dataclass

CHAPTERS = 9
BANK_WINDOW = "bank took the list, disbursement has not recorded it"


@dataclass(frozen=True, slots=True)
class KillPoint:
    """One SIGKILL: `delay` seconds after the demo opened `chapter`, or in the bank's window."""

    seed: int
    victim: str
    chapter: int
    delay: float
    in_bank_window: bool = False

    def __str__(self) -> str:
        """Say it for the log."""
        if self.in_bank_window:
            return f"seed {self.seed}: kill -9 {self.victim} when {BANK_WINDOW}"
        when = f"{self.delay:.2f} s into chapter {self.chapter}"
        return f"seed {self.seed}: kill -9 {self.victim} {when}"


def _windows() -> list[KillPoint]:
    """Between the bank's booking and our record: the service, its database, the bus, the bank."""
    victims = ("disbursement", "postgres", "nats", "world")
    return [
        KillPoint(seed, victim, 7, 0.0, in_bank_window=True) for seed, victim in enumerate(victims)
    ]


def _spread() -> list[KillPoint]:
    """Each victim at some chapters, by arithmetic on the seed so that every run is the same."""
    victims = (
        "postgres", "nats", "registry", "eligibility", "disbursement", "reporting", "world",
        "supervisor",
    )  # fmt: skip
    return [
        KillPoint(
            seed,
            victims[seed % len(victims)],
            1 + (seed * 5) % CHAPTERS,
            round(0.05 + (seed * 37 % 100) / 80, 2),
        )
        for seed in range(4, 20)
    ]


POINTS: tuple[KillPoint, ...] = (*_windows(), *_spread())
IN_EVERY_RUN = (0, 8)
"""Seeds of `make test`: disbursement in the bank's window, PostgreSQL in mid-story."""
