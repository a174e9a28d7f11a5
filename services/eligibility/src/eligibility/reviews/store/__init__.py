"""Every SQL statement of `reviews`."""

from eligibility.reviews.store.proposals import (
    page_proposals,
    payees,
    proposals_of,
    reopen_proposals,
    replace_proposals,
    sign_proposals,
)

__all__ = [
    "page_proposals",
    "payees",
    "proposals_of",
    "reopen_proposals",
    "replace_proposals",
    "sign_proposals",
]
