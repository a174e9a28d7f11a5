"""Settings of disbursement: keys of accounts and messages, and where partners are."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr

from common.runtime.settings import ServiceSettings


class DisbursementSettings(ServiceSettings):
    """Read from the environment, `ANSINH_*`; keys from files, `ANSINH_*_FILE`."""

    service: ClassVar[str] = "disbursement"
    data_keys: ClassVar[tuple[str, ...]] = ("account_private_key", "field_key", "blind_index_key")

    port: int = 8103

    account_private_key: SecretStr = Field(
        description="X25519, base64: opens the accounts that the registry's intake sealed"
    )
    field_key: SecretStr = Field(description="32 bytes, base64: seals accounts and partner files")
    blind_index_key: SecretStr = Field(description="32 bytes, base64: finds equal accounts")
    signing_key: SecretStr = Field(description="ed25519 seed, base64: signs what goes to partners")

    token_url: str = Field(default="", description="OAuth2 token endpoint of the partners' APIs")
    client_id: str = "disbursement"
    client_secret: SecretStr = SecretStr("")

    delivery_seconds: float = Field(
        default=1.0, gt=0, description="pause between two looks for files to send"
    )

    delivery_deadline_seconds: float = Field(
        default=30.0, gt=0, description="longest time of one exchange with a partner"
    )
    delivery_retry_seconds: float = Field(
        default=2.0, gt=0, description="first pause after a vain exchange; doubled each time"
    )
    delivery_folder: Path | None = Field(
        default=None, description="where folders of partners that take files over SFTP lie"
    )
