"""What partners send is kept as it came, sealed: messages, and what was refused as a whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from common.database.session import AsyncSession
from disbursement.accounts.service import Vault
from disbursement.partners.domain import RefusedMessageNotFound
from disbursement.partners.store import results as store


def sealed(vault: Vault, table: str, partner: str, key: str, raw: bytes) -> bytes:
    """Seal what a partner sent: it names people and accounts."""
    return vault.cipher.encrypt_bytes(raw, _message_aad(table, partner, key))


def _message_aad(table: str, partner: str, key: str) -> str:
    """Bind sealed bytes to their row: `message` by message id, `refusal` by digest."""
    return f"partner_{table}|raw|{partner}|{key}"


async def keep_refused(
    session: AsyncSession, vault: Vault, *, partner: str, code: str, raw: bytes, now: datetime
) -> None:
    """Keep the bytes of a message that was refused as a whole; the same bytes are kept once."""
    digest = hashlib.sha256(raw).hexdigest()
    kept = sealed(vault, "refusal", partner, digest, raw)
    await store.keep_refused(session, [partner, digest, code, kept, len(raw), now])


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message that was refused as a whole, as often as it came."""

    partner: str
    sha256: str
    code: str
    size: int
    times: int
    first_at: datetime
    last_at: datetime


async def refused_messages(
    session: AsyncSession, partner: str, *, after: tuple[datetime, str] | None, limit: int
) -> list[RefusedMessage]:
    """Give refused messages of a partner, the latest first."""
    rows = await store.refused(session, partner, after=after, limit=limit)
    return [RefusedMessage(**dict(row)) for row in rows]


async def refused_bytes(session: AsyncSession, vault: Vault, partner: str, sha256: str) -> bytes:
    """Give the bytes of a refused message as they came.

    Raises:
        RefusedMessageNotFound: nothing was refused that has this digest.
    """
    kept = await store.refused_bytes(session, partner, sha256)
    if kept is None:
        raise RefusedMessageNotFound
    return vault.cipher.decrypt_bytes(kept, _message_aad("refusal", partner, sha256))
