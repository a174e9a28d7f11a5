"""The monthly sweep: everybody's facts against what they receive."""

from eligibility.reviews.service.sweep.finding import Found, Slice, find
from eligibility.reviews.service.sweep.running import run_slice, start_sweep, sweep_of

__all__ = [
    "Found",
    "Slice",
    "find",
    "run_slice",
    "start_sweep",
    "sweep_of",
]
