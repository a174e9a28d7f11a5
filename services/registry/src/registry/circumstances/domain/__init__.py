"""Dated facts: what they are, how their periods follow each other, what contradicts itself."""

from registry.circumstances.domain.contradictions import Subject, contradictions
from registry.circumstances.domain.facts import (
    Circumstance,
    CircumstanceNotFound,
    CircumstanceSuperseded,
    Degree,
    EndOutsidePeriod,
    Fact,
    FactContradicts,
    Kind,
    KindDiffers,
    Paper,
    PeriodInvalid,
    PeriodTaken,
    SealedElsewhere,
)
from registry.circumstances.domain.timelines import (
    Change,
    Recording,
    check_period,
    corrected,
    ended,
    established,
    known_at,
    withdrawn,
)

__all__ = [
    "Change",
    "Circumstance",
    "CircumstanceNotFound",
    "CircumstanceSuperseded",
    "Degree",
    "EndOutsidePeriod",
    "Fact",
    "FactContradicts",
    "Kind",
    "KindDiffers",
    "Paper",
    "PeriodInvalid",
    "PeriodTaken",
    "Recording",
    "SealedElsewhere",
    "Subject",
    "check_period",
    "contradictions",
    "corrected",
    "ended",
    "established",
    "known_at",
    "withdrawn",
]
