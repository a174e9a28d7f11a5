"""`python -m <service> audit [--head 12:3fa0...]`: check the sealed log and print its head."""

from __future__ import annotations

from common.audit.chain import Head, verify
from common.database.session import Database, Scope


async def audit_report(database: Database, kept: str | None) -> tuple[list[str], bool]:
    """Compute every block again; returns lines to print, and whether the log is whole.

    Args:
        database: not opened yet.
        kept: a head that was kept outside the server, `block:digest`.

    Raises:
        ValueError: `kept` is no head.
    """
    head = Head.parse(kept) if kept else None
    await database.open()
    try:
        verdict = await verify(database, Scope.service("audit"), head)
    finally:
        await database.close()
    lines = [f"BROKEN {fault}" for fault in verdict.faults]
    state = "broken" if verdict.faults else "whole"
    lines.append(
        f"{database.service}: the audit log is {state}, {verdict.entries} sealed entries,"
        f" head {verdict.head}"
    )
    return lines, not verdict.faults
