"""Addresses that others give us to call: https, outside, never a machine of our own (SSRF).

The name is resolved before each call and the connection is made to the address that was checked,
so that a name which changes its address between check and call leads nowhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx


class AddressNotAllowed(ValueError):
    """The address is not one that this server calls for somebody else."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and under which name: `url` names the checked IP address."""

    url: str
    host: str
    name: str


async def check_outside(url: str, *, inside_allowed: bool = False) -> Target:
    """Resolve an address and refuse what is not public.

    Args:
        url: as it was given.
        inside_allowed: the sandbox, where everything stands on loopback, without TLS.

    Raises:
        AddressNotAllowed: scheme, credentials, port or network is not allowed, or no such name.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressNotAllowed("Địa chỉ không đọc được.") from error
    if parts.scheme not in ({"https", "http"} if inside_allowed else {"https"}):
        raise AddressNotAllowed("Địa chỉ phải bắt đầu bằng https://.")
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        raise AddressNotAllowed("Địa chỉ không được có tên đăng nhập, mật khẩu hay dấu #.")
    chosen = port or (443 if parts.scheme == "https" else 80)
    addresses = await _resolve(parts.hostname, chosen)
    if not inside_allowed and not all(_is_public(address) for address in addresses):
        raise AddressNotAllowed("Địa chỉ nằm trong mạng nội bộ.")
    address = addresses[0]
    literal = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=f"{literal}:{chosen}").geturl()
    return Target(target, parts.netloc, parts.hostname)


async def _resolve(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressNotAllowed("Không phân giải được tên máy.") from error
    return [str(entry[4][0]) for entry in found]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


class CheckedTransport(httpx.AsyncBaseTransport):
    """Connects to the very address that was checked, under the name of the URL (Host, TLS).

    Connections are not kept: two names on one address must not share one that was verified for
    the first of them. The environment's proxies are not used by a client with this transport.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, *, inside_allowed: bool) -> None:
        """Check before `inner` connects; `inside_allowed` as for `check_outside`."""
        self._inner = inner
        self._inside_allowed = inside_allowed

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send to the checked address.

        Raises:
            AddressNotAllowed: the name leads inside now, whatever it did before.
        """
        target = await check_outside(str(request.url), inside_allowed=self._inside_allowed)
        pinned = httpx.Request(
            request.method,
            target.url,
            headers=[*request.headers.raw],
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": target.name},
        )
        pinned.headers["Host"] = target.host
        pinned.headers["Connection"] = "close"
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()
