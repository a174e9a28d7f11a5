"""What was understood and confirmed of a file, sealed like the file: a group's column can show HIV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common.sealing import FieldCipher
from registry.lists.domain.imports import Import
from registry.lists.domain.questions import Choices
from registry.lists.service.understanding import Understanding

if TYPE_CHECKING:
    from registry.settings import RegistrySettings


def sealed_proposal(settings: RegistrySettings, import_id: UUID, found: Understanding) -> bytes:
    """Seal what a file seems to say."""
    return _seal(settings, "proposal", import_id, found.as_json())


def found_in(settings: RegistrySettings, made: Import) -> Understanding:
    """Give what was understood of an import's file when it was sent."""
    return Understanding.from_json(_open(settings, "proposal", made.import_id, made.proposal))


def sealed_choices(settings: RegistrySettings, import_id: UUID, choices: Choices) -> bytes:
    """Seal what a person said of a file, its columns apart."""
    return _seal(settings, "choices", import_id, choices.as_json())


def confirmed_of(settings: RegistrySettings, made: Import) -> Choices:
    """Give what was confirmed of a file; nothing while it waits."""
    kept = _open(settings, "choices", made.import_id, made.choices) if made.choices else {}
    return Choices.from_json(made.mapping or {}, kept)


def _cipher(settings: RegistrySettings) -> FieldCipher:
    return FieldCipher(settings.upload_key.get_secret_value())


def _seal(settings: RegistrySettings, column: str, import_id: UUID, value: dict[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False)
    return _cipher(settings).encrypt(text, f"intake_import|{column}|{import_id}")


def _open(
    settings: RegistrySettings, column: str, import_id: UUID, sealed: bytes | None
) -> dict[str, Any]:
    aad = f"intake_import|{column}|{import_id}"
    opened: dict[str, Any] = json.loads(_cipher(settings).decrypt(bytes(sealed or b""), aad))
    return opened
