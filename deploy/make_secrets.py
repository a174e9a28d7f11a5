"""The secrets of a server installation: made once, one file each, readable only by who needs it.

Run by `deploy/make-secrets` inside the image, so that the host needs nothing but Docker. What is
there is never changed; `--rotate <name>` replaces one secret that can be replaced.
"""

# ruff: noqa: INP001
from __future__ import annotations

import argparse
import base64
import os
import secrets
import string
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nkeys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.public import PrivateKey

from common.contracts.catalogue import STREAMS
from common.events.permissions import USERS, users_configuration

SERVICES = tuple(STREAMS)
SERVICE_UID = 10001
POSTGRES_UID = 999
KEY_BYTES = 32
PASSWORDS = (
    "postgres_superuser_password",
    "backup_password",
    "grafana_admin_password",
    *(f"{service}_{role}_password" for service in SERVICES for role in ("owner", "app")),
)
READ_BY_POSTGRES_TOO = {"postgres_superuser_password", "backup_password"}
GRAFANA_UID = 472
SEALS_FIELDS = ("registry", "eligibility", "disbursement")
"""Services that keep encrypted columns, and indexes over them that do not show the value."""
KEYS = (
    *(f"{service}_cursor_key" for service in SERVICES),
    *(f"{service}_{use}_key" for service in SEALS_FIELDS for use in ("field", "blind_index")),
    "registry_upload_key",
    "registry_sealed_facts_key",
)
GIVEN_BY_OTHERS = (
    "client_registry_secret",
    "client_eligibility_secret",
    "client_disbursement_secret",
    "population_client_secret",
    "portal_client_secret",
)
"""Made empty; the operator writes in what the other side gave."""
SEALING = "disbursement_sealing_private_key"
STORE = "nats_store.conf"
"""Key that the store of NATS is encrypted with; without it the streams are filled from the outboxes."""
MADE = "keys_of_data"
"""File with the names of the keys that data may have been written with."""
STAND_INS = ("bank", "post")
STAND_IN_CLIENTS = (*SERVICES, "portal", "bank", "post")


@dataclass(frozen=True)
class Folder:
    """The folder of secrets; every file is written as a whole or not at all."""

    path: Path

    def text(self, name: str) -> str:
        """Give a secret without surrounding blanks; empty when it is missing."""
        file = self.path / name
        return file.read_text(encoding="utf-8").strip() if file.exists() else ""

    def ensure(self, name: str, make: Callable[[], str]) -> str:
        """Give a secret, made now if there is none."""
        present = self.text(name)
        if not present:
            self.write(name, make())
        return present or self.text(name)

    def write(self, name: str, secret: str) -> None:
        """Write a secret and let only its reader read it."""
        write_whole(self.path / name, f"{secret}\n" if secret else "", mode=0o600)
        self.protect(name)

    def protect(self, name: str) -> None:
        """Set owner and mode; without root only the mode."""
        file = self.path / name
        shared = name in READ_BY_POSTGRES_TOO
        if os.geteuid() == 0:
            owner = POSTGRES_UID if shared else SERVICE_UID
            owner = GRAFANA_UID if name == "grafana_admin_password" else owner
            os.chown(file, owner, SERVICE_UID)
        file.chmod(0o440 if shared else 0o400)


