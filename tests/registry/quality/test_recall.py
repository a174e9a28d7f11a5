"""How many true pairs are found and how many found pairs are true, on communes of other seeds."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from tests.registry.quality.duplicate_pairs import DUPLICATES, LOOK_ALIKES, commune

from registry.quality.gateway import duplicate_rules
from registry.quality.service.duplicates import probable
from registry.quality.store.looking import CARDS, SCHEMA

LEAST = 0.92


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_recall_and_precision_over_every_kind(seed: int) -> None:
    made = commune(seed)
    people = pl.DataFrame(made.people, schema=SCHEMA)
    pairs = probable(people, pl.DataFrame([], schema=CARDS), duplicate_rules())
    found = set(zip(pairs["person_id"], pairs["other_id"], strict=True))
    right = found & made.true_pairs
    missed = Counter(made.kinds[pair] for pair in made.true_pairs - found)
    wrong = Counter(made.kinds.get(pair, "by chance") for pair in found - made.true_pairs)
    assert len(right) >= LEAST * len(made.true_pairs), missed
    assert len(right) >= LEAST * len(found), wrong
    for kind in DUPLICATES:
        assert missed[kind] <= 3, missed
    for kind in LOOK_ALIKES:
        assert wrong[kind] <= 2, wrong
