"""What the stand-ins need to know: `ANSINH_<FIELD>`."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from sandbox.world.population import Behaviour

SAMPLES = Path(__file__).parents[1] / "sample" / "data"


class WorldSettings(BaseSettings):
    """Addresses of the services, and the folders of the stand-ins' own store and secrets."""

    model_config = SettingsConfigDict(env_prefix="ANSINH_", env_ignore_empty=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8190
    public_url: str = ""
    """How the services reach the stand-ins; the issuer's name is `<public_url>/issuer`."""
    world_folder: Path
    """Own store and keys; nobody else writes here."""
    secrets_folder: Path
    """Folder with `client_<id>_secret`, `<partner>_signing_key`, `disbursement_verify_key`."""
    business_clock_file: Path
    """The business clock of the whole sandbox."""
    eligibility_url: str = "http://127.0.0.1:8102"
    disbursement_url: str = "http://127.0.0.1:8103"
    population_files: tuple[Path, ...] = tuple(sorted(SAMPLES.glob("*/population.json")))
    """What the population database knows from the start (of each committed sample)."""
    population_behaviour: Behaviour = Behaviour()
    """How well the population database behaves, as JSON: its delays, faults and wrong answers."""
    unit_prefix: str = "H36"
    """First part of dossier codes (mã đơn vị) on the portal."""

    def base_url(self) -> str:
        """Give the address under which the stand-ins are reached, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def secret(self, name: str) -> str:
        """Read one secret, without surrounding blanks."""
        return (self.secrets_folder / name).read_text(encoding="utf-8").strip()
