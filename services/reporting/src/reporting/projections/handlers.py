"""Which events fill which read model."""

from __future__ import annotations

from typing import Any

from common.contracts import disbursement, eligibility, registry
from reporting.projections import service

HANDLERS: list[tuple[tuple[type[Any], ...], Any]] = [
    (
        (
            registry.PersonRegistered,
            registry.PersonCorrected,
            registry.PersonDied,
            registry.PersonVerified,
            registry.HouseholdReclassified,
            registry.CircumstanceEstablished,
            registry.IntakeRowAccepted,
        ),
        service.project_persons,
    ),
    (
        (
            eligibility.EntitlementTakenOver,
            eligibility.EntitlementGranted,
            eligibility.EntitlementAdjusted,
            eligibility.EntitlementHeld,
            eligibility.EntitlementStopped,
        ),
        service.project_entitlements,
    ),
    ((disbursement.PaymentListSealed,), service.project_lists),
    ((disbursement.PaymentListLines,), service.project_lines),
    ((disbursement.PaymentResultsRecorded,), service.project_results),
    ((disbursement.PaymentListReconciled,), service.project_reconciliations),
    ((disbursement.RecoveryOpened,), service.project_recoveries),
]
