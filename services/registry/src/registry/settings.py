"""What the registry needs to know, from the environment (`ANSINH_...`, secrets as files)."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, SecretStr, model_validator

from common.runtime.settings import ServiceSettings


class RegistrySettings(ServiceSettings):
    """Settings of the registry."""

    service: ClassVar[str] = "registry"
    data_keys: ClassVar[tuple[str, ...]] = (
        "disbursement_public_key",
        "upload_key",
        "sealed_facts_key",
        "neutral_group_code",
    )

    port: int = 8101
    disbursement_public_key: str = Field(
        default="", description="X25519, base64: account numbers are sealed to it at once"
    )
    upload_key: SecretStr = Field(
        default=SecretStr(""), description="32 bytes, base64: uploads are sealed with it at rest"
    )
    sealed_facts_key: SecretStr = Field(
        default=SecretStr(""),
        description="32 bytes, base64: facts that reveal HIV are sealed with it; of nothing else",
    )
    neutral_group_code: str = Field(
        default="",
        pattern=r"^([A-Z0-9]{6})?$",
        description="what other services hear instead of a sealed fact; the same in eligibility",
    )
    intake_slice_rows: int = Field(
        default=1000, ge=1, le=5000, description="rows of a list that one transaction takes in"
    )
    population_url: str = Field(default="", description="JSON variant of call 037")
    population_client_id: str = "registry"
    population_client_secret: SecretStr = SecretStr("")
    token_url: str = Field(
        default="", description="OAuth 2 token endpoint; empty: as the OIDC issuer announces it"
    )
    population_parallel: int = Field(default=8, ge=1, le=64)
    population_procedure: str = Field(
        default="1.001776", description="MaDVC: the procedure on whose behalf is asked"
    )
    population_official: str = Field(
        default="", description="MaCanBo of scheduled checks: the official who answers for them"
    )
    population_attempts: int = Field(default=3, ge=1, le=10)
    population_timeout_seconds: float = Field(default=10.0, gt=0, le=120)
    population_break_after: int = Field(
        default=5, ge=1, description="questions in a row without an answer, then nobody is asked"
    )
    population_break_seconds: float = Field(default=30.0, gt=0, description="for so long")
    quality_refresh_hours: int = Field(
        default=24, ge=0, le=8760, description="a commune is looked through so often; 0: only asked"
    )
    duplicate_rules: str = Field(
        default="",
        description="path of a TOML file with the reasons for duplicates and their points",
    )
    representation_warning_days: int = Field(default=30, ge=1, le=366)
    reassessment_warning_days: int = Field(default=60, ge=1, le=366)
    verification_every_days: int = Field(
        default=0,
        ge=0,
        le=3650,
        description="scheduled checks ask again after so many days; 0: none are scheduled",
    )
    verification_per_minute: int = Field(
        default=300, ge=1, le=10_000, description="people whom scheduled checks ask about a minute"
    )

    @model_validator(mode="after")
    def _need_official(self) -> Self:
        if self.verification_every_days and not self.population_official:
            msg = "population_official is needed: every question names who asks it"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _need_keys(self) -> Self:
        if self.environment == "production":
            for name in (
                "disbursement_public_key",
                "upload_key",
                "sealed_facts_key",
                "neutral_group_code",
            ):
                value = getattr(self, name)
                if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                    msg = f"{name} is needed: lists hold account numbers and health facts"
                    raise ValueError(msg)
        return self
