"""One naming over the four OpenAPI documents, so that generated clients keep every model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

DOCUMENTS = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parents[2] / "docs" / "openapi").glob("*.json"))
}
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
VIETNAMESE = re.compile(
    r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE
)
SHARED = {"Problem"}
"""Schemas that are neither a body of ours nor a part of one."""


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "responses" in operation:
                yield f"{method.upper()} {path}", operation


def referred(node: Any, schemas: Mapping[str, Any], seen: set[str]) -> set[str]:
    """Give the names of all schemas that a piece of the document reaches."""
    if isinstance(node, dict):
        name = str(node.get("$ref", "")).rsplit("/", 1)[-1]
        if name and name not in seen:
            seen.add(name)
            referred(schemas[name], schemas, seen)
        for key, value in node.items():
            if key != "discriminator":
                referred(value, schemas, seen)
    elif isinstance(node, list):
        for value in node:
            referred(value, schemas, seen)
    return seen


@pytest.fixture(params=sorted(DOCUMENTS))
def document(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    found: Mapping[str, Any] = DOCUMENTS[request.param]
    return found


def bodies(document: Mapping[str, Any]) -> Iterator[tuple[str, bool, bool]]:
    """Give each object schema with whether it comes in and whether it goes out."""
    schemas = document["components"]["schemas"]
    comes: set[str] = set()
    goes: set[str] = set()
    for _, operation in operations(document):
        referred(operation.get("requestBody", {}), schemas, comes)
        referred(operation["responses"], schemas, goes)
    for name, schema in schemas.items():
        generated = name.startswith(("Body_", "Page_"))
        if schema.get("type") == "object" and not generated and name not in SHARED:
            yield name, name in comes, name in goes


def test_bodies_say_by_their_name_which_way_they_go(document: Mapping[str, Any]) -> None:
    ends = {
        (True, False): ("Request", "Content"),
        (False, True): ("View",),
        (True, True): ("Content",),
    }
    wrong = [name for name, comes, goes in bodies(document) if not name.endswith(ends[comes, goes])]
    assert wrong == []


def test_the_body_of_a_request_is_a_request_or_content_that_is_shown_again(
    document: Mapping[str, Any],
) -> None:
    shown = {name for name, _, goes in bodies(document) if goes}
    wrong = [
        f"{place}: {name}"
        for place, operation in operations(document)
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for name in re.findall(r"schemas/([\w.-]+)", json.dumps(content["schema"]))
        if not name.endswith("Request") and not name.startswith("Body_") and name not in shown
    ]
    assert wrong == []


def test_schema_names_and_titles_are_unique_and_carry_no_module(
    document: Mapping[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    titles = [schema["title"] for schema in schemas.values() if "title" in schema]
    assert [name for name in schemas if "__" in name.removesuffix("_")] == []
    assert sorted(titles) == sorted(set(titles))


def test_operations_have_snake_case_ids_english_tags_and_vietnamese_summaries(
    document: Mapping[str, Any],
) -> None:
    found = list(operations(document))
    ids = [operation["operationId"] for _, operation in found]
    assert len(ids) == len(set(ids))
    assert [item for item in ids if not SNAKE.fullmatch(item)] == []
    tags = {tag for _, operation in found for tag in operation.get("tags", [])}
    assert {tag for tag in tags if not re.fullmatch(r"[a-z]+(-[a-z]+)*", tag)} == set()
    untold = [place for place, item in found if not VIETNAMESE.search(item.get("summary", ""))]
    assert [place for place in untold if "/health" not in place] == []
