"""Dossiers without a database: statuses, steps, letters, refusals."""

from eligibility.dossiers.domain.dossier import (
    Channel,
    Dossier,
    Letter,
    Owner,
    Submitter,
    check_step,
)
from eligibility.dossiers.domain.refusals import (
    DossierDiffers,
    DossierNotFound,
    DossierStepRefused,
    OwnerIncomplete,
    OwnerUnregistered,
    PaperNotListed,
    PapersMissing,
    ReceiptImplausible,
)
from eligibility.dossiers.domain.statuses import (
    OPEN,
    STEPS,
    WORKED_ON,
    DossierStatus,
    steps_after,
)

__all__ = [
    "OPEN",
    "STEPS",
    "WORKED_ON",
    "Channel",
    "Dossier",
    "DossierDiffers",
    "DossierNotFound",
    "DossierStatus",
    "DossierStepRefused",
    "Letter",
    "Owner",
    "OwnerIncomplete",
    "OwnerUnregistered",
    "PaperNotListed",
    "PapersMissing",
    "ReceiptImplausible",
    "Submitter",
    "check_step",
    "steps_after",
]
