"""What is asked of reconciliation: the match, explanations, settlement, closing."""

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
    "settlement",
]
