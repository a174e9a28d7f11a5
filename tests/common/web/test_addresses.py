"""Addresses that others give us: the connection goes to what was checked, and nowhere inside."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.runtime.clock import system_now
from common.runtime.outgoing import outside_client
from common.web.addresses import AddressNotAllowed, check_outside

NAME = "bank.example.vn"


def certify(folder: Path) -> Path:
    """Make a certificate for NAME that is its own authority; give the server's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bank")])
    now = system_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "trusted").mkdir()
    (folder / "trusted" / "bank.pem").write_bytes(public)
    file = folder / "server.pem"
    file.write_bytes(public + private)
    return file


@asynccontextmanager
async def bank(certificate: Path) -> AsyncIterator[tuple[int, list[str]]]:
    """Serve TLS on loopback; gives the port and the Host of each request."""
    hosts: list[str] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        del receive
        hosts.append(dict(scope["headers"])[b"host"].decode())
        moved = scope["path"] == "/moved"
        headers = [(b"location", b"http://127.0.0.1:1/inside")] if moved else []
        status = 302 if moved else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok"})

    config = uvicorn.Config(
        answer, port=0, ssl_certfile=str(certificate), lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield server.servers[0].sockets[0].getsockname()[1], hosts
    finally:
        await server.shutdown()


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The system's resolver: gives these addresses, one a question, the last for ever."""
    addresses = ["127.0.0.1"]

    async def getaddrinfo(_loop: Any, host: str, port: int, **_: Any) -> list[Any]:
        assert host in {NAME, "127.0.0.1"}
        found = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return addresses


async def test_the_connection_goes_to_the_checked_address_under_the_right_name(
    tmp_path: Path, resolver: list[str]
) -> None:
    # A second question would lead to a closed port elsewhere on loopback.
    resolver[:] = ["127.0.0.1", "127.0.0.9"]
    async with (
        bank(certify(tmp_path)) as (port, hosts),
        outside_client(tmp_path / "trusted", seconds=5, connect=5, inside_allowed=True) as client,
    ):
        answer = await client.get(f"https://{NAME}:{port}/lists")
        resolver[:] = ["127.0.0.1"]
        redirected = await client.get(f"https://{NAME}:{port}/moved")

    assert (answer.status_code, answer.text) == (200, "ok")
    assert str(answer.url) == f"https://{NAME}:{port}/lists"
    assert redirected.status_code == 302
    assert hosts == [f"{NAME}:{port}"] * 2


async def test_a_name_that_turns_inside_after_it_was_checked_is_refused_at_the_call(
    tmp_path: Path, resolver: list[str]
) -> None:
    resolver[:] = ["203.0.114.7", "127.0.0.1"]
    async with (
        bank(certify(tmp_path)) as (port, hosts),
        outside_client(tmp_path / "trusted", seconds=5, connect=5, inside_allowed=False) as client,
    ):
        address = f"https://{NAME}:{port}/lists"
        await check_outside(address)
        with pytest.raises(AddressNotAllowed):
            await client.get(address)

    assert hosts == []


@pytest.mark.parametrize(
    "address",
    [
        "http://203.0.114.7/", "https://user@203.0.114.7/", "https://10.1.2.3/",
        "https://169.254.169.254/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
        "https://0.0.0.0/", "https://100.64.0.1/", "https:///x", "https://203.0.114.7/#a",
    ],
)  # fmt: skip
async def test_what_is_not_a_public_https_address_is_refused(address: str) -> None:
    with pytest.raises(AddressNotAllowed):
        await check_outside(address)
