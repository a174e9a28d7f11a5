"""Plain rows that were read once, kept beside the file until they are taken in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True, slots=True)
class Spool:
    """A folder with the plain rows of each piece of a list.

    The folder is as private as that of the opened file and, like it, ends with the run.
    """

    folder: Path
    size: int
    """Lines of a piece: rows that were kept by another size are of no use."""

    def keep(self, number: int, plain: pl.DataFrame) -> None:
        """Keep the plain rows of a piece."""
        plain.write_ipc(self._path(number), compression="lz4")

    def take(self, number: int, size: int) -> pl.DataFrame | None:
        """Give what was kept of a piece and forget it; None where nothing was."""
        path = self._path(number)
        if size != self.size or not path.exists():
            return None
        plain = pl.read_ipc(path.read_bytes())
        path.unlink()
        return plain

    def _path(self, number: int) -> Path:
        return self.folder / f"{number}.plain"
