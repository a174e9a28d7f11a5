"""The sums behind figures: what is read from the read models, kept with a filed report, and added.

Sums of several communes can be added; figures (rates, people counted once) are made afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any, TypeVar

from reporting.indicators.domain.figures import (
    Breakdown,
    Deaths,
    EntitlementCount,
    Lists,
    Reconciled,
    Standing,
    Tally,
)
from reporting.selections.domain import Count

T = TypeVar("T")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of list lines by axis, and what does not come from lines."""

    lines: Mapping[str, Sequence[Breakdown]]
    standing: Standing
    counts: Mapping[str, Count] = field(default_factory=dict)
    """Selection -> how many; `code@before` is the period before of the same length."""
    entered: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Kind of activity -> quantity and đồng."""
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Kind of activity -> what was entered, in words."""

    def to_json(self) -> dict[str, Any]:
        """Give plain values for a JSON column."""
        standing = asdict(self.standing)
        return {
            "lines": {
                axis: [list(_values(row)) for row in rows] for axis, rows in self.lines.items()
            },
            "standing": {name: _plain(value) for name, value in standing.items()},
            "counts": {code: list(_values(count)) for code, count in self.counts.items()},
            "entered": {code: list(values) for code, values in self.entered.items()},
            "notes": {code: list(texts) for code, texts in self.notes.items()},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Sums:
        """Read what `to_json` gave."""
        standing = kept["standing"]
        lists = {**standing["lists"]}
        lists["last_sealed_on"] = _day(lists["last_sealed_on"])
        return cls(
            {
                axis: [Breakdown(tuple(row[0]), *row[1:]) for row in rows]
                for axis, rows in kept["lines"].items()
            },
            Standing(
                lists=Lists(**lists),
                recoveries=tuple(Tally(**row) for row in standing["recoveries"]),
                recovery_total=Tally(**standing["recovery_total"]),
                deaths=Deaths(**standing["deaths"]),
                entitlements=tuple(EntitlementCount(**row) for row in standing["entitlements"]),
                verification=tuple(Tally(**row) for row in standing["verification"]),
                reconciliations=tuple(
                    Reconciled(**{**row, "reconciled_on": date.fromisoformat(row["reconciled_on"])})
                    for row in standing["reconciliations"]
                ),
                updated_at=_moment(standing["updated_at"]),
            ),
            {code: Count(*values) for code, values in kept.get("counts", {}).items()},
            {code: (values[0], values[1]) for code, values in kept.get("entered", {}).items()},
            {code: tuple(texts) for code, texts in kept.get("notes", {}).items()},
        )


def add(parts: Sequence[Sums]) -> Sums:
    """Add the sums of several communes; at least one is needed.

    A person on the lists of two communes of the period counts in each of them.
    """
    axes = {axis for part in parts for axis in part.lines}
    return Sums(
        {axis: _add_lines([part.lines.get(axis, ()) for part in parts]) for axis in sorted(axes)},
        _add_standing([part.standing for part in parts]),
        {
            code: Count(
                *map(
                    sum,
                    zip(*(_values(p.counts[code]) for p in parts if code in p.counts), strict=True),
                )
            )
            for code in sorted({code for part in parts for code in part.counts})
        },
        {
            code: (
                sum(part.entered.get(code, (0, 0))[0] for part in parts),
                sum(part.entered.get(code, (0, 0))[1] for part in parts),
            )
            for code in sorted({code for part in parts for code in part.entered})
        },
        {
            code: tuple(text for part in parts for text in part.notes.get(code, ()))
            for code in sorted({code for part in parts for code in part.notes})
        },
    )


def _add_lines(parts: Sequence[Sequence[Breakdown]]) -> list[Breakdown]:
    added = _by_key((_values(row) for rows in parts for row in rows), 1)
    return [Breakdown(*row) for row in sorted(added, key=lambda row: tuple(map(str, row[0])))]


def _add_standing(parts: Sequence[Standing]) -> Standing:
    lists = [part.lists for part in parts]
    sealed = [one.last_sealed_on for one in lists if one.last_sealed_on is not None]
    moments = [part.updated_at for part in parts if part.updated_at is not None]
    return Standing(
        lists=Lists(
            sum(one.sealed for one in lists),
            sum(one.announced_lines for one in lists),
            sum(one.announced_total for one in lists),
            max(sealed, default=None),
        ),
        recoveries=_add_rows(Tally, 1, (part.recoveries for part in parts)),
        recovery_total=_add_rows(Tally, 1, ((part.recovery_total,) for part in parts))[0],
        deaths=Deaths(
            sum(part.deaths.in_period for part in parts), sum(part.deaths.to_date for part in parts)
        ),
        entitlements=_add_rows(EntitlementCount, 2, (part.entitlements for part in parts)),
        verification=_add_rows(Tally, 1, (part.verification for part in parts)),
        reconciliations=_add_rows(Reconciled, 1, (part.reconciliations for part in parts)),
        updated_at=min(moments, default=None),
    )


def _add_rows(kind: Callable[..., T], keys: int, parts: Iterable[Sequence[T]]) -> tuple[T, ...]:
    """Add rows whose first `keys` fields are their key."""
    added = _by_key((_values(row) for rows in parts for row in rows), keys)
    return tuple(kind(*row) for row in sorted(added, key=lambda row: tuple(map(str, row[:keys]))))


def _by_key(rows: Iterable[Row], keys: int) -> list[Row]:
    """Add numbers of rows with the same key; of days the latest stays."""
    found: dict[Row, list[Any]] = {}
    for row in rows:
        kept = found.setdefault(row[:keys], [None] * (len(row) - keys))
        for index, value in enumerate(row[keys:]):
            kept[index] = _together(kept[index], value)
    return [(*key, *values) for key, values in found.items()]


def _together(kept: Any, value: Any) -> Any:
    if kept is None or value is None:
        return value if kept is None else kept
    return max(kept, value) if isinstance(value, date) else kept + value


def _values(row: Any) -> Row:
    return tuple(getattr(row, field.name) for field in fields(row))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
