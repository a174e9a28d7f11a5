"""Secrets at rest and in events: sealed fields, blind indexes, sealed boxes, sealed files."""

from common.sealing.boxes import seal_for, unseal
from common.sealing.errors import SealBroken
from common.sealing.fields import BlindIndex, FieldCipher, key_from_base64
from common.sealing.files import open_file, seal_file

__all__ = [
    "BlindIndex",
    "FieldCipher",
    "SealBroken",
    "key_from_base64",
    "open_file",
    "seal_file",
    "seal_for",
    "unseal",
]
