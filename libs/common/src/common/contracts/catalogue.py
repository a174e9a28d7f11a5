"""Every event of the house, by its type."""

from __future__ import annotations

from common.contracts import disbursement, eligibility, registry, reporting
from common.contracts.envelope import EventData

EVENTS: dict[str, type[EventData]] = {
    event.event_type: event
    for module in (registry, eligibility, disbursement, reporting)
    for event in module.EVENTS
}

STREAMS: dict[str, str] = {
    "registry": "REGISTRY",
    "eligibility": "ELIGIBILITY",
    "disbursement": "DISBURSEMENT",
    "reporting": "REPORTING",
}
"""Producer -> JetStream stream."""

CONSUMES: dict[str, tuple[str, ...]] = {
    "registry": ("eligibility", "disbursement"),
    "eligibility": ("registry",),
    "disbursement": ("registry", "eligibility"),
    "reporting": ("registry", "eligibility", "disbursement"),
}
"""Consumer -> the producers whose streams it reads."""


def durable_name(consumer: str, producer: str) -> str:
    """Name the one durable pull consumer of a (service, producer) pair."""
    return f"{consumer}-from-{producer}"
