"""Uploaded files: read once, hashed, limited in size, gone when the request is over."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Depends, File, UploadFile

from common.kernel.errors import InvalidInput, TooLarge

_CHUNK_BYTES = 1024 * 1024
UPLOAD_BYTES_MAX = 32 * 1024 * 1024


class UploadEmpty(InvalidInput, code="upload_empty", title="Tệp tải lên không có nội dung"):
    """The uploaded file has no content."""


class UploadTooLarge(TooLarge, code="upload_too_large", title="Tệp tải lên quá lớn"):
    """The uploaded file is larger than the service reads."""


@dataclass(frozen=True)
class Upload:
    """A file on local disk. `sha256` is lower-case hex, `size` is in bytes."""

    path: Path
    sha256: str
    size: int


@asynccontextmanager
async def receive(file: UploadFile, *, size_max: int = UPLOAD_BYTES_MAX) -> AsyncIterator[Upload]:
    """Copy an upload to a private temporary file, and remove it at the end.

    Use: `async with receive(file) as upload: ...`. Keep what must stay sealed
    (`common.sealing`), for a list's group column can show HIV.

    Raises:
        UploadTooLarge: more than `size_max` bytes (413).
        UploadEmpty: no bytes at all (422).
    """
    with tempfile.TemporaryDirectory(prefix="ansinh-upload-") as folder:
        path = Path(folder) / "upload"
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as target:
            while chunk := await file.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > size_max:
                    raise UploadTooLarge(f"Tệp được lớn nhất {size_max // 1024 // 1024} MB.")
                digest.update(chunk)
                await asyncio.to_thread(target.write, chunk)
        if size == 0:
            raise UploadEmpty
        yield Upload(path=path, sha256=digest.hexdigest(), size=size)


def uploaded(description: str) -> Any:
    """Declare a route's form field `file`, read into a temporary file while the route runs.

    Use: `upload: Annotated[Upload, uploaded("Tệp .xlsx")]`.
    """

    async def receive_file(
        file: UploadFile = File(description=description),
    ) -> AsyncIterator[Upload]:
        async with receive(file) as upload:
            yield upload

    return Depends(receive_file)
