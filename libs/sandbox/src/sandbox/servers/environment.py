"""What each program reads from its environment. Secrets are named as files, never given as text.

Ports stand as `{port:<name>}`, which the supervisor fills in when it knows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.servers.connections import database_url_name
from sandbox.servers.paths import Home
from sandbox.servers.probes import LOOPBACK
from sandbox.servers.secret_files import (
    NEUTRAL_GROUP_CODE,
    SEALING_PRIVATE_KEY,
    SEALING_PUBLIC_KEY,
    SecretFiles,
    nats_seed_name,
)

PROVINCE_CODE = "68"
"""Lâm Đồng, the province of the sample commune."""
PORTAL_UNIT_CODE = "H36"
"""Its unit code on the national portal, with which dossier codes begin."""
WORLD = f"http://{LOOPBACK}:{{port:world}}"
NATS_URL = f"nats://{LOOPBACK}:{{port:nats}}"
CLOCK_FOLDER = "clock"
WORLD_FOLDER = "world"


@dataclass(frozen=True)
class Environment:
    """Makes the environment of every program of one installation."""

    home: Home

    @property
    def clock_file(self) -> Path:
        """Where the business clock stands: written by the world, read by the services."""
        return self.home.data / CLOCK_FOLDER / "business-clock"

    def of_service(self, service: str) -> dict[str, str]:
        """The settings of a service, its own secrets included by file name."""
        return {
            **self._shared(),
            "ANSINH_HOST": LOOPBACK,
            "ANSINH_PORT": f"{{port:{service}}}",
            "ANSINH_PUBLIC_URL": service_url(service),
            "ANSINH_DATABASE_URL_FILE": self._file(database_url_name(service, "app")),
            "ANSINH_NATS_USER": service,
            "ANSINH_NATS_NKEY_SEED_FILE": self._file(nats_seed_name(service)),
            "ANSINH_CURSOR_KEY_FILE": self._file(f"{service}_cursor_key"),
            **self._own(service),
        }

    def of_migrations(self, service: str) -> dict[str, str]:
        """The settings of a service's migrations: the address for its owner role."""
        owner = self._file(database_url_name(service, "owner"))
        return {**python_settings(), "ANSINH_OWNER_DATABASE_URL_FILE": owner}

    def of_streams(self) -> dict[str, str]:
        """The settings of the job that makes streams and consumers."""
        return {
            **python_settings(),
            "ANSINH_NATS_URL": NATS_URL,
            "ANSINH_NATS_USER": "bootstrap",
            "ANSINH_NATS_NKEY_SEED_FILE": self._file(nats_seed_name("bootstrap")),
        }

    def of_world(self) -> dict[str, str]:
        """The settings of the stand-ins: addresses, their own keys, everybody's client secret."""
        return {
            **python_settings(),
            "ANSINH_ENVIRONMENT": "sandbox",
            "ANSINH_HOST": LOOPBACK,
            "ANSINH_PORT": "{port:world}",
            "ANSINH_PUBLIC_URL": WORLD,
            "ANSINH_BUSINESS_CLOCK_FILE": str(self.clock_file),
            "ANSINH_WORLD_FOLDER": str(self.home.data / WORLD_FOLDER),
            "ANSINH_SECRETS_FOLDER": str(self.home.secrets),
            "ANSINH_BANK_SIGNING_KEY_FILE": self._file("bank_signing_key"),
            "ANSINH_POST_SIGNING_KEY_FILE": self._file("post_signing_key"),
            "ANSINH_DISBURSEMENT_VERIFY_KEY_FILE": self._file("disbursement_verify_key"),
            "ANSINH_REGISTRY_URL": service_url("registry"),
            "ANSINH_ELIGIBILITY_URL": service_url("eligibility"),
            "ANSINH_DISBURSEMENT_URL": service_url("disbursement"),
            "ANSINH_REPORTING_URL": service_url("reporting"),
        }

    def _shared(self) -> dict[str, str]:
        return {
            **python_settings(),
            "ANSINH_ENVIRONMENT": "sandbox",
            "ANSINH_PROVINCE_CODE": PROVINCE_CODE,
            "ANSINH_NATS_URL": NATS_URL,
            "ANSINH_OIDC_ISSUER": f"{WORLD}/issuer",
            "ANSINH_OIDC_AUDIENCE": "ansinh",
            "ANSINH_OIDC_JWKS_URL": f"{WORLD}/issuer/jwks",
            "ANSINH_BUSINESS_CLOCK_FILE": str(self.clock_file),
        }

    def _own(self, service: str) -> Mapping[str, str]:
        makers = {
            "registry": self._of_registry,
            "eligibility": self._of_eligibility,
            "disbursement": self._of_disbursement,
        }
        return makers[service]() if service in makers else {}

    def _of_registry(self) -> dict[str, str]:
        return {
            "ANSINH_DISBURSEMENT_PUBLIC_KEY_FILE": self._file(SEALING_PUBLIC_KEY),
            "ANSINH_UPLOAD_KEY_FILE": self._file("registry_upload_key"),
            "ANSINH_SEALED_FACTS_KEY_FILE": self._file("registry_sealed_facts_key"),
            "ANSINH_NEUTRAL_GROUP_CODE_FILE": self._file(NEUTRAL_GROUP_CODE),
            "ANSINH_POPULATION_URL": f"{WORLD}/population",
            "ANSINH_POPULATION_CLIENT_ID": "registry",
            "ANSINH_POPULATION_CLIENT_SECRET_FILE": self._file("client_registry_secret"),
            **self._keys("registry"),
            **self._client("registry"),
        }

    def _of_eligibility(self) -> dict[str, str]:
        return {
            "ANSINH_NEUTRAL_GROUP_CODE_FILE": self._file(NEUTRAL_GROUP_CODE),
            "ANSINH_PORTAL_URL": f"{WORLD}/portal",
            "ANSINH_PORTAL_CLIENT_ID": "eligibility",
            "ANSINH_PORTAL_UNIT_CODE": PORTAL_UNIT_CODE,
            "ANSINH_PORTAL_CLIENT_SECRET_FILE": self._file("client_eligibility_secret"),
            **self._keys("eligibility"),
            **self._client("eligibility"),
        }

    def _of_disbursement(self) -> dict[str, str]:
        return {
            "ANSINH_ACCOUNT_PRIVATE_KEY_FILE": self._file(SEALING_PRIVATE_KEY),
            "ANSINH_SIGNING_KEY_FILE": self._file("disbursement_signing_key"),
            **self._keys("disbursement"),
            **self._client("disbursement"),
        }

    def _keys(self, service: str) -> dict[str, str]:
        return {
            "ANSINH_FIELD_KEY_FILE": self._file(f"{service}_field_key"),
            "ANSINH_BLIND_INDEX_KEY_FILE": self._file(f"{service}_blind_index_key"),
        }

    def _client(self, service: str) -> dict[str, str]:
        return {
            "ANSINH_TOKEN_URL": f"{WORLD}/issuer/token",
            "ANSINH_CLIENT_ID": service,
            "ANSINH_CLIENT_SECRET_FILE": self._file(f"client_{service}_secret"),
        }

    def _file(self, name: str) -> str:
        return str(SecretFiles(self.home.secrets).path(name))


def service_url(service: str) -> str:
    """Where a service answers; the port is filled in later."""
    return f"http://{LOOPBACK}:{{port:{service}}}"


def python_settings() -> dict[str, str]:
    """Small memory and complete logs for every Python process."""
    return {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"}
