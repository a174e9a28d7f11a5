"""Settings of eligibility: what every service has, and how to reach the portal."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, SecretStr

from common.runtime.settings import ServiceSettings


class EligibilitySettings(ServiceSettings):
    """Read from the environment, `ANSINH_*`."""

    service: ClassVar[str] = "eligibility"

    port: int = 8102
    portal_url: str = Field(default="", description="empty: statuses wait in the queue")
    portal_client_id: str = "eligibility"
    portal_client_secret: SecretStr = SecretStr("")
    token_url: str = ""
    neutral_group_code: str = Field(
        default="",
        pattern=r"^([A-Z0-9]{6})?$",
        description="code of the sealed group, as the registry of this installation has it;"
        " empty: none is accepted",
    )
    sweep_slice_people: int = Field(
        default=100_000, ge=1, description="people whom a sweep compares in one transaction"
    )
