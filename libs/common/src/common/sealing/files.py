"""Uploads at rest: a list's group column can show HIV, so the stored file is sealed whole.

Format: magic (8 bytes), then chunks of nonce (12), ciphertext of up to 1 MiB, tag (16). Each chunk
binds its number and whether it is the last, so that chunks cannot be dropped, swapped or moved.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.sealing.errors import SealBroken
from common.sealing.fields import key_from_base64

_MAGIC = b"ANSINH1\n"
_CHUNK_BYTES = 1024 * 1024
_NONCE_BYTES = 12
_SEALED_CHUNK_BYTES = _NONCE_BYTES + _CHUNK_BYTES + 16


def seal_file(key_b64: str, source: Path, target: Path, *, aad: str) -> None:
    """Seal a file to another path. `aad` names its owner, e.g. `import|<id>`."""
    cipher = AESGCM(key_from_base64(key_b64))
    partial = target.with_name(target.name + ".partial")
    with source.open("rb") as plain, partial.open("wb") as sealed:
        sealed.write(_MAGIC)
        chunk = plain.read(_CHUNK_BYTES)
        number = 0
        while True:
            following = plain.read(_CHUNK_BYTES)
            nonce = os.urandom(_NONCE_BYTES)
            bound = _bound(aad, number, last=not following)
            sealed.write(nonce + cipher.encrypt(nonce, chunk, bound))
            if not following:
                break
            chunk, number = following, number + 1
        sealed.flush()
        os.fsync(sealed.fileno())
    partial.replace(target)


def open_file(key_b64: str, source: Path, *, aad: str) -> Iterator[bytes]:
    """Open a sealed file, chunk by chunk.

    Raises:
        SealBroken: altered, cut off, another key or another owner.
    """
    cipher = AESGCM(key_from_base64(key_b64))
    with source.open("rb") as sealed:
        if sealed.read(len(_MAGIC)) != _MAGIC:
            raise SealBroken
        chunk = sealed.read(_SEALED_CHUNK_BYTES)
        number = 0
        while True:
            following = sealed.read(_SEALED_CHUNK_BYTES)
            bound = _bound(aad, number, last=not following)
            try:
                yield cipher.decrypt(chunk[:_NONCE_BYTES], chunk[_NONCE_BYTES:], bound)
            except (InvalidTag, ValueError) as error:
                raise SealBroken from error
            if not following:
                return
            chunk, number = following, number + 1


def _bound(aad: str, number: int, *, last: bool) -> bytes:
    return f"{aad}|{number}|{'last' if last else 'more'}".encode()
