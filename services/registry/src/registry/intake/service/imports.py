"""Taking a file in: once for the same bytes, kind and commune, however often it is sent."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.database.ids import new_id
from common.kernel.months import Month
from common.operations import service as operations
from common.operations.domain import Operation, OperationState
from common.sealing import open_file, seal_file
from registry.areas import service as areas
from registry.intake.domain.imports import (
    Import,
    ImportDiffers,
    ImportNotFound,
    Kind,
    check_months,
)
from registry.intake.gateway.reading import Table, open_table
from registry.intake.store import imports as store
from registry.intake.store.imports import RowFilter
from registry.persons.domain import CommuneNotYours

if TYPE_CHECKING:
    from datetime import datetime

    from common.database.session import AsyncSession
    from registry.settings import RegistrySettings

OPERATION = "import"
_AGAIN = frozenset({OperationState.FAILED, OperationState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Submission:
    """A file that somebody sends, on local disk for the time of the request."""

    path: Path
    sha256: str
    size: int
    kind: Kind
    commune_code: str
    list_month: Month | None
    paid_since: Month | None


@dataclass(frozen=True, slots=True)
class ImportStanding:
    """An import with what became of it so far."""

    made: Import
    operation: Operation
    outcomes: Mapping[str, int]
    findings: Mapping[str, int]
    file_findings: Sequence[Mapping[str, Any]]


async def submit(
    session: AsyncSession, sent: Submission, *, now: datetime, settings: RegistrySettings
) -> Import:
    """Check a file, keep it sealed and queue its import.

    The same bytes for the same commune are the same import: an import that failed or was cancelled
    goes on, any other stays as it is.

    Raises:
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the commune cannot be.
        ListMonthRequired, ListMonthInFuture, PaidSinceInvalid: the months cannot be.
        ImportDiffers: the same file was taken in for another month.
        UnsupportedMedia, TooLarge, InvalidInput: the file is not such a list.
    """
    areas.own_commune(sent.commune_code, settings.province_code)
    communes = session.info["scope"].communes
    if communes is not None and sent.commune_code not in communes:
        raise CommuneNotYours
    check_months(sent.kind, sent.list_month, sent.paid_since, Month.of(now.date()))
    await store.lock_commune(session, sent.commune_code)
    known = await store.find_same(session, sent.commune_code, sent.kind, sent.sha256)
    if known is not None:
        return await _again(session, known, sent)
    await asyncio.to_thread(open_table, sent.path, sent.kind)
    import_id = new_id()
    sealed = await asyncio.to_thread(_seal, sent.path, import_id, settings)
    made = Import(
        import_id=import_id,
        kind=sent.kind,
        commune_code=sent.commune_code,
        file_sha256=sent.sha256,
        file_size=sent.size,
        list_month=sent.list_month,
        paid_since=sent.paid_since,
        operation_id=await _queue(session, import_id, sent.commune_code),
        header_row=None,
        header_columns={},
        row_count=None,
        created_at=now,
        created_by=session.info["scope"].actor,
    )
    await store.insert(session, made, sealed)
    await audit.record(
        session,
        "import.submitted",
        "import",
        import_id,
        {"kind": sent.kind, "commune_code": sent.commune_code, "bytes": sent.size},
    )
    return made


async def _again(session: AsyncSession, known: Import, sent: Submission) -> Import:
    if (known.list_month, known.paid_since) != (sent.list_month, sent.paid_since):
        raise ImportDiffers(list_month=str(known.list_month), paid_since=str(known.paid_since))
    operation = await operations.get(session, known.operation_id)
    if operation.state in _AGAIN:
        await store.set_operation(
            session, known.import_id, await _queue(session, known.import_id, known.commune_code)
        )
    found = await store.find(session, known.import_id)
    return found or known


async def _queue(session: AsyncSession, import_id: UUID, commune_code: str) -> UUID:
    return await operations.start(
        session, OPERATION, {"import_id": str(import_id)}, commune_code=commune_code
    )


async def get(session: AsyncSession, import_id: UUID) -> ImportStanding:
    """Read an import with its counts.

    Raises:
        ImportNotFound: none that the caller may see.
    """
    made = await store.find(session, import_id)
    if made is None:
        raise ImportNotFound
    outcomes, findings = await store.counts(session, import_id)
    return ImportStanding(
        made=made,
        operation=await operations.get(session, made.operation_id),
        outcomes=outcomes,
        findings=findings,
        file_findings=await store.file_findings(session, import_id),
    )


async def rows(
    session: AsyncSession, import_id: UUID, wanted: RowFilter, *, after: int, limit: int
) -> list[Mapping[str, Any]]:
    """Read a page of an import's rows.

    Raises:
        ImportNotFound: none that the caller may see.
    """
    if await store.find(session, import_id) is None:
        raise ImportNotFound
    return await store.rows(session, import_id, wanted, after=after, limit=limit)


def _aad(import_id: UUID) -> str:
    return f"import|{import_id}"


def _seal(path: Path, import_id: UUID, settings: RegistrySettings) -> bytes:
    with tempfile.TemporaryDirectory(prefix="ansinh-seal-") as folder:
        target = Path(folder) / "sealed"
        seal_file(settings.upload_key.get_secret_value(), path, target, aad=_aad(import_id))
        return target.read_bytes()


def open_sealed(sealed: bytes, made: Import, settings: RegistrySettings) -> Table:
    """Open the kept file again and find its table, as it was when it was sent.

    Raises:
        SealBroken: the kept file was altered, or the key is another one.
    """
    with tempfile.TemporaryDirectory(prefix="ansinh-open-") as folder:
        closed, plain = Path(folder) / "sealed", Path(folder) / "file"
        closed.write_bytes(sealed)
        with plain.open("wb") as file:
            key = settings.upload_key.get_secret_value()
            file.writelines(open_file(key, closed, aad=_aad(made.import_id)))
        return open_table(plain, made.kind)
