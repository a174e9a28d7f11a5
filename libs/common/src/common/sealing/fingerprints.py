"""Which keys the data of a database was written with: a fingerprint of each stands in it.

A key that was lost and made anew would seal new rows that the old backups cannot open and could not
open the old rows. So a service whose keys differ from the fingerprints refuses to start.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from sqlalchemy import text

from common.database.session import Database, Scope

_BYTES = 16
_WRITE = text(
    "INSERT INTO key_fingerprint (name, fingerprint)"
    " SELECT * FROM unnest(CAST(:names AS text[]), CAST(:marks AS text[]))"
    " ON CONFLICT (name) DO NOTHING"
)
_READ = text("SELECT name, fingerprint FROM key_fingerprint")


class KeysDifferError(RuntimeError):
    """The data was written with other keys than those that this process was given."""


def fingerprint(name: str, secret: str) -> str:
    """Give what may be shown of a key: 16 bytes of an HMAC under it, in hexadecimal."""
    return hmac.digest(secret.encode(), f"ansinh key {name}".encode(), hashlib.sha256)[
        :_BYTES
    ].hex()


async def verify_keys(db: Database, keys: Mapping[str, str]) -> None:
    """Compare the keys with the fingerprints in the database; a name that is new is written down.

    Args:
        db: of the service.
        keys: name of the setting -> the secret; an empty one counts as missing.

    Raises:
        KeysDifferError: a key is another one, or missing where data was written with it.
        sqlalchemy.exc.DBAPIError, OSError: the database cannot be asked now.
    """
    given = {name: fingerprint(name, secret) for name, secret in keys.items() if secret}
    async with db.transaction(Scope.service("keys")) as session:
        await session.execute(_WRITE, {"names": list(given), "marks": list(given.values())})
        rows = await session.execute(_READ)
        known = {str(name): str(mark) for name, mark in rows}
    differing = sorted(name for name in keys if name in known and known[name] != given.get(name))
    if differing:
        msg = (
            f"khóa {', '.join(differing)} không phải khóa đã dùng để ghi dữ liệu này;"
            " lấy đúng tệp trong secrets/ từ két của hai người giữ khóa, không tạo khóa mới"
        )
        raise KeysDifferError(msg)
