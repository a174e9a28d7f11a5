"""Tells the main story through the proxy: the demo's own client, with addresses of the stack."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from sandbox.demo.client import Addresses
from sandbox.demo.story import run_demo


def main() -> None:
    """Run the demo: `tell_story.py <proxy> <world> <users.json> <output folder>`."""
    proxy, world, users, output = sys.argv[1:]
    began = time.monotonic()
    addresses = Addresses(
        registry=proxy, eligibility=proxy, disbursement=proxy, reporting=proxy, world=world
    )
    figures = run_demo(addresses, json.loads(Path(users).read_text("utf-8")), Path(output))
    sys.stdout.write(
        f"story told in {time.monotonic() - began:.1f} s: {len(figures)} tables of figures\n"
    )


main()
