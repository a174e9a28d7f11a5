"""What is asked of reviews: draft lists and corrections, note and read what differs."""

from eligibility.reviews.service.corrections import draft_correction, settle
from eligibility.reviews.service.level_review import compare_taken_over, draft_level_review
from eligibility.reviews.service.proposals import note_corrected_deaths, page_proposals

__all__ = [
    "compare_taken_over",
    "draft_correction",
    "draft_level_review",
    "note_corrected_deaths",
    "page_proposals",
    "settle",
]
