"""Budget estimates: the province under changed numbers, against the law of today."""

from eligibility.reviews.service.simulation.runs import (
    Simulation,
    result_of,
    rows_of,
    simulation_of,
    start_simulation,
)

__all__ = ["Simulation", "result_of", "rows_of", "simulation_of", "start_simulation"]
