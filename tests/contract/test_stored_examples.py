"""Version 1 only adds: what was sent under it once is understood for ever.

`v1/` holds events and request bodies as they were when version 1 was published. A file there is
added to when something new is published, and never changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from common.contracts.catalogue import EVENTS
from common.contracts.envelope import Event, EventData
from common.events.emit import encode

STORED = Path(__file__).with_name("v1")
OLD_EVENTS: dict[str, Any] = json.loads((STORED / "events.json").read_text(encoding="utf-8"))
OLD_BODIES: dict[str, list[Any]] = json.loads((STORED / "requests.json").read_text("utf-8"))


def kind_of(name: str) -> type[EventData]:
    """Give the contract of an event type."""
    return EVENTS[name]


@pytest.mark.parametrize("name", sorted(OLD_EVENTS))
def test_an_event_of_version_1_still_parses_and_says_what_it_said(name: str) -> None:
    stored = OLD_EVENTS[name]
    kind = kind_of(name)
    event: Event[Any] = Event[kind].model_validate(stored)  # type: ignore[valid-type]  # made at run time
    assert event.type == kind.event_type == name
    told = event.data.model_dump(mode="json")
    assert holds(told, stored["data"])


def holds(now: Any, before: Any) -> bool:
    """Tell whether everything of before is there now; members may have been added."""
    if isinstance(before, dict):
        return all(key in now and holds(now[key], value) for key, value in before.items())
    if isinstance(before, list):
        return len(now) == len(before) and all(map(holds, now, before))
    return bool(now == before)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_each_event_goes_out_and_comes_in_unchanged(name: str) -> None:
    kind = kind_of(name)
    data = kind.model_validate(kind.example)
    envelope = Event[Any].model_validate({**OLD_EVENTS[name], "data": data})
    assert envelope.data is data
    again: Event[Any] = Event[kind].model_validate_json(encode(envelope))  # type: ignore[valid-type]  # made at run time
    assert again.data == data
    assert again.model_dump(exclude={"data"}) == envelope.model_dump(exclude={"data"})


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_members_of_a_later_version_are_passed_over(name: str) -> None:
    stored = OLD_EVENTS[name]
    later = {**stored, "added": 1, "data": {**stored["data"], "added_later": {"deep": [1]}}}
    kind = kind_of(name)
    assert Event[kind].model_validate(later) == Event[kind].model_validate(stored)  # type: ignore[valid-type]  # made at run time


def test_every_event_that_was_published_is_stored_and_none_has_gone() -> None:
    assert set(OLD_EVENTS) == set(EVENTS)


def test_a_body_of_version_1_still_meets_its_schema(service: Any) -> None:
    checked = 0
    for method, path, operation in service.operations:
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for body in OLD_BODIES.get(f"{method} {path}", ()):
            whole = {**schema["schema"], "components": service.document["components"]}
            jsonschema_rs.Draft202012Validator(whole).validate(body)
            checked += 1
    stored = [name for name in OLD_BODIES if f"/{service.name}/v1/" in name]
    assert checked == sum(len(OLD_BODIES[name]) for name in stored)


def test_each_operation_with_a_body_has_one_stored(service: Any) -> None:
    with_body = {
        f"{method} {path}"
        for method, path, operation in service.operations
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    assert with_body == {name for name in OLD_BODIES if f"/{service.name}/v1/" in name}
