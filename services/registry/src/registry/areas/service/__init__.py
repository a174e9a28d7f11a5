"""What others ask of the areas: units, former units, villages, difficulty, open residences."""

from registry.areas.service.describing import describe_communes
from registry.areas.service.places import (
    OpenQuestion,
    VillageDraft,
    add_village,
    ask_for_residence,
    classify_area,
    difficulties,
    follow,
    locate,
    rename_village,
    residence_tasks,
    settle_residence,
    villages,
)
from registry.areas.service.units import (
    book,
    commune,
    communes,
    former,
    former_province_of,
    own_commune,
    place_key,
    provinces,
    unit_on,
)

__all__ = [
    "OpenQuestion",
    "VillageDraft",
    "add_village",
    "ask_for_residence",
    "book",
    "classify_area",
    "commune",
    "communes",
    "describe_communes",
    "difficulties",
    "follow",
    "former",
    "former_province_of",
    "locate",
    "own_commune",
    "place_key",
    "provinces",
    "rename_village",
    "residence_tasks",
    "settle_residence",
    "unit_on",
    "villages",
]
