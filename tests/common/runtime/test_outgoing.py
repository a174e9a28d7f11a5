"""Outgoing calls trust the public authorities and those of the province, and nobody else."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.runtime.clock import system_now
from common.runtime.outgoing import outgoing_client, trusted_authorities
from common.runtime.provider_check import (
    MAX_CLOCK_DIFFERENCE_SECONDS,
    ProviderProblem,
    ProviderSettings,
    check_provider,
)


def _authority(folder: Path) -> Path:
    """Make an authority that is its own server at 127.0.0.1; give certificate and key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "province")])
    now = system_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (folder / "trusted").mkdir()
    (folder / "trusted" / "province.pem").write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


ANSWERS = {
    "/keys": b'{"keys": [{"kid": "1"}]}',
    "/nothing": b'{"keys": []}',
    "/.well-known/openid-configuration": b'{"issuer": "https://localhost:1/other"}',
}


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    del receive
    if scope["type"] != "http":
        return
    body = ANSWERS.get(str(scope["path"]))
    date = (b"date", format_datetime(system_now(), usegmt=True).encode())
    status = 404 if body is None else 200
    start = {"type": "http.response.start", "status": status, "headers": [date]}
    await send(start)
    await send({"type": "http.response.body", "body": body or b""})


@asynccontextmanager
async def _provider(file: Path) -> AsyncIterator[str]:
    config = uvicorn.Config(
        _answer,
        port=0,
        ssl_certfile=str(file),
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"https://localhost:{port}"
    finally:
        await server.shutdown()


async def test_an_authority_of_the_province_is_trusted_when_its_certificate_lies_there(
    tmp_path: Path,
) -> None:
    async with _provider(_authority(tmp_path)) as address:
        async with outgoing_client(tmp_path / "trusted", seconds=5, connect=5) as http:
            assert (await http.get(f"{address}/keys")).status_code == 200
        async with outgoing_client(None, seconds=5, connect=5) as http:
            with pytest.raises(httpx.ConnectError):
                await http.get(f"{address}/keys")


async def test_the_provider_is_checked_and_each_fault_has_a_next_step(tmp_path: Path) -> None:
    async with _provider(_authority(tmp_path)) as address:
        trusted = tmp_path / "trusted"
        settings = ProviderSettings(
            oidc_issuer=f"{address}/realm", oidc_jwks_url=f"{address}/keys", ca_folder=trusted
        )
        ahead = await check_provider(settings)
        assert ahead is not None
        assert abs(ahead) < MAX_CLOCK_DIFFERENCE_SECONDS
        faults: dict[str, dict[str, Any]] = {
            "không tin chứng thư": {"ca_folder": None},
            "bộ khóa": {"oidc_jwks_url": f"{address}/nothing"},
            "404": {"oidc_jwks_url": f"{address}/missing"},
            "không nối được": {"oidc_jwks_url": "https://localhost:1/keys"},
            "địa chỉ khác": {"oidc_issuer": address},
        }
        for text, change in faults.items():
            with pytest.raises(ProviderProblem) as problem:
                await check_provider(settings.model_copy(update=change))
            assert text in problem.value.text
            assert problem.value.next_step


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.pem").write_text("hello", "utf-8")
    with pytest.raises(ssl.SSLError, match=r"broken\.pem"):
        trusted_authorities(tmp_path)
