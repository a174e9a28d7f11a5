"""Settings from the environment: `ANSINH_<FIELD>`, or `ANSINH_<FIELD>_FILE` naming a secret file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, cast
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from common.web.rate_limits import RateLimits

PREFIX = "ANSINH_"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads any field X from the file that `ANSINH_X_FILE` names, without surrounding blanks."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field
        named = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        if not named:
            return None, field_name, False
        return Path(named).read_text(encoding="utf-8").strip(), field_name, False

    def __call__(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                values[key] = value
        return values


class ProcessSettings(BaseSettings):
    """Settings of one process; a process asks for what it uses and for nothing else."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order: arguments, secret files, environment. No dotenv: a file nobody sees decides not."""
        del dotenv_settings, file_secret_settings
        return init_settings, _SecretFiles(settings_cls), env_settings


class MigrationSettings(ProcessSettings):
    """What `migrate` needs: the owner's address. Keys of data and of messages stay elsewhere."""

    owner_database_url: SecretStr = Field(description="postgresql:// of the owner role")


class ServiceSettings(ProcessSettings):
    """What every service needs to know. Subclasses set `service` and add their own fields."""

    service: ClassVar[str] = ""
    migrations_package: ClassVar[str] = ""
    """Package of the Alembic chain; empty: `<service>.migrations`."""

    data_keys: ClassVar[tuple[str, ...]] = ()
    """Settings that stored data depends on: their fingerprints stand in the database."""

    environment: Literal["sandbox", "production"] = "production"
    province_code: str = Field(pattern=r"^[0-9]{2}$", description="GSO code, two digits, e.g. 68")

    host: str = "127.0.0.1"
    port: int = 8100
    public_url: str = ""
    run_api: bool = True
    run_worker: bool = True
    drain_seconds: float = Field(
        default=0.0, ge=0, le=30, description="not ready but answering for so long before it stops"
    )
    frozen_seconds_max: float = Field(
        default=30.0, gt=0, description="an event loop that stands still longer ends the process"
    )

    database_url: SecretStr = Field(description="postgresql:// of the app role")
    db_pool_size: int = Field(default=10, ge=1, le=200)

    nats_url: str = "nats://127.0.0.1:4222"
    nats_user: str | None = None
    nats_password: SecretStr | None = None
    nats_nkey_seed_file: Path | None = None

    oidc_issuer: str = ""
    oidc_audience: str = "ansinh"
    oidc_jwks_url: str = Field(
        default="", description="address of the keys; empty: the issuer's discovery document says"
    )
    oidc_key_age_hours_max: float = Field(
        default=6.0, gt=0, le=48, description="keys not read again for longer count no more"
    )
    oidc_token_hours_max: float = Field(default=12.0, gt=0, le=24)
    oidc_step_up_minutes: float = Field(
        default=15.0, gt=0, le=480, description="age of a log-in that may sign, approve and seal"
    )
    oidc_roles_file: Path | None = Field(
        default=None, description="JSON: role of the provider -> list of our scopes"
    )
    ca_folder: Path | None = Field(
        default=None, description="certificates (*.pem) of authorities trusted for outgoing calls"
    )
    backup_status_folder: Path | None = Field(
        default=None, description="where backup and drill leave when they ended; doctor looks at it"
    )
    proxy_address: str = Field(
        default="", description="host:port of the proxy, whose certificate doctor looks at"
    )
    cursor_key: SecretStr = Field(
        default=SecretStr(""), description="signs paging cursors; empty: made at each start"
    )

    rate_limits: RateLimits = Field(
        default_factory=RateLimits, description="JSON: requests a minute, by caller and route"
    )
    reads_per_hour_usual: int = Field(
        default=2_000, ge=1, description="more reads of one caller in an hour raise an alarm"
    )
    refusals_per_hour_usual: int = Field(
        default=100, ge=1, description="more refusals of one caller in an hour raise an alarm"
    )

    business_clock_file: Path | None = Field(
        default=None, description="sandbox only: the business clock stands where this file says"
    )

    @model_validator(mode="after")
    def _refuse_sandbox_settings(self) -> Self:
        if self.environment != "production":
            return self
        if self.business_clock_file is not None:
            msg = "business_clock_file is for the sandbox; production refuses to start with it"
            raise ValueError(msg)
        for name in ("oidc_issuer", "oidc_jwks_url"):
            address = urlsplit(getattr(self, name))
            if address.scheme == "http" or (address.hostname or "") in _LOOPBACK:
                msg = f"{name} must be https and not on this machine; the sandbox issuer is refused"
                raise ValueError(msg)
        return self

    def keys_of_data(self) -> dict[str, str]:
        """Give the secrets that stored data depends on, by the names of their settings."""
        values = {name: getattr(self, name) for name in self.data_keys}
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in values.items()
        }

    @classmethod
    def migrations(cls) -> str:
        """Give the package of the service's migrations."""
        return cls.migrations_package or f"{cls.service}.migrations"

    @classmethod
    def for_documents(cls) -> Self:
        """Make settings that are good for nothing but building the app to print its OpenAPI."""
        values = {
            name: _placeholder(field)
            for name, field in cls.model_fields.items()
            if field.default is PydanticUndefined and field.default_factory is None
        }
        return cast("Self", cls.model_construct(**values))


def _placeholder(field: FieldInfo) -> Any:
    if field.annotation is SecretStr:
        return SecretStr("postgresql://nobody@localhost/nothing")
    if field.annotation is int:
        return 0
    return "00" if field.annotation is str else None
