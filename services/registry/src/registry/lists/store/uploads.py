"""Every SQL statement about kept files: sealed, in parts, so that none is held whole in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.lists.domain.imports import Import

PART_BYTES = 8 * 1024 * 1024


async def insert(session: AsyncSession, made: Import, parts: Iterable[bytes]) -> None:
    """Keep a sealed file: its first part beside the import, the others behind it."""
    for number, content in enumerate(parts):
        values = {"id": made.import_id, "commune": made.commune_code, "content": content}
        if number == 0:
            await session.execute(
                text(
                    "INSERT INTO intake_upload (import_id, commune_code, content)"
                    " VALUES (:id, :commune, :content)"
                ),
                values,
            )
        else:
            await session.execute(
                text(
                    "INSERT INTO intake_upload_part (import_id, part, commune_code, content)"
                    " VALUES (:id, :part, :commune, :content)"
                ),
                values | {"part": number},
            )


async def parts(session: AsyncSession, import_id: UUID) -> AsyncIterator[bytes]:
    """Read a kept file, part by part."""
    first = await session.execute(
        text("SELECT content FROM intake_upload WHERE import_id = :id"), {"id": import_id}
    )
    yield bytes(first.scalar_one())
    number = 1
    while True:
        found = await session.execute(
            text("SELECT content FROM intake_upload_part WHERE import_id = :id AND part = :part"),
            {"id": import_id, "part": number},
        )
        content = found.scalar_one_or_none()
        if content is None:
            return
        yield bytes(content)
        number += 1
