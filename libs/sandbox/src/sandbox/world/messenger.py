"""Carries the partners' result and statement messages to disbursement when their day has come.

At least once: the same message id with the same bytes until disbursement has taken it.
"""

from __future__ import annotations

import asyncio
import json
import logging

import httpx

from sandbox.world.clock import SandboxClock
from sandbox.world.issuer import Issuer
from sandbox.world.partner import PartnerProfile
from sandbox.world.settings import WorldSettings
from sandbox.world.signing import Signer
from sandbox.world.store import WorldStore

PAUSE_SECONDS = 0.3
RETRY_SECONDS = 2.0
logger = logging.getLogger(__name__)


class Messenger:
    """One loop for all partners."""

    def __init__(
        self,
        settings: WorldSettings,
        store: WorldStore,
        clock: SandboxClock,
        issuer: Issuer,
        profiles: tuple[PartnerProfile, ...],
    ) -> None:
        """Take the partners and their keys."""
        self._settings = settings
        self._store = store
        self._clock = clock
        self._issuer = issuer
        self._profiles = {profile.code: profile for profile in profiles}
        self._signers = {
            profile.code: Signer(
                profile.key_id, settings.secret(f"{profile.client_id}_signing_key")
            )
            for profile in profiles
        }

    async def run(self, http: httpx.AsyncClient) -> None:
        """Deliver what is due, for ever."""
        while True:
            try:
                delivered = await self.deliver_due(http)
                await asyncio.sleep(0 if delivered else PAUSE_SECONDS)
            except httpx.HTTPError as error:
                logger.warning("disbursement did not take a message: %s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def deliver_due(self, http: httpx.AsyncClient) -> int:
        """Send every message whose day has come, oldest first; gives how many were taken."""
        due = self._store.rows(
            "select id, partner, body from message where delivered_at is null and due_on <= ?"
            " order by due_on, id",
            (self._clock.today().isoformat(),),
        )
        for message in due:
            await self._send(http, message["id"], message["partner"], message["body"])
        return len(due)

    async def _send(self, http: httpx.AsyncClient, key: str, partner: str, body: str) -> None:
        request = http.build_request(
            "POST",
            f"{self._settings.disbursement_url}/disbursement/v1/partners/{partner}/results",
            content=body.encode(),
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": key,
                "Authorization": "Bearer "
                + self._issuer.own_token(self._profiles[partner].client_id),
            },
        )
        response = await http.send(self._signers[partner].sign(request))
        with self._store.transaction() as connection:
            connection.execute(
                "update message set attempts = attempts + 1, delivered_at ="
                " case when ? then ? else delivered_at end where id = ?",
                (response.is_success, self._clock.now().isoformat(), key),
            )
        if response.is_error:
            logger.warning("message %s refused: %s", key, _code(response))
            response.raise_for_status()


def _code(response: httpx.Response) -> str:
    try:
        return f"{response.status_code} {response.json().get('code')}"
    except (json.JSONDecodeError, AttributeError):
        return str(response.status_code)
