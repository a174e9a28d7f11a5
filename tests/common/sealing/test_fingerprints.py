"""A service whose keys are not those of its data refuses; a new key is written down once."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from common.runtime.settings import ServiceSettings
from common.sealing.fingerprints import KeysDifferError, fingerprint, verify_keys
from common.testing.sample.service import SampleSettings, create_service
from common.testing.sample.side import SAMPLE
from common.testing.services import ServiceRunner


class SealingSettings(SampleSettings):
    data_keys: ClassVar[tuple[str, ...]] = ("field_key", "code")

    field_key: SecretStr = SecretStr("")
    code: str = ""


async def _values(services: ServiceRunner) -> dict[str, Any]:
    values = await services.values("registry", package=SAMPLE, worker=False)
    return {**values, "field_key": "the key", "code": "ABC123"}


@pytest.mark.parametrize(
    "change", [{"field_key": "a new key"}, {"field_key": ""}, {"code": "XYZ789"}, {"code": ""}]
)
async def test_a_service_with_other_keys_than_its_data_does_not_start(
    services: ServiceRunner, change: dict[str, str]
) -> None:
    values = await _values(services)
    first = await services.run(create_service(SealingSettings(**values)))
    assert (await first.get("/readyz")).json()["checks"]["keys"] == "ok"
    await services.run(create_service(SealingSettings(**values)))
    with pytest.raises(KeysDifferError, match=next(iter(change))) as refused:
        await services.run(create_service(SealingSettings(**{**values, **change})))
    assert "the key" not in str(refused.value)


async def test_a_refused_start_leaves_no_task_behind(services: ServiceRunner) -> None:
    values = await _values(services)
    await services.run(create_service(SealingSettings(**values)))
    before = asyncio.all_tasks()
    with pytest.raises(KeysDifferError):
        await services.run(create_service(SealingSettings(**{**values, "code": "XYZ789"})))
    left = {task.get_name() for task in asyncio.all_tasks() - before}
    assert left & {"watchdog", "start-worker"} == set()


async def test_a_key_of_a_later_release_is_written_down(services: ServiceRunner) -> None:
    values = await _values(services)
    client = await services.run(create_service(SealingSettings(**{**values, "code": ""})))
    await verify_keys(client.context.db, {"field_key": "the key", "code": "ABC123"})
    with pytest.raises(KeysDifferError, match="code"):
        await verify_keys(client.context.db, {"field_key": "the key", "code": "ABC124"})


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_fingerprint_tells_keys_apart_and_shows_nothing_of_them(one: str, other: str) -> None:
    assert (fingerprint("n", one) == fingerprint("n", other)) == (one == other)
    assert fingerprint("n", one) != fingerprint("m", one)
    assert len(fingerprint("n", one)) == 32


def test_every_service_names_the_keys_that_its_data_depends_on() -> None:
    from disbursement.settings import DisbursementSettings
    from eligibility.settings import EligibilitySettings
    from registry.settings import RegistrySettings

    services: tuple[type[ServiceSettings], ...] = (
        RegistrySettings,
        EligibilitySettings,
        DisbursementSettings,
    )
    for settings in services:
        assert settings.data_keys
        assert set(settings.data_keys) <= set(settings.model_fields)
        sealing = {
            name
            for name in settings.model_fields
            if name.endswith(("field_key", "index_key", "upload_key", "facts_key", "private_key"))
        }
        assert sealing <= set(settings.data_keys)
