"""What others ask of representation: appoint, revoke, who may receive, and what follows people."""

from registry.representation.service.appointing import (
    Appointment,
    Recipient,
    appoint,
    expiring,
    of_person,
    revoke,
    who_may_receive,
)
from registry.representation.service.person_changes import (
    death_taken_back,
    follow,
    records_merged,
    records_parted,
    representative_died,
)

__all__ = [
    "Appointment",
    "Recipient",
    "appoint",
    "death_taken_back",
    "expiring",
    "follow",
    "of_person",
    "records_merged",
    "records_parted",
    "representative_died",
    "revoke",
    "who_may_receive",
]
