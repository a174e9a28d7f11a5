"""Secrets are made once, readable by nobody else, and replaced only where data does not depend on it."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.public import PrivateKey

SCRIPT = Path(__file__).parents[2] / "deploy" / "make_secrets.py"


def _make(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "nats").mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, SCRIPT, "--secrets", folder / "secrets", "--nats", folder / "nats", *more],
        capture_output=True,
        text=True,
        check=False,
    )


def _read(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in (folder / "secrets").iterdir()}


def test_a_second_run_changes_nothing_and_nobody_else_can_read(tmp_path: Path) -> None:
    assert _make(tmp_path).returncode == 0
    first, users = _read(tmp_path), (tmp_path / "nats/users.conf").read_text("utf-8")
    assert _make(tmp_path).returncode == 0
    assert _read(tmp_path) == first
    assert (tmp_path / "nats/users.conf").read_text("utf-8") == users
    assert len({text for text in first.values() if text}) == len(
        [1 for text in first.values() if text]
    )
    for file in (tmp_path / "secrets").iterdir():
        assert file.stat().st_mode & 0o337 == 0


def test_what_others_give_stays_and_is_asked_for_while_it_is_empty(tmp_path: Path) -> None:
    assert "portal_client_secret: empty" in _make(tmp_path).stdout
    given = tmp_path / "secrets" / "portal_client_secret"
    given.chmod(0o600)
    given.write_text("a-key-of-the-bank", "utf-8")
    assert "portal_client_secret" not in _make(tmp_path).stdout
    assert given.read_text("utf-8") == "a-key-of-the-bank"


def test_public_halves_belong_to_their_private_keys_and_no_seed_is_in_the_users_of_nats(
    tmp_path: Path,
) -> None:
    _make(tmp_path)
    made = _read(tmp_path)
    seed = base64.b64decode(made["disbursement_signing_key"])
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert base64.b64decode(made["disbursement_verify_key"]) == public
    private = PrivateKey(base64.b64decode(made["disbursement_sealing_private_key"]))
    assert base64.b64decode(made["disbursement_sealing_public_key"]) == bytes(private.public_key)
    users = (tmp_path / "nats/users.conf").read_text("utf-8")
    assert users.count("nkey: U") == 5
    for name, text in made.items():
        assert not name.endswith(".nk") or text.strip() not in users


def test_rotating_a_password_changes_it_and_its_address_and_nothing_else(tmp_path: Path) -> None:
    _make(tmp_path)
    before = _read(tmp_path)
    assert _make(tmp_path, "--rotate", "registry_app_password").returncode == 0
    after = _read(tmp_path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"registry_app_password", "registry_app_database_url"}
    assert after["registry_app_password"].strip() in after["registry_app_database_url"]


@pytest.mark.parametrize(
    "name",
    ["disbursement_field_key", "disbursement_sealing_private_key", "registry_upload_key", "x"],
)
def test_a_key_on_which_stored_data_depends_is_not_rotated(tmp_path: Path, name: str) -> None:
    _make(tmp_path)
    before = _read(tmp_path)
    refused = _make(tmp_path, "--rotate", name)
    assert refused.returncode != 0
    assert name in refused.stderr
    assert _read(tmp_path) == before


@pytest.mark.parametrize("how", ["gone", "empty", "all gone"])
def test_where_data_exists_no_key_of_data_is_made_anew(tmp_path: Path, how: str) -> None:
    _make(tmp_path)
    before = _read(tmp_path)
    key = tmp_path / "secrets" / "disbursement_field_key"
    if how == "all gone":
        for file in (tmp_path / "secrets").iterdir():
            file.unlink()
    elif how == "gone":
        key.unlink()
    else:
        key.chmod(0o600)
        key.write_text("", "utf-8")
    refused = _make(tmp_path, "--data-exists")
    assert refused.returncode != 0
    assert "disbursement_field_key" in refused.stderr
    assert "két" in refused.stderr
    assert not key.exists() or not key.read_text("utf-8")
    if how != "all gone":
        assert {n: s for n, s in _read(tmp_path).items() if n != key.name} == {
            n: s for n, s in before.items() if n != key.name
        }


def test_where_data_exists_a_lost_password_is_made_and_keys_stay(tmp_path: Path) -> None:
    _make(tmp_path)
    before = _read(tmp_path)
    (tmp_path / "secrets" / "registry_app_password").unlink()
    assert _make(tmp_path, "--data-exists").returncode == 0
    after = _read(tmp_path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"registry_app_password", "registry_app_database_url"}
