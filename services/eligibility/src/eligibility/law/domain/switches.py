"""Questions that the law leaves open, as named switches: a default, and each province's own choice.

Thuật ngữ: vấn đề còn mở. A switch never invents law: it writes down which reading an installation
follows, why, and what to ask before relying on it. A province's choice has dates and its document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from eligibility.law.domain.parameters import LawFileInvalid, Parameter

PREFIX = "switch_"
"""Switches stand among the parameters under this prefix."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One open question: `options` are the positions with their words."""

    code: str
    title: str
    options: Mapping[str, str]
    default: Parameter
    reason: str
    legal_note: str


@dataclass(frozen=True, slots=True)
class LocalChoice:
    """A province's own position; it counts on the days `valid_from..valid_to`.

    `known_from` is the day on which it was recorded: an earlier day's decision did not know it.
    """

    code: str
    value: str
    valid_from: date
    valid_to: date | None
    known_from: date
    resolution: str
    reason: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where a switch stands on a day, and who put it there."""

    code: str
    value: str
    valid_from: date
    chosen_by: str
    """`default` or `province`."""
    resolution: str
    reason: str


def read_switches(
    parameters: Mapping[str, Parameter], document: Mapping[str, Any]
) -> dict[str, Switch]:
    """Build the switches from the content of `switches.yaml` and the parameters read from it.

    Raises:
        LawFileInvalid: a switch without words for a position, without reason or legal note.
    """
    switches: dict[str, Switch] = {}
    for name, body in document["parameters"].items():
        code = str(name).removeprefix(PREFIX)
        options = body.get("options") or {}
        if set(options) != set(body.get("choices") or ()):
            raise LawFileInvalid(f"{name}: choices and options differ")
        if not all(isinstance(words, str) and words for words in options.values()):
            raise LawFileInvalid(f"{name}: a position without words")
        if not body.get("reason") or not body.get("legal_note"):
            raise LawFileInvalid(f"{name}: a switch without reason or legal note")
        switches[code] = Switch(
            code=code,
            title=str(body["title"]),
            options=dict(options),
            default=parameters[name],
            reason=str(body["reason"]),
            legal_note=str(body["legal_note"]),
        )
    return switches


def check_choice(switches: Mapping[str, Switch], choice: LocalChoice) -> None:
    """Refuse a choice that no switch offers.

    Raises:
        LawFileInvalid: unknown switch, unknown position, or a period that ends before it begins.
    """
    switch = switches.get(choice.code)
    if switch is None:
        raise LawFileInvalid(f"{choice.code}: no such switch")
    if choice.value not in switch.options:
        raise LawFileInvalid(f"{choice.code}: {choice.value} is not one of its positions")
    if choice.valid_to is not None and choice.valid_to < choice.valid_from:
        raise LawFileInvalid(f"{choice.code}: a period that ends before it begins")


def position(
    switch: Switch, choices: Iterable[LocalChoice], *, on: date, known_on: date
) -> Position:
    """Give the position that counts on `on` for someone who decides on `known_on`.

    Of several choices of the province the one recorded last wins; without one, the default does.
    """
    own = [
        choice
        for choice in choices
        if choice.code == switch.code
        and choice.known_from <= known_on
        and choice.valid_from <= on
        and (choice.valid_to is None or on <= choice.valid_to)
    ]
    if own:
        last = max(enumerate(own), key=lambda item: (item[1].known_from, item[0]))[1]
        return Position(
            switch.code, last.value, last.valid_from, "province", last.resolution, last.reason
        )
    known = switch.default.known_on(known_on) or switch.default.values[:1]
    counting = [value for value in known if value.valid_from <= on] or [known[0]]
    value = counting[-1]
    return Position(
        switch.code,
        str(value.value),
        value.valid_from,
        "default",
        value.basis.cite(),
        switch.reason,
    )
