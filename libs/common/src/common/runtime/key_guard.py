"""Keeps a service from working with keys that are not those of its data."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from common.database.session import Database
from common.sealing.fingerprints import KeysDifferError, verify_keys

_LOG = logging.getLogger(__name__)
_PAUSE_SECONDS = 2.0


class KeyGuard:
    """Compares keys and fingerprints; a database that is away is asked again until it answers."""

    def __init__(self, db: Database, keys: Mapping[str, str]) -> None:
        """Keep both; `verify` asks."""
        self._db = db
        self._keys = keys
        self._verified = False
        self._refused: KeysDifferError | None = None

    async def verify(self) -> None:
        """Return when the keys are those of the data.

        Raises:
            KeysDifferError: they are not; the service must end.
        """
        while not self._verified:
            try:
                await verify_keys(self._db, self._keys)
            except KeysDifferError as error:
                self._refused = error
                _LOG.critical("keys_refused: %s", error)
                raise
            except Exception as error:  # noqa: BLE001 - away, or not migrated yet: ask again
                _LOG.warning("keys_not_verified: %s", type(error).__name__)
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                self._verified = True

    async def verified(self) -> None:
        """Pass once the keys were verified.

        Raises:
            RuntimeError: not yet, or refused.
        """
        if not self._verified:
            raise RuntimeError(str(self._refused or "not asked yet"))
