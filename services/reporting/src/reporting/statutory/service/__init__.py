"""Which forms exist, and what each contains."""

from reporting.statutory.service.forms import FORMS, form_of, make_document, office_of

__all__ = ["FORMS", "form_of", "make_document", "office_of"]
