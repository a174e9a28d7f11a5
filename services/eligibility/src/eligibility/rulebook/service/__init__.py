"""What others ask the rulebook: the law as it stands, and changes that wait for a second person."""

from eligibility.rulebook.service.changes import (
    confirm,
    keep_effect,
    law_with,
    proposal,
    proposals,
    propose,
    reject,
    start_effect,
)
from eligibility.rulebook.service.reading import (
    ProvisionText,
    changelog,
    check_report,
    documents,
    evaluate_one_off,
    limits,
    local_benefits,
    local_levels,
    provisions,
    refresh,
    switches,
    with_province,
)

__all__ = [
    "ProvisionText",
    "changelog",
    "check_report",
    "confirm",
    "documents",
    "evaluate_one_off",
    "keep_effect",
    "law_with",
    "limits",
    "local_benefits",
    "local_levels",
    "proposal",
    "proposals",
    "propose",
    "provisions",
    "refresh",
    "reject",
    "start_effect",
    "switches",
    "with_province",
]
