"""Tell the other services how the communes are called."""

from __future__ import annotations

from common import audit
from common.contracts.registry import AreaDescribed
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from registry.areas.service.units import book
from registry.areas.store import places as store


async def describe_communes(session: AsyncSession, province_code: str) -> int:
    """Emit name, kind and province of each commune of the caller; gives how many.

    Called after an installation and whenever units change; consumers keep the latest.
    """
    province = book().provinces[province_code]
    visible = session.info["scope"].communes
    communes = [
        commune
        for commune in book().in_province(province_code)
        if visible is None or commune.code in visible
    ]
    events = [
        NewEvent(
            commune.code,
            await store.next_version(session, commune.code),
            AreaDescribed(
                commune_code=commune.code,
                name=commune.name,
                kind=commune.kind,
                province_code=province.code,
                province_name=f"{province.kind} {province.name}",
            ),
        )
        for commune in communes
    ]
    await emit_many(session, events)
    await audit.record(
        session, "areas.described", "province", province_code, {"communes": len(communes)}
    )
    return len(communes)
