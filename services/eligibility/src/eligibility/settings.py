"""Settings of eligibility: what every service has, and how to reach the portal."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, SecretStr, model_validator

from common.runtime.settings import ServiceSettings


class EligibilitySettings(ServiceSettings):
    """Read from the environment, `ANSINH_*`."""

    service: ClassVar[str] = "eligibility"
    data_keys: ClassVar[tuple[str, ...]] = ("neutral_group_code", "field_key", "blind_index_key")

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
    reporting_public_key: str = Field(
        default="",
        description="exact counts of sealed groups are sent to reporting under this key (X25519,"
        " base64); empty: they are not sent",
    )
    sweep_slice_people: int = Field(
        default=100_000, ge=1, description="people whom a sweep compares in one transaction"
    )
    portal_unit_code: str = Field(
        default="",
        pattern=r"^([A-Z][0-9]{2})?$",
        description="the province's unit code on the national portal, e.g. H36; empty: codes of"
        " procedures and dossiers are not compared with it",
    )
    field_key: SecretStr = Field(
        default=SecretStr(""), description="seals messages and attachments at rest; base64"
    )
    blind_index_key: SecretStr = Field(
        default=SecretStr(""), description="knows the same message again without reading it; base64"
    )

    @model_validator(mode="after")
    def _needs_keys(self) -> Self:
        if self.environment == "production" and not self.field_key.get_secret_value():
            msg = "field_key seals what citizens send; production refuses to start without it"
            raise ValueError(msg)
        return self
