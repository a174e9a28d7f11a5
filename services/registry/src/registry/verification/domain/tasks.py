"""What somebody has to look at after a check, and how it ends."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from common.kernel.errors import Conflict, InvalidInput, NotFound
from registry.verification.domain.comparison import Citizen, Subject, Verdict, comparable

Resolution = Literal["agrees", "accepted", "kept"]
DIFFERS: Final = "population_differs"
NOT_FOUND: Final = "population_not_found"
SEVERAL: Final = "population_several"
NUMBER_KNOWN: Final = "population_number_known"
OF_CHECKS: Final = (DIFFERS, NOT_FOUND, SEVERAL, NUMBER_KNOWN)
"""Reasons that a check gives, and the next check may take away again."""


class TaskNotFound(
    NotFound, code="verification_task_not_found", title="Không tìm thấy việc cần xác minh này"
):
    """No such task in the caller's communes."""


class TaskClosed(Conflict, code="verification_task_closed", title="Việc này đã được xử lý"):
    """Somebody has worked it off, or the data agree now."""


class AcceptImpossible(
    InvalidInput,
    code="verification_value_unknown",
    title="Không có giá trị của cơ sở dữ liệu dân cư để ghi nhận; cần đối chiếu lại",
):
    """The population database told no value of this field, or none is kept: check again."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to look at; `answer` is sealed and goes when the task is closed."""

    task_id: UUID
    person_id: UUID
    commune_code: str
    reason: str
    fields: tuple[str, ...]
    answer: bytes | None
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    resolution: Resolution | None
    note: str | None


def reason_of(verdict: Verdict) -> str | None:
    """Give the reason for which somebody has to look; None when nobody has to."""
    if verdict.several:
        return SEVERAL
    if verdict.tells_number:
        return NUMBER_KNOWN
    return {"mismatch": DIFFERS, "not_found": NOT_FOUND}.get(verdict.status)


def disagreement(subject: Subject, verdict: Verdict) -> str:
    """Give what exactly disagrees as one text, to know it again; it is only ever hashed."""
    ours = (
        comparable(subject.full_name),
        str(subject.birth_date),
        subject.birth_precision,
        subject.sex,
        subject.personal_id or "",
    )
    theirs = written(verdict.citizen) if verdict.citizen is not None else verdict.status
    return json.dumps([*ours, theirs], ensure_ascii=False)


def written(citizen: Citizen) -> str:
    """Write a citizen as text, to be sealed."""
    return json.dumps(asdict(citizen), ensure_ascii=False, sort_keys=True)


def read_written(text: str) -> Citizen:
    """Read what `written` wrote."""
    return Citizen(**json.loads(text))
