from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.documents.safe_text import safe_text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("Thôn 3;=1+1;x", "Thôn 3;'=1+1;x"),
        ("a, @cmd", "a, '@cmd"),
        ("-5", "-5"),
        ("+84 912", "'+84 912"),
        ("a=b", "a=b"),
        ("K'Brôi", "K'Brôi"),
    ],
)
def test_no_formula_leaves_in_any_cell(text: str, safe: str) -> None:
    assert safe_text(text) == safe


@given(st.text(max_size=30))
def test_no_part_behind_a_separator_begins_a_formula(text: str) -> None:
    safe = safe_text(text)
    assert safe_text(safe) == safe
    for separator in ";,\t":
        for part in safe.split(separator):
            stripped = part.strip()
            assert not stripped.startswith(("=", "@")) or "'" in stripped[:2]
