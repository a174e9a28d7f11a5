"""`python -m registry api|worker|run|migrate|openapi|invariants`."""

from __future__ import annotations

from common.runtime.service import cli
from registry.main import create_service
from registry.settings import RegistrySettings

if __name__ == "__main__":
    cli(create_service, RegistrySettings)
