"""Steps that need not run again: same program, same databases, and the last start went well.

Five Python processes that find nothing to do cost seconds of each start. A start that fails leaves
no record, so that the next one runs every step.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path

from sandbox.servers.paths import Home
from sandbox.servers.plan import Plan, Step


def source_fingerprint(packages: Iterable[str]) -> str:
    """Name the present state of the installed source files of some packages, without reading them."""
    digest = hashlib.sha256()
    for package in packages:
        found = importlib.util.find_spec(package)
        folder = Path(found.origin).parent if found and found.origin else Path()
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                status = file.stat()
                digest.update(f"{file}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def take_record(home: Home) -> frozenset[str]:
    """Read which steps were done, and forget it until `keep_record`."""
    try:
        loaded = json.loads(_record(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return frozenset()
    _record(home).unlink()
    return frozenset(str(key) for key in loaded)


def keep_record(home: Home, plan: Plan) -> None:
    """Write down that every step of the plan is done."""
    keys = [_key(home, step) for group in plan.steps for step in group if step.fingerprint]
    _record(home).write_text(json.dumps(keys), encoding="utf-8")


def is_done(home: Home, step: Step, done: frozenset[str]) -> bool:
    """Tell whether a step may be left out."""
    return step.fingerprint is not None and _key(home, step) in done


def _key(home: Home, step: Step) -> str:
    # The number of the folder changes when the cluster is made anew.
    return f"{step.name}|{step.fingerprint}|{home.postgres.stat().st_ino}"


def _record(home: Home) -> Path:
    # Beside the streams: whoever deletes them deletes the record that they are there.
    return home.nats / "steps-done.json"
