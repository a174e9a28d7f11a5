"""Request and response bodies of `rulebook`."""

from __future__ import annotations

from eligibility.rulebook.schemas.local import (
    LawChoiceContent,
    LawLevelContent,
    LawLevelView,
    LevelsView,
    LocalBenefitContent,
    LocalBenefitsView,
    LocalBenefitView,
)
from eligibility.rulebook.schemas.one_off import (
    OneOffAnswerView,
    OneOffClaimContent,
    OneOffConditionView,
    OneOffRequest,
    OneOffView,
)
from eligibility.rulebook.schemas.proposals import (
    LawProposalsView,
    LawProposalView,
    RejectLawProposalRequest,
)
from eligibility.rulebook.schemas.reading import (
    DocumentsView,
    DocumentView,
    HolidaysView,
    HolidayView,
    HolidayYearView,
    OptionView,
    ProvisionConditionView,
    ProvisionsView,
    ProvisionView,
    StepView,
    SwitchesView,
    SwitchView,
    TimeLimitView,
)

__all__ = [
    "DocumentView",
    "DocumentsView",
    "HolidayView",
    "HolidayYearView",
    "HolidaysView",
    "LawChoiceContent",
    "LawLevelContent",
    "LawLevelView",
    "LawProposalView",
    "LawProposalsView",
    "LevelsView",
    "LocalBenefitContent",
    "LocalBenefitView",
    "LocalBenefitsView",
    "OneOffAnswerView",
    "OneOffClaimContent",
    "OneOffConditionView",
    "OneOffRequest",
    "OneOffView",
    "OptionView",
    "ProvisionConditionView",
    "ProvisionView",
    "ProvisionsView",
    "RejectLawProposalRequest",
    "StepView",
    "SwitchView",
    "SwitchesView",
    "TimeLimitView",
]
