"""The sample as a service in the place of `registry`: one route that writes and tells, one job."""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import text

from common.database.ids import new_id
from common.events.dispatch import Dispatcher
from common.events.emit import emit
from common.runtime.invariants import sql_invariant
from common.runtime.service import PeriodicJob, Service, ServiceContext
from common.runtime.settings import ServiceSettings
from common.testing.sample.side import SAMPLE, SCOPE, person
from common.web.auth import Actor, requires
from common.web.deps import SessionDep

router = APIRouter(tags=["sample"])


class SampleSettings(ServiceSettings):
    """Nothing of its own."""

    service: ClassVar[str] = "registry"
    migrations_package: ClassVar[str] = SAMPLE

    port: int = 8109


@router.post("/things", status_code=201, summary="Tạo")
async def create_thing(
    session: SessionDep, actor: Annotated[Actor, requires("registry:write")]
) -> dict[str, UUID]:
    """Write a row and tell of it."""
    del actor
    thing_id = new_id()
    await session.execute(
        text("INSERT INTO thing (id, commune_code, name) VALUES (:id, '25000', 'made')"),
        {"id": thing_id},
    )
    await emit(session, person(thing_id), aggregate_id=thing_id, version=1)
    return {"id": thing_id}


async def tick(ctx: ServiceContext) -> None:
    """Leave a trace of each round."""
    async with ctx.db.transaction(SCOPE) as session:
        await session.execute(text("INSERT INTO entry (text) VALUES ('tick')"))


def create_service(settings: ServiceSettings) -> Service:
    """Put the sample together."""
    return Service(
        name="registry",
        settings=settings,
        dispatcher=Dispatcher([]),
        routers=[router],
        periodic=[PeriodicJob("tick", 0.1, tick)],
        invariants=[
            sql_invariant("names are not empty", "SELECT id FROM thing WHERE name = ''"),
        ],
    )
