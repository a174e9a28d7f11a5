"""The province of before 1/7/2025 stands in every event and answer: provincial levels hang on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from registry.areas import service as areas
from registry.persons.domain import Identity, Person
from registry.persons.service import state_of

MIXED = "10804"
"""Kim Thành took over communes of two former provinces."""


def person(commune: str, former: str | None = None) -> Person:
    who = Identity("Nguyễn Thị Mẫu", date(1951, 3, 10), "day", "female", commune)
    return Person(uuid4(), replace(who, former_commune=former))


@pytest.mark.parametrize(
    ("former", "province"),
    [(None, None), ("xã Tam Kỳ", "30"), ("XÃ TAM KỲ", "30"), ("Tam Kỳ", "30"), ("xã Lạ", None)],
)
def test_where_two_provinces_met_the_former_commune_decides(
    former: str | None, province: str | None
) -> None:
    assert len({unit.former_province_code for unit in areas.commune(MIXED)[1]}) == 2
    assert state_of(person(MIXED, former)).former_province_code == province


async def test_answers_and_events_name_it(registry: Any, register: Any, send: Any) -> None:
    made = await register()
    assert made["former_province_code"] == "68"
    await send(made["personal_id"], "death", {"death_date": "2026-09-03", "source": "family"})
    told = [event["data"]["person"] for event in await registry.events()]
    assert [state["former_province_code"] for state in told] == ["68", "68"]
