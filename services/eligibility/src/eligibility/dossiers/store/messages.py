"""Messages of the portal as they came, sealed, and numbers of dossiers that an office takes in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import text

from common.database.session import AsyncSession
from common.sealing import BlindIndex, FieldCipher


@dataclass(frozen=True, slots=True)
class MessageSeals:
    """Seals messages at rest, and knows the same message again without reading it.

    Without keys (a sandbox) nothing but the message's hash is kept.
    """

    cipher: FieldCipher | None = None
    index: BlindIndex | None = None

    @classmethod
    def of(cls, settings: Any) -> MessageSeals:
        """Use the service's own keys."""
        key = settings.field_key.get_secret_value()
        index = settings.blind_index_key.get_secret_value()
        return cls(FieldCipher(key) if key else None, BlindIndex(index) if index else None)

    def digest(self, message: Mapping[str, Any]) -> bytes:
        """Give what equal messages share: members may come in another order."""
        written = _canonical(message)
        if self.index is not None:
            return self.index.of(written)
        return hashlib.sha256(written.encode()).digest()[:16]

    def sealed(self, message: Mapping[str, Any], code: str, number: int) -> bytes | None:
        """Seal a message to its place."""
        if self.cipher is None:
            return None
        return self.cipher.encrypt(_canonical(message), f"dossier_message|sealed|{code}|{number}")


def _canonical(message: Mapping[str, Any]) -> str:
    return to_json(_sorted(message)).decode()


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


async def keep_message(
    session: AsyncSession,
    *,
    code: str,
    commune_code: str,
    message: Mapping[str, Any],
    seals: MessageSeals,
    now: datetime,
) -> None:
    """Store a message of a dossier; the caller holds the dossier's row."""
    number = int(
        await session.scalar(
            text("SELECT count(*) + 1 FROM dossier_message WHERE dossier_code = :code"),
            {"code": code},
        )
        or 1
    )
    await session.execute(
        text("""
            INSERT INTO dossier_message (dossier_code, number, commune_code, sealed, digest,
                received_at)
            VALUES (:code, :number, :commune, :sealed, :digest, :now)
        """),
        {
            "code": code,
            "number": number,
            "commune": commune_code,
            "sealed": seals.sealed(message, code, number),
            "digest": seals.digest(message),
            "now": now,
        },
    )


async def came_before(session: AsyncSession, code: str, digest: bytes) -> bool:
    """Tell whether this very message of a dossier was taken already."""
    statement = text(
        "SELECT EXISTS (SELECT FROM dossier_message WHERE dossier_code = :code AND digest = :digest)"
    )
    return bool(await session.scalar(statement, {"code": code, "digest": digest}))


async def next_number(session: AsyncSession, day: date, commune_code: str) -> int:
    """Give the next number of a day at a counter; a number given back is not used again."""
    statement = text("""
        INSERT INTO dossier_counter AS c (day, commune_code, last) VALUES (:day, :commune, 1)
        ON CONFLICT (day, commune_code) DO UPDATE SET last = c.last + 1 RETURNING last
    """)
    values = {"day": day, "commune": commune_code}
    return int((await session.execute(statement, values)).scalar_one())
