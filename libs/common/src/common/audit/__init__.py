"""Who did what, when and what for: append-only, in the same transaction as the change."""

from common.audit.service import (
    current_purpose,
    mark_recorded,
    mark_repeated,
    record,
    state_purpose,
)

__all__ = ["current_purpose", "mark_recorded", "mark_repeated", "record", "state_purpose"]
