"""Each operation with good and bad data from its own description: no surprise in any answer."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from common.web.permissions import route_permissions

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 10, GenerationMode.NEGATIVE: 8}
BASE = "http://service.test"
COMMON = {"commune_code": "25000", "month": "2026-12", "province_code": "68"}
NUMBER = "079201012345"
PERSON_OF_EXAMPLES = "003151000017"
"""Number of the person whom the examples of events and bodies are about, in commune 25000."""
MARKER = f"{NUMBER} Nguyễn Thị Kín"
"""What must not come back: a number as people have them, and a name."""


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """Give the document without `default` answers: each status has to be declared itself."""
    document = copy.deepcopy(document)
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("default")
    return document


@dataclass
class Known:
    """Values that exist in a service, by the name that paths, queries and bodies give them."""

    values: dict[str, list[Any]] = field(default_factory=dict)
    used: int = 0

    def take(self, answer: Any) -> None:
        """Remember every scalar of an answer."""
        if isinstance(answer, dict):
            for name, value in answer.items():
                if isinstance(value, str) and value not in self.values.setdefault(name, []):
                    self.values[name].append(value)
                self.take(value)
        elif isinstance(answer, list):
            for item in answer[:20]:
                self.take(item)

    def put(self, container: Any) -> None:
        """Put known values in the place of most of the made-up ones."""
        for name in container or ():
            self.used += 1
            found = self.values.get(name)
            if found and self.used % 4:
                container[name] = found[self.used % len(found)]


@pytest.fixture
def known(service: Any) -> Known:
    """Make what the examples make, and read what is there."""
    found = Known({name: [value] for name, value in COMMON.items()})
    token = service.all_scopes()
    for method in ("POST", "GET", "GET"):
        for verb, path, operation in service.operations:
            if verb != method:
                continue
            content = operation.get("requestBody", {}).get("content", {})
            examples = service.examples_of(content.get("application/json", {}).get("schema", {}))
            for address in addresses(path, found):
                answer = service.call(
                    method, address, params=COMMON, json=next(iter(examples), None),
                    headers={"Authorization": f"Bearer {token}", "Idempotency-Key": address},
                )  # fmt: skip
                if answer.is_success and answer.headers.get("content-type") == "application/json":
                    found.take(answer.json())
    return found


def addresses(path: str, found: Known) -> Iterator[str]:
    """Fill a path with known values, when there are some."""
    names = re.findall(r"{(\w+)}", path)
    if all(found.values.get(name) for name in names):
        yield re.sub(r"{(\w+)}", lambda part: found.values[part[1]][0], path)


def sent(service: Any, case: schemathesis.Case[Any], token: str | None) -> httpx.Response:
    """Send a generated case exactly as `requests` would put it on the wire."""
    kwargs = case.as_transport_kwargs(base_url=BASE)
    wanted = {"method", "url", "headers", "files", "data", "json", "params", "cookies"}
    kwargs = {name: value for name, value in kwargs.items() if name in wanted}
    who = {} if token is None else {"Authorization": f"Bearer {token}"}
    kwargs["headers"] = {**kwargs.get("headers", {}), **who}
    wire = requests.Request(**kwargs).prepare()
    body = wire.body.encode() if isinstance(wire.body, str) else cast("bytes | None", wire.body)
    headers = cast("dict[str, str]", dict(wire.headers))
    request = httpx.Request(str(wire.method), str(wire.url), headers=headers, content=body)
    return cast("httpx.Response", service.send(request))


def wrong_for_strangers(
    service: Any, case: schemathesis.Case[Any], public: frozenset[str], statuses: set[int]
) -> list[str]:
    """Send a case without a token and as an officer of another commune; give what is wrong.

    Nobody learns more than 401. The officer of another commune gets an answer that is declared, and
    it names nobody of this commune.
    """
    nobody = sent(service, case, None)
    foreign = sent(service, case, service.all_scopes(communes=("24931",)))
    statuses.update((nobody.status_code, foreign.status_code))
    label = f"{case.method} {case.path}"
    found = []
    if nobody.status_code != 401 and label not in public and nobody.status_code < 413:
        found.append(f"nobody: {nobody.status_code}")
    if nobody.status_code >= 500 or foreign.status_code >= 500:
        found.append(f"{nobody.status_code}, {foreign.status_code}")
    if foreign.is_success and PERSON_OF_EXAMPLES in foreign.text and not case.body:
        found.append("foreign: shows a person of 25000")
    return found


@pytest.mark.parametrize("mode", list(EXAMPLES), ids=lambda mode: mode.value)
def test_every_answer_is_one_that_the_description_declares(
    service: Any, known: Known, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_dict(strict(service.document))
    token = service.all_scopes()
    public = frozenset(
        f"{item.method} {item.path}" for item in route_permissions(service.app) if item.public
    )
    statuses: set[int] = set()
    of_strangers: set[int] = set()
    broken: dict[str, str] = {}
    turns = count()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), f"{service.name}: an operation cannot be read"
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES[mode], deadline=None, derandomize=True, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers(case: schemathesis.Case[Any]) -> None:
            if mode is GenerationMode.POSITIVE:
                known.put(case.path_parameters)
                known.put(case.query)
                known.put(case.body if isinstance(case.body, dict) else None)
            answer = sent(service, case, token)
            statuses.add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)
            # The same case by two others, for every third of them: generating costs more than sending.
            if next(turns) % 3 == 0:
                wrong = wrong_for_strangers(service, case, public, of_strangers)
                assert wrong == []

        try:
            answers()
        except Unsatisfiable:
            # Nothing about an operation without parameters and body can be wrong.
            assert mode is GenerationMode.NEGATIVE
        except (FailureGroup, AssertionError) as failures:
            broken[operation.label] = str(failures)
    assert not broken, "\n\n".join(f"{name}: {text}" for name, text in broken.items())
    assert {200, 422} <= statuses
    assert {401, 404, 422} <= of_strangers


def spoiled(example: Any) -> Iterator[Any]:
    """Give the example with the marker in the place of each value in turn, and as a name."""
    if isinstance(example, dict):
        for name, value in example.items():
            yield from ({**example, name: changed} for changed in spoiled(value))
        yield {**example, MARKER: 1}
    elif isinstance(example, list):
        yield from ([changed, *example[1:]] for item in example[:1] for changed in spoiled(item))
    else:
        yield MARKER


def test_what_was_wrong_is_named_but_never_repeated(service: Any) -> None:
    headers = {
        "Authorization": f"Bearer {service.all_scopes()}",
        "Content-Type": "application/json",
    }
    calls: list[httpx.Request] = []
    for method, path, operation in service.operations:
        names = [item["name"] for item in operation.get("parameters", ()) if item["in"] == "query"]
        plain = re.sub(r"{\w+}", "25000", path)
        spoilt = re.sub(r"{\w+}", MARKER, path)
        calls.append(service.request(method, spoilt, headers=headers))
        calls.extend(
            service.request(method, plain, params={name: MARKER}, headers=headers)
            for name in [*names, MARKER]
        )
        calls.extend(
            service.request(method, plain, headers={**headers, name: NUMBER * 30})
            for name in ("Idempotency-Key", "If-Match", "Authorization", "Content-Type")
        )
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        calls.extend(
            service.request(method, plain, headers=headers, content=json.dumps(body))
            for example in service.examples_of(schema.get("schema", {}))
            for body in (MARKER, [MARKER], *spoiled(example))
        )
    answers = service.call_all(calls)
    refused = [answer for answer in answers if answer.status_code >= 400]
    assert len(refused) > len(answers) / 4
    for part in MARKER.split(" ", 1):
        told = [f"{one.request.method} {one.request.url}" for one in refused if part in one.text]
        assert told == []
    assert {answer.headers["content-type"] for answer in refused} == {"application/problem+json"}
    assert max(answer.status_code for answer in answers) < 500
