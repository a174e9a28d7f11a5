"""Logs without personal data, and metrics."""

from common.observability.logging import redact_until_configured

# The one thing that importing does: whatever is logged from here on is redacted.
redact_until_configured()
