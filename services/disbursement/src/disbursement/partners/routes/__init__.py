"""Routes of the room: lists with deliveries for the office, lists and results for partners."""

from disbursement.partners.routes.messages import router as messages_router
from disbursement.partners.routes.office import make_router as make_office_router
from disbursement.partners.routes.partner import make_router as make_partner_router
from disbursement.partners.routes.partner import message_router

__all__ = [
    "make_office_router",
    "make_partner_router",
    "message_router",
    "messages_router",
]
