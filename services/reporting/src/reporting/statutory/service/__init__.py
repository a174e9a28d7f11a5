"""Which forms exist, and what each contains."""

from reporting.statutory.service.forms import FORMS, make_document, office_of

__all__ = ["FORMS", "make_document", "office_of"]
