"""What is asked of partners: files, deliveries, results."""

from disbursement.partners.service.deliveries import (
    Delivery,
    SendingDelivery,
    claim,
    deliveries_of_list,
    deliveries_of_partner,
    file_of,
    interrupted,
    payments_of_person,
    prepare,
    record_inquiry,
    record_sending,
    release,
    unknown,
)
from disbursement.partners.service.results import (
    Applied,
    PartnerException,
    ResultEntry,
    ResultMessage,
    exceptions,
    take_message,
)

__all__ = [
    "Applied",
    "Delivery",
    "PartnerException",
    "ResultEntry",
    "ResultMessage",
    "SendingDelivery",
    "claim",
    "deliveries_of_list",
    "deliveries_of_partner",
    "exceptions",
    "file_of",
    "interrupted",
    "payments_of_person",
    "prepare",
    "record_inquiry",
    "record_sending",
    "release",
    "take_message",
    "unknown",
]
