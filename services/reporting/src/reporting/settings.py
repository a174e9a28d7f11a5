"""Settings of reporting: the key of the exact counts beside what every service has."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, SecretStr

from common.runtime.settings import ServiceSettings


class ReportingSettings(ServiceSettings):
    """Read from the environment, `ANSINH_*`."""

    service: ClassVar[str] = "reporting"

    port: int = 8104

    sealed_counts_private_key: SecretStr = Field(
        default=SecretStr(""),
        description="X25519, base64: opens the exact counts by group; empty: they stay closed",
    )
