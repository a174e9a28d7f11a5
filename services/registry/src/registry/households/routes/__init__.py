"""Routes of households, of poverty lists and of former residences."""

from registry.households.routes.households import households, router
from registry.households.routes.poverty_lists import poverty_lists
from registry.households.routes.residence import residence

__all__ = ["households", "poverty_lists", "residence", "router"]
