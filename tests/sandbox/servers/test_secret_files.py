from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from nacl.public import PrivateKey, PublicKey, SealedBox

from sandbox.servers.secret_files import (
    NATS_USERS,
    SERVICES,
    SIGNERS,
    SecretFiles,
    create_secrets,
    nats_public_key,
    nats_seed_name,
)
from sandbox.servers.testing import TestServers


@pytest.fixture
def made(tmp_path: Path) -> SecretFiles:
    return create_secrets(tmp_path, None)


def test_every_secret_file_is_readable_by_its_owner_only(made: SecretFiles) -> None:
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in made.folder.iterdir()}
    assert len(modes) > 30
    assert set(modes.values()) == {0o600}


def test_the_secrets_of_a_running_installation_are_private_too(running: TestServers) -> None:
    folder = running.home.secrets
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    configuration = running.home.nats / "nats.conf"
    assert stat.S_IMODE(configuration.stat().st_mode) == 0o600
    text = configuration.read_text(encoding="utf-8")
    assert [u for u in NATS_USERS if running.secrets.text(nats_seed_name(u)) in text] == []


def test_a_second_start_changes_no_secret(made: SecretFiles) -> None:
    before = {file.name: file.read_bytes() for file in made.folder.iterdir()}
    create_secrets(made.folder, None)
    assert {file.name: file.read_bytes() for file in made.folder.iterdir()} == before


def test_no_two_secrets_are_equal(made: SecretFiles) -> None:
    contents = [file.read_bytes() for file in made.folder.iterdir()]
    assert len(set(contents)) == len(contents)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", ["field_key", "blind_index_key", "cursor_key", "upload_key"])
def test_keys_are_32_random_bytes_in_base64(made: SecretFiles, service: str, kind: str) -> None:
    assert len(base64.b64decode(made.text(f"{service}_{kind}"), validate=True)) == 32


@pytest.mark.parametrize("signer", SIGNERS)
def test_the_verify_key_fits_the_signing_key(made: SecretFiles, signer: str) -> None:
    private = Ed25519PrivateKey.from_private_bytes(
        base64.b64decode(made.text(f"{signer}_signing_key"))
    )
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(made.text(f"{signer}_verify_key")))
    public.verify(private.sign(b"list"), b"list")
    with pytest.raises(InvalidSignature):
        public.verify(private.sign(b"list"), b"another list")


def test_what_is_sealed_for_disbursement_only_its_private_key_opens(made: SecretFiles) -> None:
    public = PublicKey(base64.b64decode(made.text("disbursement_sealing_public_key")))
    private = PrivateKey(base64.b64decode(made.text("disbursement_sealing_private_key")))
    sealed = SealedBox(public).encrypt(b"0123456789")
    assert SealedBox(private).decrypt(sealed) == b"0123456789"


@pytest.mark.parametrize("user", NATS_USERS)
def test_each_nats_user_has_an_nkey_of_its_own(made: SecretFiles, user: str) -> None:
    assert made.text(nats_seed_name(user)).startswith("SU")
    assert nats_public_key(made, user).startswith("U")
