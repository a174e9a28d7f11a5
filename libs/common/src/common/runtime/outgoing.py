"""HTTP clients for calls to the outside: whom they trust, how long they wait, no redirects."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi
import httpx

from common.web.addresses import CheckedTransport


def trusted_authorities(folder: Path | None) -> ssl.SSLContext:
    """Trust the public authorities and those whose certificates (`*.pem`) lie in a folder.

    Args:
        folder: certificates of the province's own authorities; None or an empty folder adds none.

    Raises:
        ssl.SSLError: a file holds no certificate; its name is not told by OpenSSL, so it is added.
        OSError: a file cannot be read.
    """
    context = ssl.create_default_context(cafile=certifi.where())
    for file in sorted(folder.glob("*.pem")) if folder is not None and folder.is_dir() else ():
        try:
            context.load_verify_locations(cafile=file)
        except ssl.SSLError as error:
            msg = f"{file} holds no certificate in PEM form"
            raise ssl.SSLError(msg) from error
    return context


def outgoing_client(folder: Path | None, *, seconds: float, connect: float) -> httpx.AsyncClient:
    """Make a client that trusts `trusted_authorities(folder)` and follows no redirect."""
    return httpx.AsyncClient(
        verify=trusted_authorities(folder),
        timeout=httpx.Timeout(seconds, connect=connect),
        follow_redirects=False,
    )


def outside_client(
    folder: Path | None, *, seconds: float, connect: float, inside_allowed: bool
) -> httpx.AsyncClient:
    """Make a client for addresses that others gave us: each call goes to a checked address.

    Args:
        folder: as for `trusted_authorities`.
        seconds: longest wait for one part of an exchange; the caller bounds the whole.
        connect: longest wait for a connection.
        inside_allowed: the sandbox, where everything stands on loopback.
    """
    plain = httpx.AsyncHTTPTransport(
        verify=trusted_authorities(folder), limits=httpx.Limits(max_keepalive_connections=0)
    )
    return httpx.AsyncClient(
        transport=CheckedTransport(plain, inside_allowed=inside_allowed),
        timeout=httpx.Timeout(seconds, connect=connect),
        follow_redirects=False,
        trust_env=False,
    )
