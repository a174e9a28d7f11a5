"""Routes of the room: lists with deliveries for the office, lists and results for partners."""

from disbursement.partners.routes.exchange import make_router as make_exchange_router
from disbursement.partners.routes.messages import make_router as make_messages_router
from disbursement.partners.routes.office import make_router as make_office_router
from disbursement.partners.routes.partner import make_router as make_partner_router

__all__ = [
    "make_exchange_router",
    "make_messages_router",
    "make_office_router",
    "make_partner_router",
]
