"""Validation errors for people: a pointer, a stable code and a Vietnamese sentence; no values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

from common.kernel.errors import FieldError
from common.observability.redaction import redact_text

_SAFE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]{0,63}")
_ERRORS_MAX = 100

_MESSAGES: dict[str, tuple[str, str]] = {
    "missing": ("field_required", "Thiếu trường bắt buộc."),
    "extra_forbidden": ("field_unknown", "Trường này không có trong mẫu dữ liệu."),
    "string_type": ("text_expected", "Cần một chuỗi ký tự."),
    "string_unicode": ("text_not_unicode", "Chuỗi có ký tự Unicode không hợp lệ."),
    "string_too_short": ("text_too_short", "Cần ít nhất {min_length} ký tự."),
    "string_too_long": ("text_too_long", "Được nhiều nhất {max_length} ký tự."),
    "string_pattern_mismatch": ("text_pattern", "Không đúng định dạng yêu cầu."),
    "int_type": ("integer_expected", "Cần một số nguyên."),
    "int_parsing": ("integer_expected", "Cần một số nguyên."),
    "int_parsing_size": ("number_too_large", "Số quá lớn."),
    "int_from_float": ("integer_expected", "Cần một số nguyên, không có phần lẻ."),
    "float_type": ("number_expected", "Cần một số."),
    "float_parsing": ("number_expected", "Cần một số."),
    "finite_number": ("number_finite", "Cần một số hữu hạn."),
    "decimal_type": ("number_expected", "Cần một số thập phân."),
    "decimal_parsing": ("number_expected", "Cần một số thập phân."),
    "decimal_max_digits": ("number_too_long", "Được nhiều nhất {max_digits} chữ số."),
    "decimal_max_places": ("number_too_precise", "Được nhiều nhất {decimal_places} chữ số lẻ."),
    "decimal_whole_digits": ("number_too_long", "Được nhiều nhất {whole_digits} chữ số nguyên."),
    "greater_than": ("number_too_small", "Giá trị phải lớn hơn {gt}."),
    "greater_than_equal": ("number_too_small", "Giá trị phải từ {ge} trở lên."),
    "less_than": ("number_too_large", "Giá trị phải nhỏ hơn {lt}."),
    "less_than_equal": ("number_too_large", "Giá trị phải từ {le} trở xuống."),
    "multiple_of": ("number_step", "Giá trị phải là bội số của {multiple_of}."),
    "bool_type": ("boolean_expected", "Cần true hoặc false."),
    "bool_parsing": ("boolean_expected", "Cần true hoặc false."),
    "enum": ("choice_expected", "Giá trị phải là một trong: {expected}."),
    "literal_error": ("choice_expected", "Giá trị phải là một trong: {expected}."),
    "union_tag_invalid": ("choice_expected", "Giá trị phải là một trong: {expected_tags}."),
    "union_tag_not_found": ("field_required", "Thiếu trường {discriminator} để biết loại dữ liệu."),
    "date_type": ("date_expected", "Cần ngày dạng YYYY-MM-DD."),
    "date_parsing": ("date_expected", "Cần ngày dạng YYYY-MM-DD."),
    "date_from_datetime_parsing": ("date_expected", "Cần ngày dạng YYYY-MM-DD."),
    "date_from_datetime_inexact": ("date_expected", "Cần ngày dạng YYYY-MM-DD, không kèm giờ."),
    "date_past": ("date_not_past", "Ngày phải ở trong quá khứ."),
    "date_future": ("date_not_future", "Ngày phải ở trong tương lai."),
    "datetime_type": ("time_expected", "Cần thời điểm dạng ISO 8601."),
    "datetime_parsing": ("time_expected", "Cần thời điểm dạng ISO 8601."),
    "datetime_from_date_parsing": ("time_expected", "Cần thời điểm dạng ISO 8601."),
    "timezone_aware": ("time_zone_required", "Thời điểm phải có múi giờ."),
    "time_parsing": ("time_expected", "Cần giờ dạng HH:MM."),
    "uuid_type": ("uuid_expected", "Cần một mã UUID."),
    "uuid_parsing": ("uuid_expected", "Cần một mã UUID."),
    "uuid_version": ("uuid_expected", "Mã UUID không đúng phiên bản."),
    "list_type": ("list_expected", "Cần một danh sách."),
    "tuple_type": ("list_expected", "Cần một danh sách."),
    "set_type": ("list_expected", "Cần một danh sách."),
    "too_short": ("list_too_short", "Cần ít nhất {min_length} phần tử."),
    "too_long": ("list_too_long", "Được nhiều nhất {max_length} phần tử."),
    "dict_type": ("object_expected", "Cần một đối tượng JSON."),
    "model_type": ("object_expected", "Cần một đối tượng JSON."),
    "model_attributes_type": ("object_expected", "Cần một đối tượng JSON."),
    "dataclass_type": ("object_expected", "Cần một đối tượng JSON."),
    "none_required": ("null_expected", "Trường này phải là null."),
    "url_type": ("url_expected", "Cần một địa chỉ URL."),
    "url_parsing": ("url_expected", "Cần một địa chỉ URL."),
    "url_scheme": ("url_expected", "Địa chỉ URL phải dùng một trong: {expected_schemes}."),
    "bytes_type": ("text_expected", "Cần một chuỗi ký tự."),
    "json_type": ("json_expected", "Cần một chuỗi JSON."),
}
_OTHERWISE = ("value_invalid", "Giá trị chưa hợp lệ.")
_KNOWN_TYPES: frozenset[str] = frozenset(get_args(ErrorType))


def field_errors(found: Sequence[Mapping[str, Any]], body: Any = None) -> list[FieldError]:
    """Translate pydantic's errors, at most 100 of them.

    Args:
        found: the errors.
        body: what was sent, as parsed; with it the tag of a union is left out of the pointers.
    """
    return [_translate(item, body) for item in found[:_ERRORS_MAX]]


def _translate(item: Mapping[str, Any], body: Any) -> FieldError:
    kind = str(item.get("type", ""))
    place, pointer = _pointer(_without_tags(item.get("loc", ()), body))
    if kind in _KNOWN_TYPES:
        code, template = _MESSAGES.get(kind, _OTHERWISE)
        message = _fill(template, item.get("ctx") or {})
    else:
        # A PydanticCustomError of a schema of ours: its own code and Vietnamese sentence.
        code, message = kind, redact_text(str(item.get("msg", _OTHERWISE[1])))
    return FieldError(pointer, code, message, {"in": place})


def _fill(template: str, context: Mapping[str, Any]) -> str:
    """Fill limits of the rule into the sentence; context never holds the input for these rules."""
    values = {name: value for name, value in context.items() if name != "error"}
    try:
        return template.format_map(values)
    except (KeyError, ValueError, IndexError):
        return _OTHERWISE[1]


def _without_tags(location: Sequence[int | str], body: Any) -> Sequence[int | str]:
    """Leave out what pydantic adds to a place for a tagged union: the value of the tag.

    A name that the object does not have, but one of its members has as value, is such a tag; the
    last part never is one (it names the field that is missing or wrong).
    """
    if not location or location[0] != "body":
        return location
    kept: list[int | str] = [location[0]]
    value = body
    for position, part in enumerate(location[1:], start=1):
        last = position == len(location) - 1
        if isinstance(value, Mapping):
            if not last and part not in value and part in _texts(value):
                continue
            value = value.get(part)
        elif isinstance(value, Sequence) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            value = None
        kept.append(part)
    return kept


def _texts(value: Mapping[str, Any]) -> set[str]:
    return {member for member in value.values() if isinstance(member, str)}


def _pointer(location: Sequence[int | str]) -> tuple[str, str]:
    """Give where (body, query, path, header, cookie) and the JSON pointer inside it.

    Names that the caller made up may be anything, even a personal number: such are not repeated.
    """
    place = str(location[0]) if location else "body"
    parts = [_part(item) for item in location[1:]]
    return place, "".join(f"/{part}" for part in parts)


def _part(item: int | str) -> str:
    if isinstance(item, int):
        return str(item)
    plain = _SAFE_NAME.fullmatch(item) is not None and redact_text(item) == item
    return item if plain else "?"
