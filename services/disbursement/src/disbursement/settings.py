"""Settings of disbursement: keys of accounts and messages, and where partners are."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, SecretStr

from common.runtime.settings import ServiceSettings


class DisbursementSettings(ServiceSettings):
    """Read from the environment, `ANSINH_*`; keys from files, `ANSINH_*_FILE`."""

    service: ClassVar[str] = "disbursement"

    port: int = 8103

    account_private_key: SecretStr = Field(
        description="X25519, base64: opens the accounts that the registry's intake sealed"
    )
    field_key: SecretStr = Field(description="32 bytes, base64: seals accounts and partner files")
    blind_index_key: SecretStr = Field(description="32 bytes, base64: finds equal accounts")
    signing_key: SecretStr = Field(description="ed25519 seed, base64: signs what goes to partners")

    bank_url: str = Field(default="", description="where the bank takes lists")
    bank_verify_key: SecretStr = Field(
        default=SecretStr(""), description="ed25519 public key of the bank, base64"
    )
    post_url: str = Field(default="", description="where the post office takes lists")
    post_verify_key: SecretStr = Field(
        default=SecretStr(""), description="ed25519 public key of the post office, base64"
    )

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

    def partner_urls(self) -> dict[str, str]:
        """Give where each partner is; a partner without an address fetches its lists itself."""
        urls = {"agribank": self.bank_url, "vnpost": self.post_url}
        return {code: url.rstrip("/") for code, url in urls.items() if url}

    def verify_keys(self) -> dict[str, str]:
        """Give the public key that verifies each partner's messages."""
        keys = {
            "agribank": self.bank_verify_key.get_secret_value(),
            "vnpost": self.post_verify_key.get_secret_value(),
        }
        return {code: key for code, key in keys.items() if key}
