"""The workbook of rows to be corrected: as they were sent, bad cells coloured and explained.

Made on demand from the sealed file. Corrected and sent again it is a list of its own, with just
those rows.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from registry.lists.domain.mapping import MappingNeeded
from registry.lists.gateway.corrections import Remark, write_workbook
from registry.lists.service.imports import find, opened
from registry.lists.store import results

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.settings import RegistrySettings


async def write(
    session: AsyncSession, import_id: UUID, target: Path, *, settings: RegistrySettings
) -> int:
    """Write the rows of an import that were refused or warned about; gives how many there are.

    Raises:
        ImportNotFound: none that the caller may see.
        MappingNeeded: it waits for a person to say which column is which.
    """
    made = await find(session, import_id)
    if made.operation_id is None:
        raise MappingNeeded
    remarks: dict[int, list[Remark]] = {}
    for row in await results.remarks(session, import_id):
        remark = Remark(row["column_name"], row["severity"], row["message"])
        remarks.setdefault(row["row_number"], []).append(remark)
    async with opened(session, made, settings) as table:
        count = await asyncio.to_thread(write_workbook, target, table, remarks)
    await audit.record(session, "import.errors_downloaded", "import", import_id, {"rows": count})
    return count
