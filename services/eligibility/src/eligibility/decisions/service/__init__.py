"""Draft, look at and sign decisions. Nothing changes for anyone before the signature."""

from eligibility.decisions.service.drafts import Content, draft, find_same, get, page
from eligibility.decisions.service.paper import printed
from eligibility.decisions.service.proposing import propose
from eligibility.decisions.service.reading import explained_lines, lines_frame
from eligibility.decisions.service.signing import sign
from eligibility.decisions.store import LINES

__all__ = [
    "LINES",
    "Content",
    "draft",
    "explained_lines",
    "find_same",
    "get",
    "lines_frame",
    "page",
    "printed",
    "propose",
    "sign",
]
