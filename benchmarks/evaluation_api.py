"""One evaluation with its explanation through the API, beside the same evaluation in a process.

Different people, one month each; one client, then eight that never wait. Evaluations that arrive
together share a frame. `python -m benchmarks.evaluation_api <port>` serves eligibility for it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import uvicorn

from benchmarks.installations import folder, servers_only
from benchmarks.registry_people import call
from common.database import migrations
from common.kernel.months import Month
from common.observability.logging import configure_logging
from common.runtime.service import build_app
from common.testing.tokens import AUDIENCE, ISSUER, TestIssuer
from eligibility.law import service as law
from eligibility.main import create_service
from eligibility.settings import EligibilitySettings
from sandbox.servers.connections import service_database_url
from sandbox.servers.paths import Home
from sandbox.servers.ports import Ports
from sandbox.servers.secret_files import SecretFiles, nats_seed_name

SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
LIMITS = {1: 20.0, 8: 60.0}
_SETTINGS = "BENCHMARK_SETTINGS"


def main() -> None:
    """Measure and print."""
    alone = _alone()
    print(f"in a process, no HTTP:   p50 {alone[0]:6.1f}  p95 {alone[1]:6.1f} ms")
    with servers_only(with_schema=False) as home, folder() as keys:
        issuer = TestIssuer(keys)
        token = issuer.token(["eligibility:read"], communes=["*"], subject="can_bo")
        with _served(home, issuer) as port:
            asyncio.run(call(port, 4, 3, lambda: _request(token)))
            for clients, limit in LIMITS.items():
                timing = asyncio.run(call(port, clients, SECONDS, lambda: _request(token)))
                print(
                    f"API, {clients} client{'s' if clients > 1 else ' '}:"
                    f"          p50 {timing.p50:6.1f}  p95 {timing.p95:6.1f} of {limit:.0f} ms"
                    f"  x{timing.p95 / alone[1]:.1f}  {timing.per_second:.0f}/s"
                    f"{'' if timing.p95 <= limit else '  OVER'}",
                    flush=True,
                )


def _facts() -> dict[str, Any]:
    """Give somebody: an elder, a child or an adult, disabled or not, poor or not."""
    born = date(1935, 1, 1) + timedelta(days=random.randrange(90 * 365))
    facts: dict[str, Any] = {
        "birth_date": born.isoformat(),
        "poverty_class": random.choice(["poor", "near_poor", "none"]),
        "pension_income": random.choice([0, 0, 3_000_000]),
        "written_request": True,
    }
    if random.random() < 0.4:
        facts |= {
            "disability_degree": random.choice(["severe", "very_severe"]),
            "certificate_date": "2026-05-06",
        }
    return facts


def _request(token: str) -> bytes:
    body = json.dumps({"facts": _facts(), "month": "2026-12"}).encode()
    head = (
        "POST /eligibility/v1/evaluations HTTP/1.1\r\nHost: eligibility\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _alone(times: int = 150) -> tuple[float, float]:
    """Evaluate and explain without HTTP; gives p50 and p95 in milliseconds."""
    month = Month(2026, 12)
    took: list[float] = []
    for _ in range(times):
        facts = _facts()
        facts["birth_date"] = date.fromisoformat(facts["birth_date"])
        facts["certificate_date"] = date(2026, 5, 6) if "certificate_date" in facts else None
        facts["request"] = "written" if facts.pop("written_request") else None
        started = time.perf_counter()
        law.evaluate_person(facts, month, month)
        took.append((time.perf_counter() - started) * 1000)
    ordered = sorted(took[30:])
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]


@contextlib.contextmanager
def _served(home: Home, issuer: TestIssuer) -> Iterator[int]:
    secrets, ports = SecretFiles(home.secrets), Ports(home.run / "ports.json")
    owner = service_database_url(secrets, ports.get("postgres"), "eligibility", "owner")
    asyncio.run(migrations.upgrade(owner, "eligibility.migrations"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    given = {
        "database_url": service_database_url(secrets, ports.get("postgres"), "eligibility", "app"),
        "nats_url": f"nats://127.0.0.1:{ports.get('nats')}",
        "nats_nkey_seed_file": str(secrets.path(nats_seed_name("eligibility"))),
        "oidc_jwks_url": issuer.jwks_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.evaluation_api", str(port)],
        env={**os.environ, _SETTINGS: json.dumps(given)},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the API did not start")
        time.sleep(0.1)


def _serve(port: int) -> None:
    configure_logging("eligibility", json=True)
    settings = EligibilitySettings(
        environment="sandbox",
        province_code="68",
        nats_user="eligibility",
        oidc_issuer=ISSUER,
        oidc_audience=AUDIENCE,
        cursor_key=base64.b64encode(bytes(32)).decode(),
        run_worker=False,
        **json.loads(os.environ[_SETTINGS]),
    )
    config = uvicorn.Config(
        build_app(create_service(settings)), host="127.0.0.1", port=port, log_config=None,
        access_log=False, server_header=False, timeout_keep_alive=65, loop="uvloop",
        http="httptools",
    )  # fmt: skip
    uvicorn.Server(config).run()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
