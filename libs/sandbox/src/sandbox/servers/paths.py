"""Where an embedded installation keeps its files."""

from __future__ import annotations

import hashlib
import os
import threading
import tomllib
from dataclasses import dataclass
from pathlib import Path

from sandbox.servers.accounts import Account, can_use
from sandbox.servers.errors import ServersError

SYSTEM_DATA = Path("/var/lib/ansinh")
DATA_POINTER = "data-folder"
"""Remembers where the data is, so that a change of modes never makes a second, empty place."""
LONGEST_SOCKET_DIRECTORY = 80
"""Bytes; the kernel allows 107 for the whole path of a socket."""


@dataclass(frozen=True)
class Home:
    """The folders of one embedded installation.

    `root` belongs to the person who starts it. `data` belongs to the account that the servers run
    as; it lies below `root`, unless that account cannot reach `root` (root's own home directory).
    """

    root: Path
    data: Path

    @property
    def secrets(self) -> Path:
        """Secret files, each of mode 0600."""
        return self.root / "secrets"

    @property
    def run(self) -> Path:
        """Lock, state, ports and plan of the supervisor."""
        return self.root / "run"

    @property
    def logs(self) -> Path:
        """One log per process."""
        return self.root / "logs"

    @property
    def postgres(self) -> Path:
        """The PostgreSQL cluster."""
        return self.data / "postgres"

    @property
    def nats(self) -> Path:
        """The configuration and the JetStream store of NATS."""
        return self.data / "nats"

    @property
    def sockets(self) -> Path:
        """The private folder of the PostgreSQL socket, short enough for the kernel."""
        inside = self.data / "sockets"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_DIRECTORY:
            return inside
        return Path("/tmp") / f"ansinh-{os.getuid()}-{_fingerprint(self.root)}"  # noqa: S108 - made private and checked

    def create_root(self) -> None:
        """Make what belongs to the person who starts the installation.

        Raises:
            ServersError: the installation belongs to someone else.
        """
        if not self.root.exists():
            self.root.mkdir(parents=True, exist_ok=True)
            # Whatever the umask: the servers' account passes through here to its own folder.
            self.root.chmod(0o755)
        if self.root.stat().st_uid != os.geteuid():
            raise ServersError(_foreign(self.root))
        for folder in (self.run, self.logs):
            folder.mkdir(exist_ok=True)
        pointer = self.run / DATA_POINTER
        if not pointer.exists():
            unfinished = pointer.with_name(f"{DATA_POINTER}.{os.getpid()}.{threading.get_ident()}")
            unfinished.write_text(str(self.data), encoding="utf-8")
            unfinished.rename(pointer)

    def create(self, account: Account | None) -> None:
        """Make all folders with their owners and modes; repeating it changes nothing.

        Raises:
            ServersError: a folder exists and belongs to someone else.
        """
        self.create_root()
        self.data.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self.secrets, self.data, self.nats, self.sockets):
            _private_folder(folder, account)


def _private_folder(folder: Path, account: Account | None) -> None:
    folder.mkdir(exist_ok=True, mode=0o700)
    wanted = account.uid if account else os.geteuid()
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in {wanted, os.geteuid()}:
        raise ServersError(_foreign(folder))
    if account and status.st_uid != account.uid:
        account.owns(folder)
    folder.chmod(0o700)


def _foreign(folder: Path) -> str:
    return f"{folder} belongs to another user; remove it or choose another ANSINH_HOME"


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def default_root() -> Path:
    """`ANSINH_HOME`, or `.ansinh` in the project root, or `.ansinh` in the current folder."""
    named = os.environ.get("ANSINH_HOME")
    if named:
        return Path(named).expanduser().resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _is_project_root(folder):
            return folder / ".ansinh"
    return here / ".ansinh"


def _is_project_root(folder: Path) -> bool:
    try:
        described = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return False
    return bool(described.get("project", {}).get("name") == "ansinh")


def home_at(root: Path | None, account: Account | None) -> Home:
    """Describe the installation at a root folder (default: `default_root()`).

    Args:
        root: the folder, which need not exist yet.
        account: the account of the servers, or None for the current user.
    """
    place = (root or default_root()).resolve()
    pointer = place / "run" / DATA_POINTER
    if pointer.exists():
        return Home(root=place, data=Path(pointer.read_text(encoding="utf-8")))
    data = place / "data"
    nearest = next(folder for folder in (place, *place.parents) if folder.exists())
    if account and not can_use(account, nearest):
        data = SYSTEM_DATA / _fingerprint(place)
    return Home(root=place, data=data)
