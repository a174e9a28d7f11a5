"""Write down a dossier that did not come through the portal: counter, post, mobile session, home.

Căn cứ: khoản 2 Điều 20 Nghị định 118/2025/NĐ-CP: received at any counter of the province, routed to the owner's
commune, the result returned to the counter that received it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from common.database.rows import whole_province
from common.database.session import AsyncSession
from common.runtime.clock import VN_TZ
from eligibility.dossiers import store
from eligibility.dossiers.domain import Dossier
from eligibility.dossiers.service.intake import Filing, check_receipt, receive

_OWN_NUMBERS_FROM = 9_000_000
"""Numbers below are the portal's: its codes and ours never meet."""


async def file_at_office(
    session: AsyncSession,
    filing: Filing,
    form: Mapping[str, Any],
    *,
    received_in: str,
    actor: str,
    now: datetime,
) -> Dossier:
    """Give the dossier its code and take it in as `receive` does.

    Args:
        session: the transaction; its communes hold `received_in`.
        filing: what the form says; its code is given here.
        form: the form as the officer sent it, kept sealed.
        received_in: commune of the office that took it in; the dossier goes to the owner's commune.
        actor: the officer.
        now: business time.

    Raises:
        Those of `receive`.
    """
    check_receipt(filing.received_at, now)
    day = filing.received_at.astimezone(VN_TZ).date()
    unit = session.info["settings"].portal_unit_code
    async with whole_province(session):
        number = await store.next_number(session, day, received_in)
    code = f"{unit}.{received_in}-{day:%y%m%d}-{_OWN_NUMBERS_FROM + number}"
    owner = filing.owner
    # Who names no commune lives where the office is, until the registry knows better.
    if owner.commune_code is None:
        owner = replace(owner, commune_code=received_in)
    return await receive(
        session, replace(filing, dossier_code=code, owner=owner), form, actor=actor, now=now
    )
