"""Two partners as rows, for tests that are not about entering partners over the API."""

from __future__ import annotations

from datetime import date

import asyncpg

FIRST_DAY = date(2026, 1, 1)
BANK, POST = "agribank", "vnpost"
_PARTNER = """
INSERT INTO partner (code, kind, name, format, delivery, address, client_id, token_url, contract,
  fees, profile) VALUES ($1, $2, $1, $3, $4, $5, $6, '', '{}', '{}', '{}')
"""


async def enter_partners(
    url: str, *, address: str = "", keys: tuple[str, str] | None = None
) -> None:
    """Enter a bank (all accounts) and a post office (all cash), with a key each if given."""
    connection = await asyncpg.connect(url)
    try:
        for code, desk in ((BANK, "bank"), (POST, "post")):
            bank = code == BANK
            await connection.execute(
                _PARTNER, code, "bank" if bank else "post_office",
                "pain.001.001.09" if bank else "csv", "push" if address else "pull",
                f"{address}/{desk}" if address else "", f"client:{code}",
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO debtor_account (partner, holder, account, bank_code, valid_from)"
                " VALUES ($1, 'UBND xã Mẫu', '0099000111222', '970405', $2)", code, FIRST_DAY,
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO partner_route (method, partner) VALUES ($1, $2)",
                "account" if bank else "cash", code,
            )  # fmt: skip
            if keys:
                await connection.execute(
                    "INSERT INTO partner_key (key_id, partner, public_key, valid_from)"
                    " VALUES ($1, $2, $3, $4)", code, code, keys[0 if bank else 1], FIRST_DAY,
                )  # fmt: skip
    finally:
        await connection.close()
