from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.servers.accounts import Account, can_use
from sandbox.servers.binaries import find_binaries
from sandbox.servers.errors import ServersError, WrongVersionError

STRANGER = Account(name="stranger", uid=65_533, gid=65_533)


def program(file: Path, answer: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
    file.chmod(0o755)
    return file


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Installed servers in a private folder, chosen by the environment."""
    program(tmp_path / "pg" / "bin" / "postgres", "postgres (PostgreSQL) 18.6")
    program(tmp_path / "nats" / "nats-server", "nats-server: v2.15.1")
    (tmp_path / "pg" / "share").mkdir()
    (tmp_path / "pg" / "share" / "postgres.bki").write_text("x", encoding="utf-8")
    monkeypatch.setenv("ANSINH_PG_BIN", str(tmp_path / "pg" / "bin"))
    monkeypatch.setenv("ANSINH_NATS_BIN", str(tmp_path / "nats" / "nats-server"))
    return tmp_path


def test_the_wheels_hold_the_pinned_versions() -> None:
    found = find_binaries(None)
    assert (found.postgres_bin / "initdb").exists()
    assert found.nats_server.name == "nats-server"


def test_what_the_current_user_can_read_is_used_in_place(toys: Path) -> None:
    found = find_binaries(None, copies=toys / "copies")
    assert found.postgres_bin == toys / "pg" / "bin"
    assert not (toys / "copies").exists()


def test_what_the_account_cannot_reach_is_copied_with_its_share_folder(
    toys: Path, open_folder: Path
) -> None:
    toys.chmod(0o700)
    copies = open_folder / "copies"
    found = find_binaries(STRANGER, copies=copies)
    assert found.postgres_bin.is_relative_to(copies)
    assert (found.postgres_bin.parent / "share" / "postgres.bki").read_text(encoding="utf-8") == "x"
    for place in (found.postgres_bin, found.postgres_bin / "postgres", found.nats_server):
        assert can_use(STRANGER, place)
    entries = sorted(copies.rglob("*"))
    assert find_binaries(STRANGER, copies=copies) == found
    assert sorted(copies.rglob("*")) == entries


@pytest.mark.parametrize("answer", ["postgres (PostgreSQL) 17.2", "postgres (PostgreSQL) 180.1"])
def test_another_postgresql_is_refused_with_what_to_do(toys: Path, answer: str) -> None:
    program(toys / "pg" / "bin" / "postgres", answer)
    with pytest.raises(WrongVersionError, match=r"tested with version 18\.x.*ANSINH_PG_BIN"):
        find_binaries(None)


@pytest.mark.parametrize("answer", ["nats-server: v2.14.3", "nats-server: v2.150.0"])
def test_another_nats_is_refused_with_what_to_do(toys: Path, answer: str) -> None:
    program(toys / "nats" / "nats-server", answer)
    with pytest.raises(WrongVersionError, match=r"tested with version 2\.15\.x.*ANSINH_NATS_BIN"):
        find_binaries(None)


def test_a_chosen_server_that_is_not_there_is_named(
    toys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSINH_PG_BIN", str(toys / "nowhere"))
    with pytest.raises(ServersError, match="nowhere"):
        find_binaries(None)


def test_a_private_folder_above_makes_a_public_file_unreachable(tmp_path: Path) -> None:
    file = program(tmp_path / "deep" / "file", "x")
    (tmp_path / "deep").chmod(0o700)
    assert not can_use(STRANGER, file)
