"""Figures about events for Prometheus; names of reliability.md 7.5."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

OUTBOX_PENDING = Gauge("outbox_pending", "Events written, not yet published", ["service"])
OUTBOX_OLDEST = Gauge(
    "outbox_oldest_seconds", "Age of the oldest event not yet published", ["service"]
)
PUBLISHED = Counter("outbox_published_total", "Events published", ["service"])
RELAY_ACTIVE = Gauge("relay_active", "1 where this process holds the relay's lock", ["service"])
REWOUND = Counter(
    "relay_rewound_events_total",
    "Events published again since the stream had lost them",
    ["service"],
)
STREAM_AHEAD = Gauge(
    "relay_stream_ahead", "1 while the stream holds events that the outbox never wrote", ["service"]
)

_CONSUMER = ["service", "producer"]
APPLIED = Counter("inbox_applied_total", "Events applied", _CONSUMER)
DUPLICATES = Counter("inbox_duplicates_total", "Events delivered again and skipped", _CONSUMER)
GAPS = Counter("gap_nak_total", "Events sent back since an earlier version is missing", _CONSUMER)
GAP_WAITING = Gauge(
    "gap_waiting", "Events of the last batch that wait for an earlier one", _CONSUMER
)
PARKED = Counter("dead_letter_parked_total", "Events parked", _CONSUMER)
RETRIED = Counter("consumer_retries_total", "Batches sent back for a transient error", _CONSUMER)
BATCH_SECONDS = Histogram("inbox_batch_seconds", "Time to apply one batch", _CONSUMER)
DEAD_LETTERS_OPEN = Gauge("dead_letter_open", "Parked events that wait for someone", ["service"])
