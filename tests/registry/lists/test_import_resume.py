"""An import that is killed or cancelled in the middle goes on, and every row counts once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from common.database.session import Scope
from registry.lists.domain.dates import EPOCH_1900
from registry.lists.gateway.reading import Table
from registry.lists.service.slices import slice_rows

TakeIn = Callable[..., Awaitable[dict[str, Any]]]
ROWS = 60
SLICES = 20
"""Slices grow with the list, but it always goes in by at least twenty."""


def rows() -> list[dict[str, Any]]:
    return [
        {
            "stt": n,
            "name": f"Trần Thị {('Lan', 'Hồng', 'Mận')[n // 20 % 3]}",
            "birth": date(1930 + n % 20, 5, 7),
            "sex": "Nữ",
            "number": f"0031{30 + n % 20}{n:06d}",
            "category": "Người khuyết tật nặng",
            "coefficient": 2,
            "amount": 1000000,
            "decision": "1/QĐ-UBND",
            "decided": date(2025, 7, 10),
            "method": "Chuyển khoản",
            "account": f"99{n:011d}",
            "bank": "Agribank",
            "note": "hộ nghèo",
        }
        for n in range(1, ROWS + 1)
    ]


async def assert_each_row_counts_once(registry: Any, import_id: str) -> None:
    told = await registry.rows_of(import_id)
    assert len({row["row_number"] for row in told}) == len(told) == ROWS
    assert {row["outcome"] for row in told} == {"created"}
    accepted = [e for e in await registry.events() if "row_accepted" in e["type"]]
    assert len(accepted) == ROWS
    assert len({event["subject"] for event in accepted}) == ROWS
    async with registry.client.context.db.read(Scope.service("test")) as session:
        for invariant in registry.client.app.state.definition.invariants:
            assert not await invariant.check(session), invariant.name


async def submit_without_worker(registry: Any, tmp_path: Path, workbook: Any) -> dict[str, Any]:
    content = workbook(rows()).write(tmp_path / "list.xlsx")
    answer = await registry.upload(content)
    assert answer.status_code == 202, answer.text
    accepted: dict[str, Any] = answer.json()
    return accepted


def worker_environment(registry: Any) -> dict[str, str]:
    """Give the settings of the running registry to a process of its own."""
    settings = registry.client.context.settings
    plain = {
        "ANSINH_ENVIRONMENT": "sandbox",
        "ANSINH_PROVINCE_CODE": settings.province_code,
        "ANSINH_DATABASE_URL": settings.database_url.get_secret_value(),
        "ANSINH_NATS_URL": settings.nats_url,
        "ANSINH_NATS_USER": settings.nats_user,
        "ANSINH_NATS_PASSWORD": settings.nats_password.get_secret_value(),
        "ANSINH_OIDC_ISSUER": settings.oidc_issuer,
        "ANSINH_OIDC_JWKS_URL": settings.oidc_jwks_url,
        "ANSINH_BUSINESS_CLOCK_FILE": str(settings.business_clock_file),
        "ANSINH_DISBURSEMENT_PUBLIC_KEY": settings.disbursement_public_key,
        "ANSINH_UPLOAD_KEY": settings.upload_key.get_secret_value(),
        "ANSINH_SEALED_FACTS_KEY": settings.sealed_facts_key.get_secret_value(),
        "ANSINH_NEUTRAL_GROUP_CODE": settings.neutral_group_code,
        "ANSINH_INTAKE_SLICE_ROWS": "1",
        "ANSINH_PORT": "0",
    }
    return {"PATH": os.environ["PATH"], **plain}


async def applied(registry: Any) -> int:
    (row,) = await registry.query("SELECT count(*) AS slices FROM intake_slice")
    return int(row["slices"])


async def test_a_worker_killed_in_the_middle_is_followed_by_one_that_finishes(
    start_registry: Any, tmp_path: Path, workbook: Any
) -> None:
    registry = await start_registry(worker=False, intake_slice_rows=1)
    accepted = await submit_without_worker(registry, tmp_path, workbook)
    environment = worker_environment(registry)

    async def start_worker() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "registry",
            "worker",
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )

    killed = await start_worker()
    async with asyncio.timeout(60):
        while await applied(registry) < 3:
            await asyncio.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    await killed.wait()
    done = await applied(registry)
    assert 3 <= done < SLICES
    # The dead worker's claim goes stale by itself; a test need not wait for it.
    await registry.query("UPDATE operation SET heartbeat_at = now() - interval '1 hour'")
    second = await start_worker()
    async with asyncio.timeout(60):
        while (await operation_of(registry, accepted))["state"] != "succeeded":
            await asyncio.sleep(0.05)
    second.terminate()
    await second.wait()
    assert await applied(registry) == SLICES
    await assert_each_row_counts_once(registry, accepted["import_id"])


async def operation_of(registry: Any, accepted: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await registry.get(f"/operations/{accepted['operation_id']}")).json()
    assert found["state"] != "failed", found["problem"]
    return found


async def test_a_cancelled_import_keeps_its_slices_and_goes_on_when_sent_again(
    start_registry: Any, tmp_path: Path, workbook: Any, drain: Callable[..., Any]
) -> None:
    registry = await start_registry(intake_slice_rows=1)
    accepted = await submit_without_worker(registry, tmp_path, workbook)
    async with asyncio.timeout(60):
        while await applied(registry) < 2:
            await asyncio.sleep(0.005)
    cancelled = await registry.post(f"/operations/{accepted['operation_id']}/cancel")
    assert cancelled.status_code == 200
    await drain()
    state = (await registry.get(f"/imports/{accepted['import_id']}")).json()
    assert state["state"] == "cancelled"
    assert 2 <= state["counts"]["created"] < ROWS
    again = await registry.upload((tmp_path / "list.xlsx").read_bytes())
    assert again.json()["import_id"] == accepted["import_id"]
    assert again.json()["operation_id"] != accepted["operation_id"]
    await drain()
    state = (await registry.get(f"/imports/{accepted['import_id']}")).json()
    assert state["state"] == "succeeded"
    operation = await operation_of(registry, again.json())
    assert (operation["done"], operation["total"]) == (ROWS, ROWS)
    await assert_each_row_counts_once(registry, accepted["import_id"])


@pytest.mark.parametrize(
    ("lines", "most"), [(500, 1000), (20_000, 1000), (100_000, 5000), (1_000_000, 25_000)]
)
def test_a_large_list_shows_at_least_twenty_steps(lines: int, most: int) -> None:
    table = Table("beneficiary_list", [], EPOCH_1900, [], True, lines)
    assert slice_rows(1000, table) == most
    assert lines <= 1000 or lines // most >= 20
