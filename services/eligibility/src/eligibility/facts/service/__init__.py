"""Keep what the registry tells, and answer what is known about people in a month."""

from eligibility.facts.service.awards import Awards, Differences, awards, differences
from eligibility.facts.service.reading import (
    deaths,
    end_of,
    find_by_personal_id,
    had_in,
    ids_of,
    month_facts,
    months_frame,
    names,
    neutral_code,
    people_count,
    person_by_personal_id,
    places,
    received,
    sheet_frame,
    sheet_months,
)
from eligibility.facts.service.recording import (
    keep,
    keep_areas,
    keep_receipts,
    refresh,
    renew_sheets,
)
from eligibility.facts.store.sheet import DIFFERING

__all__ = [
    "DIFFERING",
    "Awards",
    "Differences",
    "awards",
    "deaths",
    "differences",
    "end_of",
    "find_by_personal_id",
    "had_in",
    "ids_of",
    "keep",
    "keep_areas",
    "keep_receipts",
    "month_facts",
    "months_frame",
    "names",
    "neutral_code",
    "people_count",
    "person_by_personal_id",
    "places",
    "received",
    "refresh",
    "renew_sheets",
    "sheet_frame",
    "sheet_months",
]
