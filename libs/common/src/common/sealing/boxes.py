"""Messages to one reader: anyone can seal with the public key, only the holder opens."""

from __future__ import annotations

import base64

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from common.sealing.errors import SealBroken
from common.sealing.fields import key_from_base64


def seal_for(public_key_b64: str, text: str) -> str:
    """Seal a text to an X25519 public key (base64); gives base64."""
    box = SealedBox(PublicKey(key_from_base64(public_key_b64)))
    return base64.b64encode(box.encrypt(text.encode())).decode()


def unseal(private_key_b64: str, sealed_b64: str) -> str:
    """Open what was sealed to the public key of this private key.

    Raises:
        SealBroken: altered, or sealed to another key.
    """
    box = SealedBox(PrivateKey(key_from_base64(private_key_b64)))
    try:
        return box.decrypt(base64.b64decode(sealed_b64, validate=True)).decode()
    except (CryptoError, ValueError) as error:
        raise SealBroken from error
