"""Who did what, when: append-only, in the same transaction as the change."""

from common.audit.service import record

__all__ = ["record"]
