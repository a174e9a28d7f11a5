from __future__ import annotations

import importlib
import json
import pkgutil
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import common
from common.kernel.errors import Conflict, DomainError, Unavailable
from common.web.problems import catalogue, problem_response, problems, status_of
from common.web.validation import field_errors

THINGS = "/demo/v1/things"
MARKER = "079201012345"


def _is_problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == f"/problems/{body['code']}"
    assert body["title"]
    assert body["instance"] == f"urn:ansinh:request:{answer.headers['x-request-id']}"
    return body


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("GET", "/nowhere", None, 404, "route_not_found"),
        ("GET", "/demo/v1/nowhere", None, 404, "route_not_found"),
        ("DELETE", THINGS, None, 405, "method_not_allowed"),
        ("POST", THINGS, "{", 400, "json_invalid"),
        ("POST", THINGS, "[" * 40 + "]" * 40, 400, "json_invalid"),
        ("POST", THINGS, '{"name": "a\\u0000b"}', 400, "json_invalid"),
        ("POST", THINGS, b"\xff\xfe{}", 400, "json_invalid"),
        ("POST", THINGS, "[]", 422, "invalid_input"),
        ("POST", THINGS, "{}", 422, "invalid_input"),
        ("POST", THINGS, '{"name": "a", "size": 1e400}', 422, "invalid_input"),
        ("GET", f"{THINGS}/not-a-uuid", None, 422, "invalid_input"),
        ("GET", f"{THINGS}?limit=0", None, 422, "invalid_input"),
        ("GET", f"{THINGS}?cursor=abc", None, 422, "cursor_invalid"),
        ("GET", f"{THINGS}?q=%00", None, 422, "value_not_storable"),
    ],
)
async def test_every_refusal_is_a_problem(
    client: httpx.AsyncClient,
    issuer: Any,
    method: str,
    path: str,
    content: str | bytes | None,
    status: int,
    code: str,
) -> None:
    headers = {**issuer.headers(), "Content-Type": "application/json"}
    answer = await client.request(method, path, content=content, headers=headers)
    body = _is_problem(answer)
    assert (answer.status_code, body["code"]) == (status, code)


async def test_a_wrong_field_is_named_by_pointer_code_and_sentence_but_not_by_its_value(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    body = {"name": "", "size": MARKER + "x", "commune_code": MARKER, MARKER: 1, "nick": MARKER}
    answer = await client.post(THINGS, json=body, headers=issuer.headers())
    found = {item["pointer"]: item for item in _is_problem(answer)["errors"]}
    assert MARKER not in answer.text
    assert found["/name"]["code"] == "text_too_short"
    assert found["/name"]["message"] == "Cần ít nhất 1 ký tự."
    assert found["/name"]["in"] == "body"
    assert found["/size"]["code"] == "integer_expected"
    assert found["/commune_code"]["code"] == "text_pattern"
    assert found["/nick"]["code"] == "field_unknown"
    assert found["/?"]["code"] == "field_unknown"


async def test_an_unknown_error_tells_nothing_but_its_trace(client: httpx.AsyncClient) -> None:
    answer = await client.get("/demo/v1/broken")
    body = _is_problem(answer)
    assert answer.status_code == 500
    assert body["code"] == "internal_error"
    assert len(body["trace_id"]) == 32
    assert "detail" not in body
    assert MARKER not in answer.text


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(["name", "size", "commune_code"]) | st.text(max_size=8),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=10,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
async def test_no_body_whatever_breaks_the_service(
    client: httpx.AsyncClient, issuer: Any, content: bytes
) -> None:
    headers = {**issuer.headers(), "Content-Type": "application/json"}
    answer = await client.post(THINGS, content=content, headers=headers)
    assert answer.status_code < 500
    if answer.status_code != 201:
        _is_problem(answer)


def test_the_codes_of_all_problems_are_unique_and_explained() -> None:
    for module in pkgutil.walk_packages(common.__path__, "common."):
        if "__main__" not in module.name and not module.name.startswith("common.testing"):
            importlib.import_module(module.name)
    entries = [entry for entry in catalogue() if entry.module.startswith("common.")]
    codes = [entry.code for entry in entries]
    assert len(codes) == len(set(codes))
    assert all(entry.title and entry.meaning for entry in entries)
    assert all(400 <= entry.status < 600 for entry in entries)
    assert {"idempotency_key_required", "token_invalid", "operation_not_found"} <= set(codes)


class _Locked(Conflict):
    code = "test_locked"
    title = "Đang khóa"


class _Gone(Unavailable):
    code = "test_gone"
    title = "Không phản hồi"


def test_a_subclass_takes_the_status_of_its_kind_and_extensions_are_members() -> None:
    answer = problem_response(_Locked("Danh sách đã chốt.", state="sealed"))
    assert status_of(_Locked) == 409
    assert json.loads(bytes(answer.body))["state"] == "sealed"
    assert json.loads(bytes(answer.body))["detail"] == "Danh sách đã chốt."


def test_an_outage_says_when_to_come_back() -> None:
    answer = problem_response(_Gone())
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"


def test_refusals_of_one_status_are_declared_together() -> None:
    declared = problems(_Locked, Conflict, _Gone)
    assert set(declared) == {409, 503}
    examples = declared[409]["content"]["application/problem+json"]["examples"]
    assert set(examples) == {"test_locked", "conflict"}


def test_an_error_of_our_own_validator_keeps_its_code_and_sentence() -> None:
    custom = {"type": "month_invalid", "loc": ("body", "m"), "msg": "Tháng dạng YYYY-MM."}
    quoting = {"type": "value_error", "loc": ("body", "m"), "msg": f"bad {MARKER}", "ctx": {}}
    own, plain = field_errors([custom, quoting])
    assert (own.code, own.message) == ("month_invalid", "Tháng dạng YYYY-MM.")
    assert (plain.code, plain.message) == ("value_invalid", "Giá trị chưa hợp lệ.")


def test_an_unknown_error_class_is_an_internal_error() -> None:
    assert status_of(DomainError) == 500
