"""Messages of the portal without a database: what they say, and how they are written."""

from eligibility.portal.domain.messages import (
    TIME_FORMAT,
    Outbound,
    pause_before_retry,
    progress_message,
)

__all__ = ["TIME_FORMAT", "Outbound", "pause_before_retry", "progress_message"]
