"""Fixtures: the real service, people and levels as events."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from tests.disbursement.house import House, Person
from tests.disbursement.partner_rows import enter_partners

from common.testing.keys import new_private_key, public_key_base64, public_key_of
from common.testing.services import ServiceClient


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def new_person() -> Callable[..., Person]:
    """Make people with numbers of an unassigned province."""
    count = 0

    def make(name: str = "Nguyễn Thị Mẫu", *, number: bool = True) -> Person:
        nonlocal count
        count += 1
        return Person(
            person_id=uuid.uuid5(uuid.NAMESPACE_OID, f"{name}{count}"),
            number=f"003150{count:06d}" if number else None,
            name=f"{name} {count}",
        )

    return make


@pytest_asyncio.fixture
async def start_house(
    service_client: Callable[..., Awaitable[ServiceClient]],
    make_token: Callable[..., str],
    business_clock: Any,
) -> Callable[..., Awaitable[House]]:
    """Start the service; `partner=address` lets it deliver."""

    async def start(partner: str = "", *, worker: bool = False, **more: Any) -> House:
        business_clock.set("2026-11-20T08:00")
        private, bank, post = new_private_key(), _key(), _key()
        settings: dict[str, Any] = {
            "account_private_key": private,
            "field_key": _key(),
            "blind_index_key": _key(),
            "signing_key": _key(),
            "delivery_seconds": 0.1,
            **more,
        }
        settings.setdefault("environment", "sandbox")
        client = await service_client("disbursement", worker=worker, **settings)
        await enter_partners(
            client.context.settings.database_url.get_secret_value(),
            address=partner,
            keys=(public_key_base64(bank), public_key_base64(post)),
        )
        return House(
            client, make_token, public_key_of(private), bank, post, settings, business_clock
        )

    return start


@pytest_asyncio.fixture
async def house(start_house: Callable[..., Awaitable[House]]) -> House:
    """The service without partners to deliver to."""
    return await start_house()
