"""What the bank and the post office have in common: take a signed list, pay it, tell the results.

A partner computes count and sum from the lines itself and refuses a list that states others. It
pays each EndToEndId at most once, whatever arrives. Whom to fail it chooses by a hash of the payee,
so that every run has the same outcome.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi import HTTPException

from sandbox.world.clock import SandboxClock
from sandbox.world.store import WorldStore

STATEMENT_DAY = 18
RESULT_DAYS = 4


@dataclass(frozen=True, slots=True)
class Order:
    """One payment that a list asks for."""

    end_to_end_id: str
    amount: int
    payee: str
    """What identifies the payee to this partner (account and name, or name and number)."""


@dataclass(frozen=True, slots=True)
class ParsedList:
    """A list as the partner reads it, with the totals that it states."""

    orders: Sequence[Order]
    stated_count: int
    stated_total: int
    execution_date: date


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason for not paying, and how many of a thousand payees it hits."""

    outcome: str
    code: str
    per_mille: int


@dataclass(frozen=True, slots=True)
class PartnerProfile:
    """A partner's code towards disbursement, and its reasons for failing."""

    code: str
    client_id: str
    kind: str
    name: str
    format: str
    failures: tuple[Failure, ...]

    @property
    def key_id(self) -> str:
        """Give the name under which this partner's key is registered."""
        return f"{self.code}-2026"

    def outcome_for(self, payee: str) -> tuple[str, str | None, int]:
        """Give outcome, reason and the day (0 to 3) on which the partner will know."""
        digest = hashlib.sha256(f"{self.code}|{payee}".encode()).digest()
        draw = int.from_bytes(digest[:4]) % 1000
        day = digest[5] % RESULT_DAYS
        for failure in self.failures:
            if draw < failure.per_mille:
                return failure.outcome, failure.code, day
            draw -= failure.per_mille
        return "paid", None, day


class Partner:
    """A partner's own books."""

    def __init__(self, profile: PartnerProfile, store: WorldStore, clock: SandboxClock) -> None:
        """Take the profile and the store."""
        self.profile = profile
        self._store = store
        self._clock = clock

    def refuse(self, status: int, code: str) -> HTTPException:
        """Note a refusal and give the answer to raise."""
        with self._store.transaction() as connection:
            connection.execute(
                "insert into refusal (partner, at, code) values (?, ?, ?)",
                (self.profile.code, self._clock.now().isoformat(), code),
            )
        return HTTPException(status, {"code": code})

    def take(self, reference: str, content: bytes, parsed: ParsedList) -> dict[str, Any]:
        """Book a list. The same bytes again give the same answer, other bytes 409."""
        digest = hashlib.sha256(content).hexdigest()
        known = self._find(reference)
        if known is not None:
            if known["digest"] != digest:
                raise self.refuse(409, "reference_reused")
            return self.status(reference)
        count, total = len(parsed.orders), sum(order.amount for order in parsed.orders)
        if (count, total) != (parsed.stated_count, parsed.stated_total):
            raise self.refuse(422, "totals_differ")
        if len({order.end_to_end_id for order in parsed.orders}) != count:
            raise self.refuse(422, "duplicate_in_list")
        if any(order.amount <= 0 for order in parsed.orders):
            raise self.refuse(422, "amount_not_positive")
        self._book(reference, digest, parsed)
        return self.status(reference)

    def status(self, reference: str) -> dict[str, Any]:
        """Answer a status inquiry; 404 means that the list never arrived."""
        row = self._find(reference)
        if row is None:
            raise HTTPException(404, {"code": "list_not_received"})
        return {
            "reference": reference,
            "status": "received",
            "digest": row["digest"],
            "count": row["lines"],
            "sum": row["total"],
        }

    def _find(self, reference: str) -> Any:
        return self._store.row(
            "select * from delivery where partner = ? and reference = ?",
            (self.profile.code, reference),
        )

    def _book(self, reference: str, digest: str, parsed: ParsedList) -> None:
        code = self.profile.code
        rows = []
        for order in parsed.orders:
            outcome, reason, day = self.profile.outcome_for(order.payee)
            due = parsed.execution_date + timedelta(days=day)
            rows.append(
                (code, order.end_to_end_id, reference, order.amount, outcome, reason,
                 due.isoformat())
            )  # fmt: skip
        if self._store.row(
            "select 1 from transfer where partner = ? and end_to_end_id in"
            " (select value from json_each(?))",
            (code, json.dumps([row[1] for row in rows])),
        ):
            raise self.refuse(422, "already_ordered")
        with self._store.transaction() as connection:
            connection.execute(
                "insert into delivery values (?, ?, ?, ?, ?, ?, ?)",
                (code, reference, digest, len(rows), sum(row[3] for row in rows),
                 parsed.execution_date.isoformat(), self._clock.now().isoformat()),
            )  # fmt: skip
            connection.executemany("insert into transfer values (?, ?, ?, ?, ?, ?, ?)", rows)
            connection.executemany(
                "insert or ignore into message (id, partner, due_on, body) values (?, ?, ?, ?)",
                _messages(code, reference, parsed.execution_date, rows),
            )


def _messages(
    partner: str, reference: str, execution: date, rows: Sequence[tuple[Any, ...]]
) -> list[tuple[str, str, str, str]]:
    """One result message a day, and the statement of what was really paid out."""
    made = []
    for day in sorted({row[6] for row in rows}):
        entries = [_entry(row, day) for row in rows if row[6] == day]
        made.append(_message(partner, reference, "results", day, entries))
    paid = [_entry(row, row[6]) for row in rows if row[4] == "paid"]
    day = execution.replace(day=STATEMENT_DAY).isoformat()
    made.append(_message(partner, reference, "statement", day, paid))
    return made


def _entry(row: tuple[Any, ...], settled_on: str) -> dict[str, Any]:
    return {
        "end_to_end_id": row[1],
        "outcome": row[4],
        "amount": row[3],
        "reason_code": row[5],
        "settled_on": settled_on,
    }


def _message(
    partner: str, reference: str, kind: str, day: str, entries: list[dict[str, Any]]
) -> tuple[str, str, str, str]:
    message_id = f"{partner}-{reference}-{kind}-{day}"
    body = {
        "message_id": message_id,
        "kind": kind,
        "list_reference": reference,
        "entries": sorted(entries, key=lambda entry: entry["end_to_end_id"]),
        "totals": {"count": len(entries), "sum": sum(entry["amount"] for entry in entries)},
    }
    return message_id, partner, day, json.dumps(body, sort_keys=True)
