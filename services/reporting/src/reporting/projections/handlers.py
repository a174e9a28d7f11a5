"""Which events fill which read model."""

from __future__ import annotations

from common.contracts import disbursement, eligibility, registry
from common.events.dispatch import Handlers
from reporting.projections import service

PERSON_EVENTS = tuple(kind for kind in registry.EVENTS if "person" in kind.model_fields)
"""Whatever carries a person's full state: the latest version is enough."""

HANDLERS: Handlers = [
    (PERSON_EVENTS, service.project_persons),
    ((registry.AreaDescribed,), service.project_areas),
    (
        (registry.HouseholdMembersChanged, registry.HouseholdClassified),
        service.project_households,
    ),
    ((eligibility.DossierMoved,), service.project_dossiers),
    ((eligibility.OneOffGranted,), service.project_one_offs),
    ((eligibility.GroupsCounted,), service.project_group_counts),
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
    ((disbursement.RecoveryWithdrawn,), service.project_withdrawn_recoveries),
]
