"""In every body of every service, numbers are numbers, and no day lies at the end of time."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
MONTH = re.compile(r"\d{4}-\d{2}\Z")
ENDS_OF_TIME = ("0001-01-01", "9999-12-31")
ENDS_OF_MONTHS = ("0000-01", "0001-01", "9999-12")


def wrong_values(value: Any) -> Iterator[Any]:
    """Give values that must not pass in the place of this one."""
    if isinstance(value, bool):
        yield from (1, "true")
    elif isinstance(value, int):
        yield from (True, str(value), float(value))
    elif isinstance(value, str) and DAY.match(value):
        yield from ENDS_OF_TIME
    elif isinstance(value, str) and MONTH.match(value):
        yield from ENDS_OF_MONTHS


def changed(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Give the place and the value of each wrong value in turn."""
    inside = body.items() if isinstance(body, dict) else enumerate(body[:1])
    for name, value in inside:
        if isinstance(value, dict | list):
            yield from changed(value, (*path, name))
        else:
            yield from (((*path, name), wrong) for wrong in wrong_values(value))


def with_value(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    spoilt = copy.deepcopy(body)
    place = spoilt
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return spoilt


def test_a_wrong_scalar_is_refused_where_it_stands(service: Any) -> None:
    token = service.all_scopes()
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k", "If-Match": '"v1"'}
    calls: list[Any] = []
    places: list[str] = []
    for method, path, operation in service.operations:
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        address = re.sub(r"{\w+}", "003151000017", path)
        for example in service.examples_of(schema.get("schema", {})):
            if not isinstance(example, dict) or "/partners/" in path:
                continue
            for place, value in changed(example):
                if "ThongTinKhac" in place:
                    continue
                body = with_value(example, place, value)
                headers["Idempotency-Key"] = f"key-{len(calls)}"
                calls.append(service.request(method, address, json=body, headers=headers))
                places.append(f"{method} {path} {place} {value!r}")
    answers = service.call_all(calls)
    passed = [
        f"{place}: {answer.status_code}"
        for place, answer in zip(places, answers, strict=True)
        if answer.status_code != 422
    ]
    assert passed == []


def test_days_and_months_in_addresses_are_bounded(service: Any) -> None:
    headers = {"Authorization": f"Bearer {service.all_scopes()}"}
    calls: list[Any] = []
    places: list[str] = []
    for method, path, operation in service.operations:
        address = re.sub(r"{\w+}", "003151000017", path)
        for parameter in operation.get("parameters", ()):
            text = str(parameter.get("schema"))
            values: tuple[str, ...] = ENDS_OF_TIME if "'date'" in text else ()
            values = ENDS_OF_MONTHS if "(0[1-9]|1[0-2])" in text else values
            if parameter["in"] == "query":
                for value in values:
                    query = {parameter["name"]: value}
                    calls.append(service.request(method, address, params=query, headers=headers))
                    places.append(f"{method} {path} {query}")
    answers = service.call_all(calls)
    passed = [
        f"{place}: {answer.status_code}"
        for place, answer in zip(places, answers, strict=True)
        if answer.status_code not in {400, 422}
    ]
    assert passed == []
