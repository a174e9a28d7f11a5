"""Which operating-system account runs a child process.

PostgreSQL refuses to run as root, and nothing else here needs root either. Started as root, the
supervisor gives its children an existing unprivileged account; started by a plain user, children
keep that user.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from sandbox.servers.errors import ServersError

CANDIDATES = ("ansinh", "nobody")


@dataclass(frozen=True)
class Account:
    """An operating-system account that children are switched to."""

    name: str
    uid: int
    gid: int

    def owns(self, path: Path) -> None:
        """Make this account the owner of one file or directory."""
        os.chown(path, self.uid, self.gid)


class Switch(TypedDict, total=False):
    """Arguments of `subprocess` that change the user of a child."""

    user: int
    group: int
    extra_groups: list[int]


def switch_to(account: Account | None) -> Switch:
    """How to start a child as the account; nothing to change for the current user."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def unprivileged_account() -> Account | None:
    """Find the account for children, or None when the current user keeps them.

    `ANSINH_RUN_AS` names another account.

    Raises:
        ServersError: running as root and no unprivileged account exists.
    """
    if os.geteuid() != 0:
        return None
    wanted = os.environ.get("ANSINH_RUN_AS")
    for name in (wanted,) if wanted else CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    names = wanted or ", ".join(CANDIDATES)
    message = (
        f"PostgreSQL does not run as root and no unprivileged account was found (looked for: "
        f"{names}). Create one, or set ANSINH_RUN_AS to an existing account."
    )
    raise ServersError(message)


def can_use(account: Account | None, path: Path) -> bool:
    """Tell whether the account may read a file, or enter and list a directory, and reach it.

    Args:
        account: the account, or None for the current user.
        path: an existing file or directory.
    """
    if account is None:
        wanted = os.R_OK | (os.X_OK if path.is_dir() else 0)
        return os.access(path, wanted)
    bits = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
    return _allowed(account, path, bits) and all(
        _allowed(account, parent, stat.S_IXOTH) for parent in path.resolve().parents
    )


def _allowed(account: Account, path: Path, other_bits: int) -> bool:
    status = path.stat()
    shift = 0
    if status.st_uid == account.uid:
        shift = 6
    elif status.st_gid == account.gid:
        shift = 3
    return (status.st_mode >> shift) & other_bits == other_bits


def can_run_python(account: Account | None) -> bool:
    """Tell, by trying it, whether the account can run this interpreter with our packages."""
    if account is None:
        return True
    try:
        answer = subprocess.run(
            [sys.executable, "-c", "import common, sandbox"],
            **switch_to(account),
            cwd="/",
            env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return answer.returncode == 0
