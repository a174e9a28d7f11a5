"""In which order and at which row of the sheet everybody stands."""

from __future__ import annotations

import unicodedata
from random import Random

from sandbox.sample.groups import PROFILES, GroupProfile
from sandbox.sample.plan import Entry, Layout, PlannedPerson

_TITLE_ROWS = 5
_TAIL_ROWS = (1, 3, 4, 9)
"""Total, place and date, titles of those who sign, their names: rows after the last person."""


def put_in_rows(rng: Random, people: list[PlannedPerson]) -> Layout:
    """Give every entry its row and number; tell where the rest of the sheet stands."""
    header = _TITLE_ROWS + rng.randint(2, 4)
    numbering = rng.random() < 0.5
    row = header + numbering
    other = [*range(1, _TITLE_ROWS + 1), header]
    if numbering:
        other.append(row)
    stt = 0
    first = 0
    for profile in PROFILES:
        mine = _in_order(rng, people, profile)
        if not mine:
            continue
        row += 1
        other.append(row)
        for entry in mine:
            row += 1
            stt += 1
            first = first or row
            entry.row, entry.stt = row, stt
            if entry.dirt is not None and entry.dirt.code == "duplicate_in_file":
                entry.dirt.detail = {"of_row": _first_row(people, entry)}
    other += [row + step for step in _TAIL_ROWS]
    printed = sum(entry.amount for person in people for entry in person.entries)
    return Layout(header, numbering, other, first, row, printed)


def _in_order(rng: Random, people: list[PlannedPerson], profile: GroupProfile) -> list[Entry]:
    """By village and name, as lists are; a repeated row stands somewhere after its first."""
    rows = [(p, e) for p in people for e in p.entries if e.profile is profile]
    repeated = [e for _, e in rows if e.dirt is not None and e.dirt.code == "duplicate_in_file"]
    plain = [(p, e) for p, e in rows if not any(e is other for other in repeated)]
    plain.sort(key=lambda pair: (_village_key(pair[0]), _name_key(pair[0]), pair[0].key))
    ordered = [entry for _, entry in plain]
    owner = {id(e): p for p, e in rows}
    for entry in repeated:
        source = next(e for e in owner[id(entry)].entries if e is not entry)
        after = next(n for n, other in enumerate(ordered) if other is source) + 1
        ordered.insert(rng.randint(after, len(ordered)), entry)
    return ordered


def _first_row(people: list[PlannedPerson], entry: Entry) -> int:
    owner = next(p for p in people if any(e is entry for e in p.entries))
    return owner.entries[0].row


def _village_key(person: PlannedPerson) -> tuple[int, str]:
    last = person.truth.village.split()[-1]
    return (int(last), "") if last.isdigit() else (1000, person.truth.village)


def _name_key(person: PlannedPerson) -> str:
    words = unicodedata.normalize("NFD", person.truth.full_name.casefold()).split()
    return " ".join([words[-1], *words[:-1]])
