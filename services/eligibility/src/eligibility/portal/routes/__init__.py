"""HTTP of `portal`: messages of the one-stop portal, and pages for citizens."""

from eligibility.portal.routes.messages import router
from eligibility.portal.routes.public import router as public_pages

__all__ = ["public_pages", "router"]
