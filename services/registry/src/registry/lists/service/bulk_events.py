"""Events of many rows as whole columns of text.

One event of each kind is written by the encoder that writes every other event, with signs in place
of what differs from row to row; the columns then take the place of the signs. So what is told in
bulk has the form that the contract has today.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from common.contracts.envelope import Event, EventData
from common.events.emit import encode

_SIGN = re.compile(r'"@@(\w+)@@"')
_OUTBOX = (
    *("event_id", "aggregate_type", "aggregate_id", "aggregate_version", "subject", "payload"),
)


def told_again(rows: pl.DataFrame, kinds: Mapping[str, type[EventData]]) -> list[Event[Any]]:
    """Give rows of the outbox as events, for rooms that react to them.

    Args:
        rows: as `outbox_rows` gives them.
        kinds: subject -> contract of the events that are asked for; others are left out.
    """
    chosen = rows.filter(pl.col("subject").is_in(list(kinds)))
    pairs = zip(chosen["subject"], chosen["payload"], strict=True)
    events = []
    for subject, payload in pairs:
        written = Event[Any].model_validate_json(payload)
        data = kinds[subject].model_validate(written.data)
        events.append(written.model_copy(update={"data": data}))
    return events


def sign(name: str) -> Any:
    """Give what stands in a model for the column `name`, whatever type the field has."""
    return f"@@{name}@@"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who tells, and when."""

    source: str
    now: datetime


def outbox_rows(
    frame: pl.DataFrame, data: EventData, sender: Sender, *, version: str, event_id: str
) -> pl.DataFrame:
    """Write one event for each row, as rows of the outbox.

    Args:
        frame: `person_id` and every column that `data` names by a sign.
        data: the event with signs; made without validation.
        sender: who tells, and when.
        version: the column with the aggregate's version.
        event_id: the column with the event's id.
    """
    kind = type(data)
    event = Event[Any].model_construct(
        id=sign(event_id),
        source=sender.source,
        type=kind.event_type,
        subject=sign("person_id"),
        time=sender.now,
        sequence=sign(version),
        data=data,
    )
    return frame.select(
        event_id=pl.col(event_id),
        aggregate_type=pl.lit(kind.aggregate_type()),
        aggregate_id=pl.col("person_id"),
        aggregate_version=pl.col(version).cast(pl.Int64),
        subject=pl.lit(kind.subject()),
        payload=filled(_written(event), frame.schema),
    ).select(_OUTBOX)


def filled(text: str, columns: Mapping[str, Any]) -> pl.Expr:
    """Put columns in the place of signs; text and dates are quoted, null is `null`.

    The texts must need no escaping in JSON.
    """
    parts: list[pl.Expr] = []
    for index, piece in enumerate(_SIGN.split(text)):
        if index % 2 == 0:
            parts.append(pl.lit(piece))
            continue
        value = pl.col(piece)
        if columns[piece] in {pl.String, pl.Date}:
            value = pl.format('"{}"', value.cast(pl.String))
        parts.append(value.cast(pl.String).fill_null("null"))
    return pl.concat_str(parts)


def _written(event: Event[Any]) -> str:
    with warnings.catch_warnings():
        # Signs are texts, also where the contract has a number or a date.
        warnings.simplefilter("ignore", UserWarning)
        return encode(event)
