"""What is asked of reconciliation: the match, explanations, settlement, closing."""

from disbursement.reconciliation.service.budget import BudgetLine, set_line, use
from disbursement.reconciliation.service.explaining import (
    CaseFilter,
    DifferenceCase,
    accept,
    close_month,
    explain,
    search_cases,
    settlement,
)
from disbursement.reconciliation.service.matching import (
    Difference,
    PartnerSide,
    Reconciliation,
    check_not_blocked,
    differences,
    get,
    override,
    reconcile,
    search,
)

__all__ = [
    "BudgetLine",
    "CaseFilter",
    "Difference",
    "DifferenceCase",
    "PartnerSide",
    "Reconciliation",
    "accept",
    "check_not_blocked",
    "close_month",
    "differences",
    "explain",
    "get",
    "override",
    "reconcile",
    "search",
    "search_cases",
    "set_line",
    "settlement",
    "use",
]
