"""Deliver queued statuses to the portal, every second."""

from __future__ import annotations

from common.runtime.context import ServiceContext
from common.runtime.worker import PeriodicJob
from common.web.client_tokens import ClientCredentials
from eligibility.portal import service
from eligibility.portal.gateway import PortalGateway

_EVERY_SECONDS = 1.0


class _Delivery:
    """Keeps the gateway, and with it the token, from one run to the next."""

    def __init__(self) -> None:
        self._gateway: PortalGateway | None = None

    async def run(self, context: ServiceContext) -> None:
        settings = context.settings
        if not settings.portal_url:
            return
        if self._gateway is None:
            self._gateway = PortalGateway(
                context.http,
                settings.portal_url,
                ClientCredentials(
                    context.http,
                    token_url=settings.token_url,
                    client_id=settings.portal_client_id,
                    client_secret=settings.portal_client_secret,
                    issuer=settings.oidc_issuer,
                ),
            )
        await service.deliver(context.db, self._gateway)


def delivery_job() -> PeriodicJob:
    """Make the job; without a portal address in the settings it does nothing."""
    return PeriodicJob("portal-delivery", _EVERY_SECONDS, _Delivery().run)
