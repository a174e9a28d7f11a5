"""What is asked of recovery: cases, collecting, decisions, what nobody collected."""

from disbursement.recovery.service.cases import RecoveryCase, get_case, open_cases, search
from disbursement.recovery.service.collecting import (
    Entry,
    Instalment,
    entries,
    give_notice,
    instalments,
    plan_instalments,
    take_entry,
)
from disbursement.recovery.service.decisions import (
    RecoveryDecision,
    Wanted,
    confirm_ground,
    decide,
    enter_ground,
    propose,
)
from disbursement.recovery.service.uncollected import (
    BudgetReturn,
    Slip,
    decide_return,
    propose_return,
    report_uncollected,
    search_returns,
)

__all__ = [
    "BudgetReturn",
    "Entry",
    "Instalment",
    "RecoveryCase",
    "RecoveryDecision",
    "Slip",
    "Wanted",
    "confirm_ground",
    "decide",
    "decide_return",
    "enter_ground",
    "entries",
    "get_case",
    "give_notice",
    "instalments",
    "open_cases",
    "plan_instalments",
    "propose",
    "propose_return",
    "report_uncollected",
    "search",
    "search_returns",
    "take_entry",
]
