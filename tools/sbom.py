"""The software bill of materials of the production image: CycloneDX 1.5, from the lock file alone.

The same lock gives the same bytes: no time, no random number. Run by `make sbom`.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "deploy" / "requirements.lock"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def pinned(lock: str) -> Iterator[tuple[str, str, list[str]]]:
    """Give name, version and hashes of each requirement of a lock file.

    Raises:
        ValueError: a requirement is not pinned to a version, or has no hash.
    """
    for entry in lock.replace("\\\n", " ").splitlines():
        line = entry.strip()
        if not line or line.startswith("#"):
            continue
        found, hashes = _PINNED.match(line), _HASH.findall(line)
        if found is None or not hashes:
            msg = f"not pinned with a hash: {line[:60]}"
            raise ValueError(msg)
        yield found[1].lower().replace("_", "-"), found[2], sorted(hashes)


def bill(lock: str) -> dict[str, Any]:
    """Give the bill as a CycloneDX document."""
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            # One hash per published file (wheels of each platform, source).
            "properties": [{"name": "sha256", "value": value} for value in hashes],
        }
        for name, version, hashes in sorted(pinned(lock))
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, lock)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "an-sinh", "bom-ref": "an-sinh"}},
        "components": components,
        "dependencies": [{"ref": "an-sinh", "dependsOn": [c["bom-ref"] for c in components]}],
    }


def main() -> None:
    """Write the bill of the production lock to the standard output."""
    json.dump(bill(LOCK.read_text(encoding="utf-8")), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
