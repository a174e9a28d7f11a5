"""Sealing the account numbers of many rows."""

from __future__ import annotations

from uuid import UUID

import polars as pl

from registry.lists.service.payments import sealed_account


def with_seals(public_key: str, rows: pl.DataFrame, outcome: str | None = None) -> pl.DataFrame:
    """Add `account_sealed`: each account with its holder, for disbursement alone.

    Args:
        public_key: of disbursement.
        rows: account, full_name and person_id.
        outcome: only rows with this outcome are sealed; None: all.
    """
    wanted = rows.filter(pl.col("account").is_not_null())
    if outcome is not None:
        wanted = wanted.filter(pl.col("outcome") == outcome)
    texts = [
        sealed_account(public_key, account, holder=name, person_id=UUID(person))
        for account, name, person in zip(
            wanted["account"], wanted["full_name"], wanted["person_id"], strict=True
        )
    ]
    sealed = wanted.select("person_id", account_sealed=pl.Series(texts, dtype=pl.String))
    return rows.join(sealed, on="person_id", how="left", maintain_order="left")
