"""What others ask of households."""

from registry.households.service.classes import classify, classify_person

__all__ = ["classify", "classify_person"]
