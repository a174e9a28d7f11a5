"""The keys of the room, and accounts opened for a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from common.database.session import AsyncSession
from common.sealing import BlindIndex, FieldCipher
from disbursement.accounts.domain import OpenedAccount
from disbursement.accounts.store import changes as store


class Vault:
    """The keys of this room: opens what intake sealed, seals what the database keeps."""

    def __init__(self, *, private_key: str, field_key: str, index_key: str) -> None:
        """Keep the keys (base64); they are read when first used."""
        self.private_key = private_key
        self._field_key = field_key
        self._index_key = index_key

    @cached_property
    def cipher(self) -> FieldCipher:
        """Seals fields and files."""
        return FieldCipher(self._field_key)

    @cached_property
    def index(self) -> BlindIndex:
        """Finds equal account numbers without reading them."""
        return BlindIndex(self._index_key)

    def __repr__(self) -> str:
        """Never show a key."""
        return "Vault(...)"


async def open_accounts(
    session: AsyncSession, vault: Vault, accounts: Sequence[UUID]
) -> dict[UUID, OpenedAccount]:
    """Open the accounts that a payment file needs, wherever their owners live now.

    Raises:
        RuntimeError: an account is missing; a file never leaves without one that its list names.
    """
    opened = {
        row["account_id"]: OpenedAccount(
            vault.cipher.decrypt(row["number_encrypted"], aad("number", row["account_id"])),
            vault.cipher.decrypt(row["holder_encrypted"], aad("holder", row["account_id"]))
            if row["holder_encrypted"]
            else None,
        )
        for row in await store.sealed_numbers(session, accounts)
    }
    if len(opened) != len(set(accounts)):
        msg = "an account that a list names does not exist"
        raise RuntimeError(msg)
    return opened


def aad(column: str, account_id: UUID) -> str:
    """Bind a sealed field to its row."""
    return f"account|{column}|{account_id}"
