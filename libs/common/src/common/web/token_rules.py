"""What an access token must say beyond a good signature: its kind, its lifetime, its shapes.

Each rule gives a reason for the log; the caller only hears that the token is not good. Sources:
RFC 9068 (typ), RFC 8725 (JWT best practice), OWASP ASVS 5 V9.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LEEWAY_SECONDS = 30
KEY_ID_CHARACTERS_MAX = 200
_NAME_CHARACTERS_MAX = 255
ACCESS_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt"})
LOGOUT_TYPES = frozenset({"logout+jwt", "jwt"})
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_SECONDS_MAX = 300.0
_KINDS = frozenset({"bearer", "at+jwt"})
_COMMUNE = re.compile(r"[0-9]{5}|\*")


def header_refusal(
    header: Mapping[str, Any], algorithms: tuple[str, ...], types: frozenset[str]
) -> str | None:
    """Return why a token's header is refused, or None."""
    key_id, kind = header.get("kid"), header.get("typ")
    if header.get("alg") not in algorithms:
        return "algorithm"
    if not isinstance(key_id, str) or not 1 <= len(key_id) <= KEY_ID_CHARACTERS_MAX:
        return "key_id"
    if not isinstance(kind, str) or kind.lower() not in types:
        return "type"
    if "crit" in header:
        return "critical_header"
    return None


def claims_refusal(claims: Mapping[str, Any], now: float, lifetime_max: float) -> str | None:
    """Return why a token's claims are refused, or None.

    Args:
        claims: of a token whose signature, issuer, audience and expiry are good.
        now: seconds since 1970.
        lifetime_max: longest time in seconds between issue and expiry.
    """
    for rule in (_wrong_names, _wrong_kind, _wrong_communes):
        reason = rule(claims)
        if reason is not None:
            return reason
    return _wrong_times(claims, now, lifetime_max)


def logout_refusal(claims: Mapping[str, Any], now: float) -> str | None:
    """Return why a logout token is refused, or None."""
    issued, events = claims.get("iat"), claims.get("events")
    if not isinstance(events, dict) or _LOGOUT_EVENT not in events or "nonce" in claims:
        return "no_logout_event"
    if not isinstance(issued, int) or abs(now - issued) > _LOGOUT_SECONDS_MAX:
        return "times"
    named = claims.get("sid") or claims.get("sub")
    if not isinstance(named, str) or len(named) > _NAME_CHARACTERS_MAX:
        return "sub"
    return None


def _wrong_names(claims: Mapping[str, Any]) -> str | None:
    if not isinstance(claims.get("iss"), str):
        return "issuer"
    for name in ("sub", "client_id", "azp", "name", "sid", "jti"):
        value = claims.get(name)
        if name == "sub" and not value:
            return name
        if value is None:
            continue
        if not isinstance(value, str) or len(value) > _NAME_CHARACTERS_MAX:
            return name
        if not value.isprintable():
            return name
    return None


def _wrong_kind(claims: Mapping[str, Any]) -> str | None:
    """Refuse ID and refresh tokens, which some providers sign with the same key."""
    kind = claims.get("typ", "Bearer")
    if not isinstance(kind, str) or kind.lower() not in _KINDS:
        return "kind"
    return "kind" if "at_hash" in claims or "c_hash" in claims else None


def _wrong_communes(claims: Mapping[str, Any]) -> str | None:
    """Refuse communes of a wrong type: showing nothing would hide the mistake."""
    communes = claims.get("communes", [])
    if isinstance(communes, str):
        communes = communes.split()
    if not isinstance(communes, list):
        return "communes"
    good = all(isinstance(code, str) and _COMMUNE.fullmatch(code) for code in communes)
    return None if good else "communes"


def _wrong_times(claims: Mapping[str, Any], now: float, lifetime_max: float) -> str | None:
    issued, expires = claims.get("iat"), claims.get("exp")
    for moment in (issued, expires, claims.get("auth_time", 0), claims.get("nbf", 0)):
        if isinstance(moment, bool) or not isinstance(moment, int | float):
            return "times"
    if issued is None or expires is None or issued > now + LEEWAY_SECONDS:
        return "issued_later"
    return "lifetime" if expires - issued > lifetime_max else None
