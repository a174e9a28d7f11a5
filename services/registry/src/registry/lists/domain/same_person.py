"""Whether somebody who is about to be registered is there already under another or no number.

Thuật ngữ: một người có hai hồ sơ. A number that arrives later leads to the person who is there; what
may be a second record of one human is a question, and until it is answered nothing is paid twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from common.kernel import personal_id
from registry.persons.domain import Identity, Person

Verdict = Literal["same", "question", "another"]


def judge(stated: Identity, known: Identity) -> Verdict:
    """Compare a stated identity with a known one of the same name; births agree by what is known."""
    if stated.sex != known.sex:
        return "another"
    days = stated.birth_precision == "day" and known.birth_precision == "day"
    if days and stated.birth_date != known.birth_date:
        return "another"
    if stated.personal_id and known.personal_id:
        near = personal_id.one_error_apart(stated.personal_id, known.personal_id)
        return "question" if near else "another"
    cards = {stated.former_number, known.former_number} - {None}
    if stated.former_number and known.former_number:
        if len(cards) == 1:
            return "same"
        return "question" if days else "another"
    if days and stated.personal_id and known.personal_id is None:
        return "same"
    return "question"


def recognise(stated: Identity, candidates: Iterable[Person]) -> Person | Verdict:
    """Give the person who is meant; `question` when nobody can tell, `another` when nobody is."""
    verdicts = [(judge(stated, one.identity), one) for one in candidates]
    possible = [(verdict, one) for verdict, one in verdicts if verdict != "another"]
    if not possible:
        return "another"
    verdict, person = possible[0]
    return person if len(possible) == 1 and verdict == "same" else "question"
