"""Secrets of an embedded installation: made on first start, one file each, mode 0600."""

from __future__ import annotations

import base64
import functools
import os
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nkeys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.public import PrivateKey

from common.contracts.catalogue import STREAMS
from common.events.permissions import USERS
from sandbox.servers.accounts import Account

SERVICES = tuple(STREAMS)
NATS_USERS = USERS
SIGNERS = ("disbursement", "bank", "post")
"""Parties that sign HTTP messages with ed25519."""
OTHER_SYSTEMS = ("health_insurance", "education", "justice", "treasury")
"""Other provincial systems that may ask about people."""
CLIENTS = (*SERVICES, "portal", "bank", "post", *OTHER_SYSTEMS)
"""Parties that get tokens with the client credentials grant."""

POSTGRES_SUPERUSER_PASSWORD = "postgres_superuser_password"  # noqa: S105 - the name of a file
SEALING_PRIVATE_KEY = "disbursement_sealing_private_key"
SEALING_PUBLIC_KEY = "disbursement_sealing_public_key"
NEUTRAL_GROUP_CODE = "neutral_group_code"
"""What services call the group whose facts are sealed; another one in every installation."""
KEY_BYTES = 32


@dataclass(frozen=True)
class SecretFiles:
    """The secrets folder. Names are file names; `path` goes into settings, `text` to children."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where the secret of that name is."""
        return self.folder / name

    def text(self, name: str) -> str:
        """The secret itself, without a trailing newline."""
        return self.path(name).read_text(encoding="utf-8").rstrip("\n")

    def database_password(self, service: str, role: str) -> str:
        """The password of `<service>_owner` or `<service>_app`."""
        return self.text(f"{service}_{role}_password")


def nats_seed_name(user: str) -> str:
    """The file with the nkey seed of a NATS user."""
    return f"nats_{user}.nk"


def nats_public_key(secret_files: SecretFiles, user: str) -> str:
    """The public nkey (`U...`) of a NATS user, which its configuration lists."""
    pair = nkeys.from_seed(secret_files.text(nats_seed_name(user)).encode())
    return str(pair.public_key.decode())


def create_secrets(folder: Path, account: Account | None) -> SecretFiles:
    """Make what is missing; never change what is there.

    Args:
        folder: the secrets folder, which exists and is private.
        account: the owner of the files, or None for the current user.
    """
    files = SecretFiles(folder)
    for name, make in _catalogue().items():
        _create(files.path(name), make, account)
    for signer in SIGNERS:
        seed = _create(files.path(f"{signer}_signing_key"), _random_key, account)
        public = functools.partial(_ed25519_public_key, seed)
        _create(files.path(f"{signer}_verify_key"), public, account)
    private = _create(files.path(SEALING_PRIVATE_KEY), _random_key, account)
    public = functools.partial(_sealing_public_key, private)
    _create(files.path(SEALING_PUBLIC_KEY), public, account)
    return files


def _catalogue() -> Mapping[str, Callable[[], str]]:
    made: dict[str, Callable[[], str]] = {POSTGRES_SUPERUSER_PASSWORD: _password}
    for service in SERVICES:
        made[f"{service}_owner_password"] = _password
        made[f"{service}_app_password"] = _password
        made[f"{service}_field_key"] = _random_key
        made[f"{service}_blind_index_key"] = _random_key
        made[f"{service}_cursor_key"] = _random_key
        made[f"{service}_upload_key"] = _random_key
    made["registry_sealed_facts_key"] = _random_key
    made[NEUTRAL_GROUP_CODE] = _neutral_code
    for client in CLIENTS:
        made[f"client_{client}_secret"] = _password
    for user in NATS_USERS:
        made[nats_seed_name(user)] = _nkey_user_seed
    return made


def _create(path: Path, make: Callable[[], str], account: Account | None) -> str:
    if path.exists():
        return path.read_text(encoding="utf-8").rstrip("\n")
    return replace_secret(path, make(), account)


def replace_secret(path: Path, secret: str, account: Account | None) -> str:
    """Write a secret file, mode 0600, as a whole; gives the secret."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{secret}\n")
        file.flush()
        os.fsync(file.fileno())
    if account:
        account.owns(unfinished)
    unfinished.rename(path)
    return secret


def _password() -> str:
    return secrets.token_urlsafe(24)


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _neutral_code() -> str:
    return "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(6))


def _nkey_user_seed() -> str:
    return str(nkeys.encode_seed(secrets.token_bytes(KEY_BYTES), nkeys.PREFIX_BYTE_USER).decode())


def _ed25519_public_key(seed: str) -> str:
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


def _sealing_public_key(private_key: str) -> str:
    return base64.b64encode(bytes(PrivateKey(base64.b64decode(private_key)).public_key)).decode()
