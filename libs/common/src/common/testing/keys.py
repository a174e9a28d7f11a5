"""Keys that tests and benchmarks make for themselves."""

from __future__ import annotations

import base64

from nacl.public import PrivateKey

from common.sealing.fields import key_from_base64
from common.web.signatures import private_key_from_base64


def public_key_of(private_key_b64: str) -> str:
    """Give the public key (base64) of a private key (base64)."""
    key = PrivateKey(key_from_base64(private_key_b64))
    return base64.b64encode(bytes(key.public_key)).decode()


def new_private_key() -> str:
    """Make a private key (base64)."""
    return base64.b64encode(bytes(PrivateKey.generate())).decode()


def public_key_base64(seed: str) -> str:
    """Give the public key (base64) that belongs to a seed (base64)."""
    raw = private_key_from_base64(seed).public_key().public_bytes_raw()
    return base64.b64encode(raw).decode()
