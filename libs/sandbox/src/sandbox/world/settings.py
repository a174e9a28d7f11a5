"""What the stand-ins need to know: `ANSINH_WORLD_<FIELD>`."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class WorldSettings(BaseSettings):
    """Addresses of the services, and the folders of the stand-ins' own store and secrets."""

    model_config = SettingsConfigDict(env_prefix="ANSINH_WORLD_", env_ignore_empty=True)

    host: str = "127.0.0.1"
    port: int = 8190
    public_url: str = ""
    """How the services reach the stand-ins; the issuer's name is `<public_url>/issuer`."""
    home: Path
    """Own store and keys; nobody else writes here."""
    secrets: Path
    """Folder with `client_<id>_secret`, `<partner>_signing_key`, `disbursement_verify_key`."""
    clock_file: Path
    """The business clock of the whole sandbox."""
    eligibility_url: str = "http://127.0.0.1:8102"
    disbursement_url: str = "http://127.0.0.1:8103"
    population_files: tuple[Path, ...] = ()
    """What the population database knows from the start (population.json of a sample)."""
    unit_prefix: str = "H36"
    """First part of dossier codes (mã đơn vị) on the portal."""

    def base_url(self) -> str:
        """Give the address under which the stand-ins are reached, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def secret(self, name: str) -> str:
        """Read one secret, without surrounding blanks."""
        return (self.secrets / name).read_text(encoding="utf-8").strip()
