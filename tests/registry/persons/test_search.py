"""Searching: typing errors, numbers, villages, years; never beyond the caller's communes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

PEOPLE = [
    ("003151000101", "Nguyễn Thị Bưởi", "1951-03-10", "Thôn 3", "25000"),
    ("003152000102", "Nguyễn Thị Bười", "1952-03-10", "Thôn 4", "25000"),
    ("003149000103", "Đặng Văn Hòa", "1949-01-01", "Bon Đắk", "25000"),
    ("003151000104", "Nguyễn Thị Bưởi", "1951-06-01", "Bon 1", "24637"),
]


@pytest.fixture
async def people(start_registry: Any, make_token: Any) -> Any:
    """A registry with four people in two communes, called by an officer of the first one."""
    registry = await start_registry(communes=["25000", "24637"])
    for number, name, birth, village, commune in PEOPLE:
        body = {
            "personal_id": number,
            "full_name": name,
            "birth_date": birth,
            "sex": "female",
            "village": village,
            "commune_code": commune,
        }
        answer = await registry.post("/persons", json=body)
        assert answer.status_code == 201, answer.text
    token = make_token(["registry:read", "registry:write"], communes=["25000"])
    registry.client.headers["Authorization"] = f"Bearer {token}"
    return registry


async def found(registry: Any, **query: Any) -> list[str]:
    answer = await registry.get("/persons", params=query)
    assert answer.status_code == 200, answer.text
    return [person["personal_id"][-3:] for person in answer.json()["items"]]


async def test_typing_errors_are_forgiven_the_most_similar_first(people: Any) -> None:
    for typed in ("nguyen thi buoi", "nguyễn thi bươi", "nguyen thj buoi", "nguyen thi buoii"):
        got = await found(people, name=typed, match="similar", commune_code="25000")
        assert set(got) == {"101", "102"}, typed
    assert await found(people, name="dang van hoa", match="similar") == ["103"]
    assert await found(people, name="dan van hoaf", match="similar") == ["103"]
    assert await found(people, name="trần quốc toản", match="similar") == []


async def test_a_birth_year_may_be_wrong_by_one_beside_a_typing_error(people: Any) -> None:
    def query(year: int) -> dict[str, Any]:
        return {"name": "nguyen thi buoii", "match": "similar", "birth_year": year}

    assert set(await found(people, **query(1951))) == {"101", "102"}
    assert set(await found(people, **query(1953))) == {"102"}
    assert await found(people, **query(1955)) == []


async def test_exact_and_prefix_and_birth_year(people: Any) -> None:
    assert await found(people, name="Nguyễn Thị Bưởi", match="exact") == ["102", "101"]
    assert await found(people, name="nguyen thi", commune_code="25000") == ["102", "101"]
    assert await found(people, name="nguyen thi", birth_year=1952) == ["102"]
    assert await found(people, birth_year=1949) == ["103"]


async def test_a_village_is_compared_without_accents_and_capitals(people: Any) -> None:
    assert await found(people, commune_code="25000", village="bon dak") == ["103"]
    assert await found(people, commune_code="25000", village="Thôn 3") == ["101"]


async def test_nobody_of_another_commune_is_ever_found(people: Any) -> None:
    assert await found(people, commune_code="24637") == []
    for query in (
        {"number": "003151000104"},
        {"name": "nguyen thi buoi", "match": "similar"},
        {"name": "nguyen thi buoi", "commune_code": "24637"},
        {"birth_year": 1951},
    ):
        assert "104" not in await found(people, **query), query


async def test_somebody_of_the_whole_province_searches_all_of_it(
    people: Any, make_token: Any
) -> None:
    token = make_token(["registry:read"], communes=["*"])
    people.client.headers["Authorization"] = f"Bearer {token}"
    assert set(await found(people, name="nguyen thi buoi", match="exact")) == {"101", "102", "104"}
    assert set(await found(people, name="nguyen thi buoii", match="similar", birth_year=1951)) == {
        "101",
        "102",
        "104",
    }


async def test_a_number_finds_its_holder(people: Any) -> None:
    assert await found(people, number="003151000101") == ["101"]
    assert await found(people, number="003151000101", commune_code="25000") == ["101"]
    assert await found(people, number="003151000199") == []


async def test_a_person_of_a_list_is_shown_as_alone(people: Any) -> None:
    listed = (await people.get("/persons", params={"name": "dang van hoa"})).json()["items"]
    alone = await people.get("/persons/003149000103")
    assert [list(one.items()) for one in listed] == [list(alone.json().items())]


async def test_searches_of_one_moment_keep_to_their_own_callers_communes(
    people: Any, make_token: Any
) -> None:
    tokens = {
        code: make_token(["registry:read"], communes=[code], subject=f"can_bo_{code}")
        for code in ("25000", "24637")
    }

    async def ask(code: str, match: str) -> tuple[str, set[str]]:
        answer = await people.get(
            "/persons",
            params={"name": "nguyen thi buoi", "match": match},
            headers={"Authorization": f"Bearer {tokens[code]}"},
        )
        return code, {one["commune_code"] for one in answer.json()["items"]}

    asked = [(code, match) for code in tokens for match in ("exact", "prefix", "similar")] * 5
    for code, communes in await asyncio.gather(*(ask(*one) for one in asked)):
        assert communes == {code}
    lines = await people.query(
        "SELECT actor, communes, subject_id, detail->>'rows' AS rows FROM audit_entry"
        " WHERE action = 'persons.listed'"
    )
    assert len(lines) == len(asked)
    for line in lines:
        assert line["actor"] == f"can_bo_{line['communes']}"
        assert line["subject_id"] == line["communes"]
        assert int(line["rows"]) == (2 if line["communes"] == "25000" else 1)


@pytest.mark.parametrize("name", ["", "...", "%", "\\", "'", "a", "ab"])
async def test_a_name_of_hardly_a_letter_breaks_nothing(people: Any, name: str) -> None:
    for match in ("exact", "prefix", "similar"):
        assert await found(people, name=name, match=match) == []


async def test_a_village_with_a_nul_is_nobodys(people: Any) -> None:
    assert await found(people, commune_code="25000", village="Bon\0") == []


async def test_a_whole_province_is_not_listed(people: Any) -> None:
    answer = await people.get("/persons")
    assert (answer.status_code, answer.json()["code"]) == (422, "search_too_wide")


@pytest.mark.parametrize(
    "query",
    [
        {"match": "?", "name": "a"},
        {"number": "12"},
        {"birth_year": 12},
        {"commune_code": "1", "name": "a"},
    ],
)
async def test_a_wrong_question_is_refused_by_field(people: Any, query: dict[str, Any]) -> None:
    answer = await people.get("/persons", params=query)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} <= {f"/{n}" for n in query}
