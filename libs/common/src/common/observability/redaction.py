"""Takes personal data out of what is logged: by the name of a field, and by the look of a text.

The name rule removes; the look rule keeps the last three digits of any run of six or more, which
covers CMND (9), personal numbers (12) and accounts (6 to 19). Ids (UUID) and times are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REDACTED = "[đã che]"

_SENSITIVE = frozenset(
    {
        "account", "account_number", "account_name", "account_holder", "address", "authorization",
        "bank_account", "birth_date", "body", "citizen_id", "cookie", "date_of_birth", "dob",
        "email", "former_number", "full_name", "holder", "holder_name", "idempotency_key", "input",
        "name", "national_id", "old_id", "password", "payload", "personal_id", "phone", "pin",
        "private_key", "query_string", "secret", "set_cookie", "signature", "token", "url", "path",
        "ho_ten", "so_dinh_danh", "so_tai_khoan", "so_dien_thoai", "dia_chi", "ngay_sinh",
        "parameters", "params",
    }
)  # fmt: skip
_SENSITIVE_PARTS = ("hiv", "password", "secret", "_token", "account_number", "personal_id")

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_HEX_HASH = r"(?<![0-9a-zA-Z])(?=[0-9a-f]*[a-f])[0-9a-f]{16,128}(?![0-9a-zA-Z])"
_TIME = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_DIGITS = r"\d(?:[ .-]?\d){5,}"
_LOOK = re.compile(f"(?P<keep>{_UUID}|{_HEX_HASH}|{_TIME})|(?P<digits>{_DIGITS})")

_NUMBERS_WITH_A_NAME = re.compile(
    r"(amount|total|sum|count|rows|bytes|size|version|sequence|seq|debits?|credits?|difference"
    r"|seconds|ms|ns|port|pid|lineno|offset|done|limit|timestamp)$"
)
_PERSONAL_INTEGER_MIN = 100_000_000
_DEPTH_MAX = 8


def redact_text(text: str) -> str:
    """Mask digit runs of six or more, keeping the last three; UUIDs, hashes and times stay."""
    return _LOOK.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    if match.group("keep") is not None:
        return match.group(0)
    digits = re.sub(r"\D", "", match.group("digits"))
    return f"***{digits[-3:]}"


def is_sensitive(key: str) -> bool:
    """Tell whether a field of this name is never shown."""
    plain = key.lower().replace("-", "_")
    return plain in _SENSITIVE or any(part in plain for part in _SENSITIVE_PARTS)


def redact_value(value: Any, key: str = "", depth: int = 0) -> Any:
    """Redact a value of any JSON-like shape; unknown objects become their type's name."""
    if key and is_sensitive(key) and value is not None:
        return REDACTED
    match value:
        case None | bool() | float():
            return value
        case int():
            return _redact_integer(value, key)
        case str():
            return redact_text(value)
        case bytes():
            return f"<{len(value)} bytes>"
        case _:
            return _redact_container(value, key, depth)


def _redact_container(value: Any, key: str, depth: int) -> Any:
    if depth >= _DEPTH_MAX:
        return REDACTED
    if isinstance(value, Mapping):
        return {
            redact_text(str(name)): redact_value(item, str(name), depth + 1)
            for name, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact_value(item, key, depth + 1) for item in value]
    return redact_text(str(value))


def _redact_integer(value: int, key: str) -> int | str:
    if abs(value) < _PERSONAL_INTEGER_MIN or _NUMBERS_WITH_A_NAME.search(key.lower()):
        return value
    return redact_text(str(value))
