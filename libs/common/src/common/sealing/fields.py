"""Fields that the database must not read: AES-256-GCM, and HMAC indexes to find them by."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.sealing.errors import SealBroken

KEY_BYTES = 32
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_TAG_BYTES = 16


def key_from_base64(text: str) -> bytes:
    """Read a 32-byte key as settings carry it (standard or URL-safe base64).

    Raises:
        ValueError: it is not 32 bytes of base64.
    """
    key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    if len(key) != KEY_BYTES:
        msg = "a sealing key has 32 bytes"
        raise ValueError(msg)
    return key


def _key_id(key: bytes) -> bytes:
    """Name a key by its hash, so that a sealed value tells which key opens it."""
    return hashlib.sha256(b"ansinh field key id\n" + key).digest()[:_KEY_ID_BYTES]


class FieldCipher:
    """Seals single fields: key id (4 bytes), nonce (12), ciphertext and tag (16)."""

    def __init__(self, key: bytes | str, *, former_keys: tuple[bytes | str, ...] = ()) -> None:
        """Seal with `key`, open with it and with keys used before (rotation).

        Args:
            key: 32 bytes, or the same in base64.
            former_keys: older keys that stored values may still carry.
        """
        current = _as_key(key)
        self._current = _key_id(current)
        keys = [_as_key(former) for former in former_keys] + [current]
        self._ciphers: Mapping[bytes, AESGCM] = {_key_id(item): AESGCM(item) for item in keys}

    def encrypt(self, plaintext: str, aad: str) -> bytes:
        """Seal a text. `aad` is `table|column|row id`: the value opens nowhere else."""
        return self.encrypt_bytes(plaintext.encode(), aad)

    def encrypt_bytes(self, plaintext: bytes, aad: str) -> bytes:
        """Seal bytes, as `encrypt` does a text."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plaintext, aad.encode())
        return self._current + nonce + sealed

    def decrypt(self, sealed: bytes, aad: str) -> str:
        """Open a sealed text.

        Raises:
            SealBroken: another key, another place, or altered bytes.
        """
        return self.decrypt_bytes(sealed, aad).decode()

    def decrypt_bytes(self, sealed: bytes, aad: str) -> bytes:
        """Open sealed bytes.

        Raises:
            SealBroken: another key, another place, or altered bytes.
        """
        cipher = self._ciphers.get(sealed[:_KEY_ID_BYTES])
        start = _KEY_ID_BYTES + _NONCE_BYTES
        if cipher is None or len(sealed) < start + _TAG_BYTES:
            raise SealBroken
        try:
            opened = cipher.decrypt(sealed[_KEY_ID_BYTES:start], sealed[start:], aad.encode())
        except InvalidTag as error:
            raise SealBroken from error
        return opened


class BlindIndex:
    """Finds equal values without reading them. Never for yes/no facts: they would be readable."""

    def __init__(self, key: bytes | str) -> None:
        """Use a key of its own, never that of a cipher."""
        self._key = hmac.digest(_as_key(key), b"ansinh blind index", hashlib.sha256)

    def of(self, text: str) -> bytes:
        """Give the 16 bytes of a normalised value."""
        return hmac.digest(self._key, text.encode(), hashlib.sha256)[:16]


def _as_key(key: bytes | str) -> bytes:
    if isinstance(key, str):
        return key_from_base64(key)
    if len(key) != KEY_BYTES:
        msg = "a sealing key has 32 bytes"
        raise ValueError(msg)
    return key
