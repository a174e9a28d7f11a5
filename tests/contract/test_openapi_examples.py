"""The published description: complete, in Vietnamese, with examples that work."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from pydantic import TypeAdapter

from common.web.openapi import business_routes

PROBLEM = "application/problem+json"
VIETNAMESE = re.compile(
    r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE
)
NAME = re.compile(r"[a-z][a-z0-9_]*")


def validator(document: dict[str, Any], schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """Give a validator of a schema of the document, with everything it may refer to."""
    whole = {**schema, "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(whole)


def bodies(service: Any) -> Iterator[tuple[str, dict[str, Any], list[Any]]]:
    """Give each JSON body: the operation, its schema, its examples."""
    for method, path, operation in service.operations:
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            yield f"{method} {path}", schema, service.examples_of(schema)


def test_each_body_has_an_example_that_meets_its_schema(service: Any) -> None:
    for name, schema, examples in bodies(service):
        assert examples, f"{name} has no example of its body"
        for example in examples:
            validator(service.document, schema).validate(example)


def test_each_example_of_a_body_is_taken_by_the_code_and_survives_a_round_trip(
    service: Any,
) -> None:
    examples = {name: found for name, _, found in bodies(service)}
    taken = 0
    for route in business_routes(service.app):
        for method in route.methods or ():
            for example in examples.get(f"{method} {route.path}", ()):
                field = route.body_field
                assert field is not None
                adapter: TypeAdapter[Any] = TypeAdapter(field.field_info.annotation)
                first = adapter.validate_json(json.dumps(example))
                again = adapter.validate_python(
                    adapter.dump_python(first, mode="json", by_alias=True)
                )
                assert again == first
                taken += 1
    assert taken == sum(len(found) for found in examples.values())


def test_each_example_anywhere_in_the_schemas_meets_its_own_schema(service: Any) -> None:
    wrong: list[str] = []

    def walk(place: str, node: Any) -> None:
        if isinstance(node, list):
            for number, item in enumerate(node):
                walk(f"{place}/{number}", item)
        if not isinstance(node, dict):
            return
        examples = node.get("examples")
        if isinstance(examples, list) and ({"type", "anyOf", "$ref", "oneOf"} & set(node)):
            bare = {key: value for key, value in node.items() if key != "examples"}
            check = validator(service.document, copy.deepcopy(bare))
            wrong.extend(f"{place}: {item}" for item in examples if not check.is_valid(item))
        for key, value in node.items():
            if key not in {"examples", "example"}:
                walk(f"{place}/{key}", value)

    walk("", {key: service.document[key] for key in ("paths", "components")})
    assert wrong == []


def test_each_operation_has_an_id_a_tag_and_a_vietnamese_summary(service: Any) -> None:
    ids = [operation["operationId"] for _, _, operation in service.operations]
    assert len(ids) == len(set(ids))
    for method, path, operation in service.operations:
        assert NAME.fullmatch(operation["operationId"]), f"{method} {path}"
        assert VIETNAMESE.search(operation["summary"]), f"{method} {path}: {operation['summary']}"
        assert operation["tags"], f"{method} {path}"


def test_each_operation_declares_its_refusals_as_problems(service: Any) -> None:
    for method, path, operation in service.operations:
        name = f"{method} {path}"
        answers = operation["responses"]
        for status, answer in answers.items():
            if status == "default" or int(status) >= 400:
                assert list(answer["content"]) == [PROBLEM], f"{name} {status}"
                assert answer["description"], f"{name} {status}"
        needed = {"default"}
        needed |= {"401", "403"} if operation.get("security") else set()
        needed |= {"422"} if operation.get("parameters") else set()
        needed |= {"400", "413", "422"} if "requestBody" in operation else set()
        needed |= {"404"} if re.search(r"{\w+_id}", path) else set()
        names = {item["name"] for item in operation.get("parameters", ())}
        needed |= {"400", "409", "422"} if "Idempotency-Key" in names else set()
        needed |= {"412", "428"} if "If-Match" in names else set()
        assert needed <= set(answers), f"{name} lacks {sorted(needed - set(answers))}"


def test_each_problem_that_is_declared_has_an_example_of_the_declared_status(
    service: Any,
) -> None:
    check = validator(service.document, {"$ref": "#/components/schemas/Problem"})
    for _, _, operation in service.operations:
        for status, answer in operation["responses"].items():
            declared = answer.get("content", {}).get(PROBLEM, {}).get("examples", {})
            for code, example in declared.items():
                check.validate(example["value"])
                assert example["value"]["code"] == code
                assert example["value"]["status"] == int(status)


def test_each_command_that_creates_asks_for_an_idempotency_key(service: Any) -> None:
    creating = {"201", "202"}
    for method, path, operation in service.operations:
        names = {item["name"] for item in operation.get("parameters", ())}
        signed = path.endswith(
            ("/results", "/files")
        )  # the message has an id and a nonce of its own
        if method == "POST" and creating & set(operation["responses"]) and not signed:
            assert "Idempotency-Key" in names, f"{method} {path}"
