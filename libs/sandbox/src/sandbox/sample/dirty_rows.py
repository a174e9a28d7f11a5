"""Put every kind of dirt into rows: at most one in each, never where a case is special."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from sandbox.sample import lookup
from sandbox.sample.dirt import KINDS, Fault, Kind, Row
from sandbox.sample.people import Numbers
from sandbox.sample.plan import PlannedPerson

_FREE = frozenset({"converted_5_5b", "converted_5_5c", "recent_decision"})
"""Situations that may be dirty too; all others are kept clean."""


def make_rows_dirty(
    rng: Random, numbers: Numbers, people: list[PlannedPerson], place: lookup.Commune
) -> None:
    """Dirty the rows of a commune in the shares of `KINDS`.

    Raises:
        ValueError: Nobody is left who can carry a kind.
    """
    free = [p for p in people if len(p.entries) == 1 and _FREE.issuperset(p.situations)]
    rng.shuffle(free)
    for kind in KINDS:
        for turn in range(kind.count(len(people))):
            person, fault = _choose(kind, free, place, turn)
            free.remove(person)
            if kind.code == "id_cmnd":
                person.truth.cmnd = numbers.former_number()
            entry = person.entries[0]
            dirt = fault(rng, Row(person, entry, place), turn)
            if kind.code == "duplicate_in_file":
                person.entries.append(replace(entry, dirt=dirt))
            else:
                entry.dirt = dirt


def _choose(
    kind: Kind, free: list[PlannedPerson], place: lookup.Commune, turn: int
) -> tuple[PlannedPerson, Fault]:
    """The next variant that fits somebody, and that person."""
    count = len(kind.variants)
    for fits, fault in (kind.variants[(turn + step) % count] for step in range(count)):
        for person in free:
            if fits(Row(person, person.entries[0], place)):
                return person, fault
    message = f"nobody is left to carry {kind.code}"
    raise ValueError(message)
