"""The data folder of PostgreSQL: made once by initdb, configured anew at each start."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sandbox.servers.accounts import Account, switch_to
from sandbox.servers.errors import ServersError
from sandbox.servers.paths import Home
from sandbox.servers.processes import base_environment

ACCESS = """\
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""
CONFIGURATION = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 120
shared_buffers = 64MB
work_mem = 16MB
maintenance_work_mem = 64MB
max_worker_processes = 4
max_parallel_workers = 2
autovacuum_max_workers = 2
max_wal_size = 2GB
checkpoint_timeout = 5min
wal_compression = pglz
summarize_wal = off
fsync = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
idle_in_transaction_session_timeout = 30s
log_line_prefix = '%m [%p] %u@%d '
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
cluster_name = 'ansinh'
"""


def make_cluster(
    home: Home, postgres_bin: Path, account: Account | None, *, password: str, temporary: bool
) -> None:
    """Run initdb beside the final place and rename, so that a killed start leaves no half.

    Args:
        home: the installation.
        postgres_bin: the folder of `initdb`.
        account: who will own the cluster, or None for the current user.
        password: the superuser's; handed over in a private file that is removed at once.
        temporary: do not wait for the disk (tests).

    Raises:
        ServersError: initdb failed; the message holds its words.
    """
    unfinished = home.data / "postgres.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    password_file = home.data / "postgres.password"
    password_file.unlink(missing_ok=True)
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(password)
    if account:
        account.owns(password_file)
    argv = [
        str(postgres_bin / "initdb"),
        f"--pgdata={unfinished}",
        "--username=postgres",
        f"--pwfile={password_file}",
        "--auth-host=scram-sha-256",
        "--auth-local=scram-sha-256",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--encoding=UTF8",
        "--data-checksums",
        *(["--no-sync"] if temporary else []),
    ]
    try:
        answer = subprocess.run(
            argv,
            cwd="/",
            env=base_environment(home.data),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **switch_to(account),
        )
    finally:
        password_file.unlink()
    if answer.returncode != 0:
        message = f"initdb failed:\n{answer.stdout}\n{answer.stderr}"
        raise ServersError(message)
    unfinished.rename(home.postgres)


def configure_cluster(home: Home, account: Account | None, port: int) -> None:
    """Write the settings and the access rules: passwords only, loopback or socket only."""
    sockets = str(home.sockets).replace("'", "''")
    settings = CONFIGURATION.format(port=port, sockets=sockets)
    for name, text in (("postgresql.conf", settings), ("pg_hba.conf", ACCESS)):
        file = home.postgres / name
        file.write_text(text, encoding="utf-8")
        if account:
            account.owns(file)
