"""Waiting until what one service said has been heard by the others, asked over HTTP."""

from __future__ import annotations

from sandbox.demo.client import SERVICES, Client, wait_until

OPERATOR = "van_hanh"


def pending_events(client: Client) -> int:
    """Count events written but not published, and published but not yet applied."""
    total = 0
    for service in SERVICES:
        standing = client.get(OPERATOR, f"/{service}/v1/events/standing")
        if not standing["connected"]:
            return 1
        total += standing["outbox_pending"] + sum(
            consumer["waiting"] + consumer["in_hand"] for consumer in standing["consumers"]
        )
    return total


def wait_for_events(client: Client) -> None:
    """Return when nothing was pending twice in a row: an event may cause another."""
    quiet = 0

    def settled() -> bool:
        nonlocal quiet
        quiet = quiet + 1 if pending_events(client) == 0 else 0
        return quiet > 1

    wait_until(settled, "các dịch vụ nhận hết thông báo của nhau")
