"""What can go wrong with a seal."""

from __future__ import annotations

from common.kernel.errors import DomainError


class SealBroken(DomainError, code="seal_broken", title="Không mở được dữ liệu niêm phong"):
    """A sealed value was altered, belongs elsewhere, or was sealed to another key."""
