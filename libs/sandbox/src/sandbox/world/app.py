"""The stand-ins as one FastAPI application."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Annotated

import httpx
from fastapi import FastAPI, Header, HTTPException

from sandbox.world.banking import BANK, POST, Desk, Introduction, desk_router, introduction_router
from sandbox.world.clock import SandboxClock, clock_router
from sandbox.world.issuer import Issuer, issuer_router
from sandbox.world.messenger import Messenger
from sandbox.world.partner import Partner, PartnerProfile
from sandbox.world.population import load_citizens, population_router
from sandbox.world.portal import Portal, portal_router
from sandbox.world.settings import WorldSettings
from sandbox.world.signing import public_key_of, verified_body
from sandbox.world.store import WorldStore

TIMEOUT = httpx.Timeout(30.0, connect=5.0)


def allowed_by(issuer: Issuer) -> Callable[[str], Callable[[str | None], None]]:
    """Give a factory of dependencies that ask for one scope in a token of ours."""

    def needs(scope: str) -> Callable[[str | None], None]:
        def check(authorization: Annotated[str | None, Header()] = None) -> None:
            scheme, _, token = (authorization or "").partition(" ")
            if scheme != "Bearer" or not token:
                raise HTTPException(401, "a bearer token is needed")
            if scope not in issuer.scopes_of(token):
                raise HTTPException(403, f"the token lacks {scope}")

        return check

    return needs


def introduction_of(profile: PartnerProfile, settings: WorldSettings, prefix: str) -> Introduction:
    """Give what a partner tells the province: its address, its client, its public key."""
    seed = settings.secret(f"{profile.client_id}_signing_key")
    return Introduction(
        code=profile.code,
        partner_kind=profile.kind,
        name=profile.name,
        format=profile.format,
        address=f"{settings.base_url()}{prefix}",
        client_id=profile.client_id,
        key_id=profile.key_id,
        public_key=public_key_of(seed),
    )


def build_world(settings: WorldSettings) -> FastAPI:
    """Give the application; its store is opened now and closed with it."""
    settings.world_folder.mkdir(parents=True, exist_ok=True)
    store = WorldStore(settings.world_folder / "world.sqlite3")
    clock = SandboxClock(settings.business_clock_file)
    issuer = Issuer(settings)
    allowed = allowed_by(issuer)
    http = httpx.AsyncClient(timeout=TIMEOUT)
    desks = {
        "/bank": Desk(Partner(BANK, store, clock), store),
        "/post": Desk(Partner(POST, store, clock), store),
    }
    for file in settings.population_files:
        load_citizens(store, json.loads(file.read_text(encoding="utf-8")))
    messenger = Messenger(settings, store, clock, issuer, (BANK, POST))

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(messenger.run(http))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await http.aclose()
        store.close()

    app = FastAPI(title="An Sinh: outside world of the sandbox", lifespan=lifespan)
    app.include_router(issuer_router(issuer))
    app.include_router(clock_router(clock))
    app.include_router(population_router(store, allowed, settings.population_behaviour))
    app.include_router(portal_router(Portal(settings, store, clock, issuer, http), allowed))
    signed = verified_body(settings.secret("disbursement_verify_key"))
    for prefix, desk in desks.items():
        scope = allowed(f"{prefix[1:]}:lists")
        app.include_router(desk_router(prefix, desk, clock, scope=scope, signed_body=signed))
        about = introduction_of(desk.partner.profile, settings, prefix)
        app.include_router(introduction_router(prefix, about))

    @app.get("/livez", include_in_schema=False)
    def live() -> dict[str, str]:
        return {"status": "ok"}

    return app
