"""Kinds, states and clocks of the register.

Thuật ngữ: vướng mắc (difficulty), phản ánh (feedback), đơn thư (letter), khiếu nại (complaint), thụ lý (acceptance).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import Literal

from common.kernel.errors import Conflict, FieldError, InvalidInput, NotFound

Source = Literal["officer", "partner", "citizen"]
State = Literal["received", "accepted", "answered", "closed"]
Step = Literal["accept", "answer", "reopen", "close"]

STEPS: dict[Step, tuple[frozenset[State], State]] = {
    "accept": (frozenset({"received"}), "accepted"),
    "answer": (frozenset({"received", "accepted"}), "answered"),
    "reopen": (frozenset({"answered"}), "received"),
    "close": (frozenset({"received", "accepted", "answered"}), "closed"),
}
"""Each step: the states it may start from, and the state it leads to."""


class IssueNotFound(NotFound, code="issue_not_found", title="Không tìm thấy nội dung này trong sổ"):
    """No such entry, or not in the caller's communes."""


class IssueKindUnknown(
    InvalidInput, code="issue_kind_unknown", title="Loại nội dung không có trong danh mục"
):
    """The kind is not in the list, or is not raised by such a person; `known` names those that are."""


class IssueStepRefused(
    Conflict, code="issue_step_refused", title="Trạng thái hiện tại không cho phép bước này"
):
    """The state does not allow the step; `allowed` names the steps that it does."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry with its clocks, in calendar days."""

    code: str
    title: str
    sources: tuple[Source, ...]
    answer_days: int
    accept_days: int | None
    basis: str
    confidence: str


def _loaded() -> dict[str, Kind]:
    path = resources.files("eligibility.issue_register").joinpath("data/kinds.toml")
    return {
        item["code"]: Kind(
            code=item["code"],
            title=item["title"],
            sources=tuple(item["from"]),
            answer_days=item["answer_days"],
            accept_days=item.get("accept_days"),
            basis=item["basis"],
            confidence=item["confidence"],
        )
        for item in tomllib.loads(path.read_text(encoding="utf-8"))["kind"]
    }


KINDS = _loaded()


def kind_from(code: str, source: Source) -> Kind:
    """Find a kind that such a person may raise.

    Raises:
        IssueKindUnknown: none; the known ones are named.
    """
    found = KINDS.get(code)
    if found is None or source not in found.sources:
        known = sorted(item.code for item in KINDS.values() if source in item.sources)
        message = "Chọn một loại trong danh mục của người nêu."
        raise IssueKindUnknown(
            errors=[FieldError("/kind", "issue_kind_unknown", message)], known=known
        )
    return found


def due_on(kind: Kind, state: State, day: date) -> date | None:
    """Give the last day for what comes next, counted from the day of the present state."""
    if state == "received" and kind.accept_days is not None:
        return day + timedelta(days=kind.accept_days)
    if state in {"received", "accepted"}:
        return day + timedelta(days=kind.answer_days)
    return None


def allowed_steps(kind: Kind, state: State) -> list[Step]:
    """List the steps that a state allows; a complaint is accepted before it is answered."""
    steps: list[Step] = [step for step, (starts, _) in STEPS.items() if state in starts]
    if kind.accept_days is None:
        return [step for step in steps if step != "accept"]
    return [step for step in steps if not (step == "answer" and state == "received")]


def after(kind: Kind, state: State, step: Step) -> State:
    """Give the state that a step leads to.

    Raises:
        IssueStepRefused: naming what is allowed.
    """
    allowed = allowed_steps(kind, state)
    if step not in allowed:
        raise IssueStepRefused(state=state, allowed=allowed)
    return STEPS[step][1]