def write_whole(file: Path, text: str, *, mode: int) -> None:
    """Write beside the file and rename, so that nobody ever reads a half."""
    unfinished = file.with_name(f".{file.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.chmod(mode)
    unfinished.rename(file)


def make_all(folder: Folder, *, database_host: str, sandbox: bool) -> None:
    """Make what is missing; derived files are written anew."""
    for name, make in makers():
        folder.ensure(name, make)
    folder.write(MADE, "\n".join(sorted(name for name, _ in makers() if is_key_of_data(name))))
    derive(folder, "disbursement_verify_key", "disbursement_signing_key", ed25519_public)
    derive(folder, "disbursement_sealing_public_key", SEALING, x25519_public)
    if sandbox:
        make_stand_ins(folder)
    for name in GIVEN_BY_OTHERS:
        if not (folder.path / name).exists():
            folder.write(name, "")
    for service in SERVICES:
        for role in ("owner", "app"):
            password = folder.text(f"{service}_{role}_password")
            url = f"postgresql://{service}_{role}:{password}@{database_host}:5432/{service}"
            if folder.text(f"{service}_{role}_database_url") != url:
                folder.write(f"{service}_{role}_database_url", url)
    for file in folder.path.iterdir():
        if file.is_file():
            folder.protect(file.name)


def lost_keys(folder: Folder) -> list[str]:
    """Give the keys of data that were made once and are gone; all of them when the list is gone."""
    known = folder.text(MADE).split()
    wanted = known or [name for name, _ in makers() if is_key_of_data(name)]
    return [name for name in wanted if not folder.text(name)]


def is_key_of_data(name: str) -> bool:
    """Tell whether stored data depends on a secret."""
    replaceable = name in {*PASSWORDS, STORE} or name.endswith(("_cursor_key", ".nk"))
    return not replaceable


def makers() -> Iterator[tuple[str, Callable[[], str]]]:
    """Give every secret that we make ourselves."""
    yield from ((name, password) for name in PASSWORDS)
    yield from ((name, random_key) for name in KEYS)
    yield from ((f"nats_{user}.nk", nkey_seed) for user in USERS)
    yield from ((name, random_key) for name in ("disbursement_signing_key", SEALING))
    yield "neutral_group_code", neutral_code
    yield STORE, store_encryption


def make_stand_ins(folder: Folder) -> None:
    """Make what the other sides would give: only for trying the stack with the stand-ins."""
    for name in STAND_INS:
        folder.ensure(f"{name}_signing_key", random_key)
        derive(folder, f"{name}_verify_key", f"{name}_signing_key", ed25519_public)
    for client in STAND_IN_CLIENTS:
        folder.ensure(f"client_{client}_secret", password)
    folder.write("population_client_secret", folder.text("client_registry_secret"))
    folder.write("portal_client_secret", folder.text("client_eligibility_secret"))


def derive(folder: Folder, name: str, private: str, make: Callable[[str], str]) -> None:
    """Write the public half of a key when it is missing or belongs to another key."""
    public = make(folder.text(private))
    if folder.text(name) != public:
        folder.write(name, public)


def rotate(folder: Folder, name: str) -> None:
    """Replace one secret; what is encrypted or signed with it elsewhere must not depend on it.

    Raises:
        ValueError: the secret cannot be replaced like this; the message says why.
    """
    replaceable = {made: make for made, make in makers() if not is_key_of_data(made)}
    if name in dict(makers()) and name not in replaceable:
        raise ValueError(f"{name}: stored data depends on it; see deploy/README.md, keys of data")
    if name not in replaceable:
        raise ValueError(f"{name}: unknown, or given by others; write the file by hand")
    folder.write(name, replaceable[name]())


def nats_users(folder: Folder) -> str:
    """Give the users of NATS with their public keys and permissions."""
    return users_configuration(lambda user: nkey_public(folder.text(f"nats_{user}.nk")))


def password() -> str:
    """Make a password of 192 bits that needs no quoting in an address."""
    return secrets.token_urlsafe(24)


def random_key() -> str:
    """Make 32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def neutral_code() -> str:
    """Make what services call the group whose facts are sealed: six letters and digits."""
    return "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(6))


def nkey_seed() -> str:
    """Make the seed of a NATS user."""
    return str(nkeys.encode_seed(secrets.token_bytes(KEY_BYTES), nkeys.PREFIX_BYTE_USER).decode())


def nkey_public(seed: str) -> str:
    """Give the public nkey (`U...`) of a seed."""
    return str(nkeys.from_seed(seed.encode()).public_key.decode())


def store_encryption() -> str:
    """Give the lines of NATS's configuration that encrypt its store."""
    return f'cipher: chachapoly\nkey: "{random_key()}"'


def ed25519_public(seed: str) -> str:
    """Give the public key (base64) that verifies what the seed (base64) signs."""
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


def x25519_public(private: str) -> str:
    """Give the public key (base64) to which account numbers are sealed."""
    return base64.b64encode(bytes(PrivateKey(base64.b64decode(private)).public_key)).decode()


def main() -> None:
    """Make the secrets and the users of NATS; say what is still missing."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--secrets", type=Path, required=True, help="folder of the secret files")
    parser.add_argument("--nats", type=Path, required=True, help="folder that gets users.conf")
    parser.add_argument("--database-host", default="postgres")
    parser.add_argument("--sandbox", action="store_true", help="keys of the stand-ins as well")
    parser.add_argument(
        "--data-exists", action="store_true", help="make no key of data: there is data already"
    )
    parser.add_argument("--rotate", metavar="NAME", action="append", default=[])
    arguments = parser.parse_args()
    folder = Folder(arguments.secrets)
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if arguments.data_exists and (lost := lost_keys(folder)):
        sys.exit(
            f"make-secrets: mất khóa dữ liệu: {', '.join(lost)}\n"
            "  -> đã có dữ liệu ghi bằng các khóa này; lấy các tệp đó từ két của hai người giữ khóa,"
            " chép vào secrets/ rồi chạy lại. Không tạo khóa mới."
        )
    try:
        for name in arguments.rotate:
            rotate(folder, name)
    except ValueError as error:
        sys.exit(f"make-secrets: {error}")
    make_all(folder, database_host=arguments.database_host, sandbox=arguments.sandbox)
    write_whole(arguments.nats / "users.conf", nats_users(folder), mode=0o644)
    missing = [name for name in GIVEN_BY_OTHERS if not folder.text(name)]
    sys.stdout.write("secrets: complete\n" if not missing else "secrets: made\n")
    for name in missing:
        sys.stdout.write(f"  {name}: empty, to be filled with what the other side gives\n")


if __name__ == "__main__":
    main()
