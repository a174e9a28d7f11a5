"""The sealed chain of the audit log: what a block's digest covers, and whether it still fits.

The digest is computed here a second time, so that a function changed in the database shows. Whoever
owns the database can still wipe entries and make the whole chain anew: only a head kept outside the
server proves that this did not happen, so `verify` compares with one when it is given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from common.audit import store

if TYPE_CHECKING:
    from common.database.session import Database, Scope


@dataclass(frozen=True, slots=True)
class Head:
    """The last sealed block, written `12:3fa0...` on paper or in another house."""

    block: int
    digest: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `block:digest`; anything else is a ValueError."""
        block, _, digest = text.strip().partition(":")
        return cls(int(block), digest)

    def __str__(self) -> str:
        """Write `block:digest`."""
        return f"{self.block}:{self.digest}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found. `faults` is empty when the log is whole."""

    head: Head
    entries: int
    faults: tuple[str, ...]


def digest_of(previous: str, entries: Iterable[Sequence[str]]) -> str:
    """Compute a block's digest: the digest before it, then each field with its length in bytes."""
    digest = hashlib.sha256(previous.encode())
    for fields in entries:
        for field in fields:
            data = field.encode()
            digest.update(str(len(data)).encode() + b":" + data + b",")
    return digest.hexdigest()


async def verify(database: Database, scope: Scope, kept: Head | None = None) -> Verdict:
    """Compute every block again and compare, with a head kept outside too when there is one."""
    faults: list[str] = []
    head, entries = Head(0, ""), 0
    async with database.read(scope) as session:
        for row in await store.blocks(session):
            fields = [
                [str(field) for field in entry.values()]
                for entry in await store.block_entries(session, row["block"])
            ]
            if row["block"] != head.block + 1 or row["previous"] != head.digest:
                faults.append(f"block {row['block']} does not follow block {head.block}")
            if len(fields) != row["entries"]:
                faults.append(
                    f"block {row['block']} holds {len(fields)} of {row['entries']} entries"
                )
            elif digest_of(row["previous"], fields) != row["digest"]:
                faults.append(f"an entry of block {row['block']} was changed")
            head, entries = Head(row["block"], row["digest"]), entries + len(fields)
            if kept is not None and kept.block == head.block and kept.digest != head.digest:
                faults.append(f"block {head.block} is not the one whose head was kept outside")
    if kept is not None and kept.block > head.block:
        faults.append(f"the log ends at block {head.block}, the kept head is of block {kept.block}")
    return Verdict(head, entries, tuple(faults))
