"""What JSON of others must be before it is parsed for good. Every scan here takes linear time."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from common.kernel.errors import DomainError
from common.web.problems import MalformedJson

# The closing quote is optional: a string that never ends is taken in one step, not once per quote.
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:u0000|.)", re.DOTALL)
_NUL = rb"\u0000"


class JsonNameRepeated(
    MalformedJson, code="json_name_repeated", title="Một đối tượng JSON có hai trường cùng tên"
):
    """An object names a member twice: readers disagree which one counts, so neither does."""


def json_refusal(body: bytes, depth_max: int) -> DomainError | None:
    """Return the reason to refuse a JSON body, or None.

    A body that is not JSON at all passes: its route refuses it where it parses it.

    Args:
        body: the bytes as they arrived.
        depth_max: deepest nesting of arrays and objects.
    """
    if is_too_deep(body, depth_max) or has_nul_escape(body):
        return MalformedJson()
    try:
        json.loads(body, object_pairs_hook=_unique_names, parse_constant=_no_number)
    except DomainError as refusal:
        return refusal
    except ValueError:
        return None
    return None


def is_too_deep(body: bytes, depth_max: int) -> bool:
    """Tell whether arrays and objects, outside of strings, are nested deeper than `depth_max`."""
    if body.count(b"[") + body.count(b"{") <= depth_max:
        return False
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(body):
        first = match.group()[0]
        if first in b"[{":
            depth += 1
            if depth > depth_max:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def has_nul_escape(body: bytes) -> bool:
    r"""Tell whether a string holds `\u0000`, which PostgreSQL cannot store."""
    if _NUL not in body:
        return False
    return any(match.group() == _NUL for match in _ESCAPE.finditer(body))


def _unique_names(pairs: list[tuple[str, Any]]) -> None:
    if len(pairs) > 1 and len({name for name, _ in pairs}) < len(pairs):
        raise JsonNameRepeated


def _no_number(_: str) -> NoReturn:
    """Refuse NaN and Infinity, which JSON does not have."""
    raise MalformedJson
