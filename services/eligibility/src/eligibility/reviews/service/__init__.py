"""What is asked of reviews: draft lists and corrections, note and read what differs."""

from eligibility.reviews.service.after_signature import settle
from eligibility.reviews.service.corrections import draft_correction
from eligibility.reviews.service.endings import Ending, draft_ending
from eligibility.reviews.service.later_lists import compare_listed
from eligibility.reviews.service.level_review import compare_taken_over, draft_level_review
from eligibility.reviews.service.moves import draft_transfer, note_moves
from eligibility.reviews.service.proposals import note_corrected_deaths, page_proposals
from eligibility.reviews.service.simulation import (
    result_of,
    rows_of,
    simulation_of,
    start_simulation,
)
from eligibility.reviews.service.sweep import start_sweep, sweep_of
from eligibility.reviews.service.sweep_findings import (
    draft_found,
    find_found,
    page_found,
    set_aside,
)

__all__ = [
    "Ending",
    "compare_listed",
    "compare_taken_over",
    "draft_correction",
    "draft_ending",
    "draft_found",
    "draft_level_review",
    "draft_transfer",
    "find_found",
    "note_corrected_deaths",
    "note_moves",
    "page_found",
    "page_proposals",
    "result_of",
    "rows_of",
    "set_aside",
    "settle",
    "simulation_of",
    "start_simulation",
    "start_sweep",
    "sweep_of",
]
