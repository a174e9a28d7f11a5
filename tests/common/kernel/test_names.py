"""Names: one spelling, a search key, a sort key."""

from __future__ import annotations

import itertools
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from common.kernel import names


@given(st.text(max_size=40))
def test_normal_form_is_stable(text: str) -> None:
    once = names.normalise(text)
    assert names.normalise(once) == once
    assert names.search_key(names.search_key(text)) == names.search_key(text)


@given(st.text(alphabet="aàảãáạăâbcđeêghiklmnoôơpqrstuưvxyAĐÊ ", max_size=30))
def test_both_unicode_forms_give_the_same_keys(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert names.normalise(decomposed) == names.normalise(text)
    assert names.search_key(decomposed) == names.search_key(text)
    assert names.sort_key(decomposed) == names.sort_key(text)


def test_keys_are_what_searchers_type() -> None:
    assert names.search_key("  Đặng  Thị Bưởi ") == "dang thi buoi"
    assert names.bank_key("Đặng Thị Bưởi") == "DANG THI BUOI"
    assert names.title_case("NGUYỄN  VĂN ĐÔNG") == "Nguyễn Văn Đông"


def test_people_sort_by_given_name_then_family_then_tone() -> None:
    people = ["Trần Văn Ánh", "Lê Thị Bình", "Lê Văn An", "Đỗ Văn Ân", "Lê Văn Ăn", "Dương Văn Ân"]
    assert sorted(people, key=names.sort_key) == [
        "Lê Văn An",
        "Trần Văn Ánh",
        "Lê Văn Ăn",
        "Dương Văn Ân",
        "Đỗ Văn Ân",
        "Lê Thị Bình",
    ]


@given(st.text(alphabet="aàáạăâbcdđeêghiklmnoôơpqrstuưvxyAĐÊ ", max_size=30))
def test_the_search_key_forgets_accents_capitals_and_spaces_and_nothing_else(text: str) -> None:
    key = names.search_key(text)
    assert names.search_key(names.title_case(text)) == key
    assert names.search_key(f"  {text.upper()}  ") == key
    assert key.replace(" ", "").isascii()
    assert len(key.replace(" ", "")) == len("".join(text.split()))


@given(st.lists(st.text(alphabet="aáăâbdđeêiouư ", min_size=1, max_size=12), max_size=6))
def test_sorting_by_key_is_an_order_of_spellings(people: list[str]) -> None:
    ordered = sorted(people, key=names.sort_key)
    for first, second in itertools.pairwise(ordered):
        assert names.sort_key(first) <= names.sort_key(second)
        same = names.normalise(first).lower() == names.normalise(second).lower()
        assert (names.sort_key(first) == names.sort_key(second)) == same
