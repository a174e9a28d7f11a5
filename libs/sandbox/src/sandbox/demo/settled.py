"""Waiting until what one service said has been heard by the others, asked over HTTP."""

from __future__ import annotations

import re

from sandbox.demo.client import SERVICES, Client, wait_until

PENDING = re.compile(r"^(outbox_pending|consumer_pending)\{[^}]*\} ([0-9.e+]+)$", re.MULTILINE)


def pending_events(client: Client) -> int:
    """Count the events written but not published, and published but not yet applied."""
    total = 0.0
    for service in SERVICES:
        base: str = getattr(client.addresses, service)
        answer = client.http.get(f"{base}/metrics")
        total += sum(float(value) for _, value in PENDING.findall(answer.text))
    return int(total)


def wait_for_events(client: Client) -> None:
    """Return when nothing was pending twice in a row: an event may cause another."""
    quiet = 0

    def settled() -> bool:
        nonlocal quiet
        quiet = quiet + 1 if pending_events(client) == 0 else 0
        return quiet > 1

    wait_until(settled, "các dịch vụ nhận hết thông báo của nhau")
