"""What others ask of notices: keep them, match them, say for which numbers one waits."""

from registry.notices.service.from_banks import take_reported
from registry.notices.service.from_lists import ListedNotice, take_listed
from registry.notices.service.matching import match_next, match_people, settle_about
from registry.notices.service.submission import MATCHING, notices, receive, with_key
from registry.notices.service.waiting import awaited_numbers, reporters_of

__all__ = [
    "MATCHING",
    "ListedNotice",
    "awaited_numbers",
    "match_next",
    "match_people",
    "notices",
    "receive",
    "reporters_of",
    "settle_about",
    "take_listed",
    "take_reported",
    "with_key",
]
