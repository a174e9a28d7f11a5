"""Routes of households and of poverty lists."""

from registry.households.routes.households import households, router
from registry.households.routes.poverty_lists import poverty_lists

__all__ = ["households", "poverty_lists", "router"]
