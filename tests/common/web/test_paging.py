from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.web.paging import CursorInvalid, CursorValue, decode_cursor, encode_cursor

THINGS = "/demo/v1/things"
KEY = b"k" * 32
POSITION = st.lists(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")), max_size=4
)


@given(POSITION, st.text(st.characters(codec="utf-8")))
def test_a_cursor_opens_to_the_position_it_was_made_of(
    position: list[CursorValue], context: str
) -> None:
    cursor = encode_cursor(KEY, context, position)
    assert decode_cursor(KEY, context, cursor) == tuple(position)
    assert cursor.isascii()


@given(POSITION, st.data())
def test_an_altered_cursor_is_refused(position: list[CursorValue], data: st.DataObject) -> None:
    cursor = encode_cursor(KEY, "list", position)
    place = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz0123456789-_%é"))
    altered = cursor[:place] + letter + cursor[place + 1 :]
    if altered == cursor or _same_bytes(altered, cursor):
        return
    with pytest.raises(CursorInvalid):
        decode_cursor(KEY, "list", altered)


def _same_bytes(one: str, other: str) -> bool:
    """The last letter of unpadded base64 has bits that mean nothing."""
    import base64

    try:
        return base64.urlsafe_b64decode(one + "==") == base64.urlsafe_b64decode(other + "==")
    except ValueError:
        return False


@given(st.text())
def test_rubbish_is_refused(cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        decode_cursor(KEY, "list", cursor)


@pytest.mark.parametrize(("key", "context"), [(b"x" * 32, "list"), (KEY, "other")])
def test_another_key_or_list_refuses_a_cursor(key: bytes, context: str) -> None:
    cursor = encode_cursor(KEY, "list", ["a", 1])
    with pytest.raises(CursorInvalid):
        decode_cursor(key, context, cursor)


async def _fill(client: httpx.AsyncClient, issuer: Any, count: int) -> None:
    for number in range(count):
        await client.post(THINGS, json={"name": f"t{number:02}"}, headers=issuer.headers())


async def test_pages_give_every_row_once_even_when_rows_are_added_meanwhile(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    await _fill(client, issuer, 7)
    names: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(THINGS, params=query, headers=issuer.headers())).json()
        names += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        earlier = {"name": f"a{len(names)}"}
        await client.post(THINGS, json=earlier, headers=issuer.headers())
    assert names == [f"t{number:02}" for number in range(7)]


async def test_a_cursor_serves_only_its_caller_and_filter(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    await _fill(client, issuer, 3)
    page = (await client.get(THINGS, params={"limit": "1"}, headers=issuer.headers())).json()
    query = {"cursor": page["next_cursor"]}
    same = await client.get(THINGS, params=query, headers=issuer.headers())
    other = await client.get(THINGS, params=query, headers=issuer.headers(sub="can-bo-2"))
    filtered = await client.get(THINGS, params={**query, "q": "t"}, headers=issuer.headers())
    assert same.status_code == 200
    assert (other.status_code, filtered.status_code) == (422, 422)


async def test_a_page_that_ends_exactly_has_no_next_one(
    client: httpx.AsyncClient, issuer: Any
) -> None:
    await _fill(client, issuer, 2)
    page = (await client.get(THINGS, params={"limit": "2"}, headers=issuer.headers())).json()
    assert page["next_cursor"] is None
    assert len(page["items"]) == 2
