"""Prometheus metrics that every service has; labels are codes and templates, never values."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest

HTTP_REQUESTS = Counter(
    "http_requests_total",
    "Answered requests by route template and status",
    ["service", "method", "route", "status"],
)
HTTP_SECONDS = Histogram(
    "http_request_seconds",
    "Time to answer, by route template",
    ["service", "method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
OPERATIONS = Counter(
    "operations_finished_total", "Long operations by kind and final state", ["kind", "state"]
)

UNUSUAL_READING = Counter(
    "audit_unusual_reading_total", "Alarms about callers who read far more than usual", ["service"]
)


def render_metrics() -> tuple[bytes, str]:
    """Give the exposition text and its media type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
