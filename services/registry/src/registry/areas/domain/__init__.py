"""Units, what became of former ones, villages, specially difficult areas: the pure rules."""

from registry.areas.domain.book import (
    AreaBook,
    Commune,
    CommuneNotFound,
    CommuneOutsideProvince,
    FormerUnit,
    Place,
    Province,
)

__all__ = [
    "AreaBook",
    "Commune",
    "CommuneNotFound",
    "CommuneOutsideProvince",
    "FormerUnit",
    "Place",
    "Province",
]
