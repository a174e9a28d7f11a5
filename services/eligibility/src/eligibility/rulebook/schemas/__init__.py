"""Request and response bodies of `rulebook`."""

from __future__ import annotations

from eligibility.rulebook.schemas.local import (
    ChoiceIn,
    LevelIn,
    LevelOut,
    LevelsOut,
    LocalBenefitIn,
    LocalBenefitOut,
    LocalBenefitsOut,
)
from eligibility.rulebook.schemas.one_off import (
    Claim,
    OneOffAnswer,
    OneOffConditionOut,
    OneOffIn,
    OneOffOut,
)
from eligibility.rulebook.schemas.proposals import (
    LawProposalsView,
    LawProposalView,
    RejectLawProposalRequest,
)
from eligibility.rulebook.schemas.reading import (
    DocumentOut,
    DocumentsOut,
    HolidayOut,
    HolidaysOut,
    HolidayYearOut,
    OptionOut,
    ProvisionConditionOut,
    ProvisionOut,
    ProvisionsOut,
    StepOut,
    SwitchesOut,
    SwitchOut,
    TimeLimitOut,
)

__all__ = [
    "ChoiceIn",
    "Claim",
    "DocumentOut",
    "DocumentsOut",
    "HolidayOut",
    "HolidayYearOut",
    "HolidaysOut",
    "LawProposalView",
    "LawProposalsView",
    "LevelIn",
    "LevelOut",
    "LevelsOut",
    "LocalBenefitIn",
    "LocalBenefitOut",
    "LocalBenefitsOut",
    "OneOffAnswer",
    "OneOffConditionOut",
    "OneOffIn",
    "OneOffOut",
    "OptionOut",
    "ProvisionConditionOut",
    "ProvisionOut",
    "ProvisionsOut",
    "RejectLawProposalRequest",
    "StepOut",
    "SwitchOut",
    "SwitchesOut",
    "TimeLimitOut",
]
