"""Taking a file in: once for the same bytes, kind and commune, however often it is sent."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.database.ids import new_id
from common.kernel.months import Month
from common.operations import service as operations
from common.operations.domain import Operation, OperationState
from common.sealing import key_from_base64, open_file, seal_file
from registry.areas import service as areas
from registry.lists.domain.imports import (
    Import,
    ImportDiffers,
    ImportNotFound,
    ImportNotStopped,
    Kind,
    check_months,
)
from registry.lists.domain.mapping import MappingNeeded, fingerprint
from registry.lists.domain.questions import Choices, still_open
from registry.lists.gateway.reading import Table, open_table
from registry.lists.service.layouts import confirmed_of, sealed_choices, sealed_proposal
from registry.lists.service.understanding import Understanding, understand
from registry.lists.store import imports as store
from registry.lists.store import mappings, results, uploads
from registry.lists.store.results import RowFilter
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
    operation: Operation | None
    """None while the import waits for a person to say which column is which."""
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
    layouts = await mappings.remembered(session, sent.commune_code, sent.kind)
    remembered = {mark: layout.columns for mark, layout in layouts.items()}
    mark, found = await asyncio.to_thread(_understood, sent, remembered)
    choices = _confirmed_before(found, layouts.get(mark))
    import_id = new_id()
    made = Import(
        import_id=import_id,
        kind=sent.kind,
        commune_code=sent.commune_code,
        file_sha256=sent.sha256,
        file_size=sent.size,
        list_month=sent.list_month,
        paid_since=sent.paid_since,
        operation_id=(
            None if choices is None else await queue(session, import_id, sent.commune_code)
        ),
        header_row=None,
        header_columns={},
        row_count=None,
        created_at=now,
        created_by=session.info["scope"].actor,
        fingerprint=mark,
        proposal=sealed_proposal(settings, import_id, found),
    )
    await store.insert(session, made)
    if choices is not None:
        kept = sealed_choices(settings, import_id, choices)
        await mappings.settle(session, import_id, choices.columns, kept)
    await _keep_file(session, made, sent.path, settings)
    await audit.record(
        session,
        "import.submitted",
        "import",
        import_id,
        {"kind": sent.kind, "commune_code": sent.commune_code, "bytes": sent.size},
    )
    return made


def _understood(
    sent: Submission, remembered: Mapping[str, Mapping[str, int]]
) -> tuple[str, Understanding]:
    table = open_table(sent.path, sent.kind, remembered)
    return fingerprint(table.header.headings), understand(table, sent.list_month)


def _confirmed_before(found: Understanding, layout: mappings.Layout | None) -> Choices | None:
    """Give what the same office confirmed of the same layout; None when something is to be asked."""
    if layout is None or found.lacking or still_open(found.questions, layout.answers):
        return None
    asked = {one.code for one in found.questions}
    answers = {code: answer for code, answer in layout.answers.items() if code in asked}
    return Choices(columns=layout.columns, answers=answers)


async def _again(session: AsyncSession, known: Import, sent: Submission) -> Import:
    if (known.list_month, known.paid_since) != (sent.list_month, sent.paid_since):
        raise ImportDiffers(list_month=str(known.list_month), paid_since=str(known.paid_since))
    return await _go_on(session, known)


async def resume(session: AsyncSession, import_id: UUID) -> Import:
    """Let an import that was cancelled or failed go on behind its last slice.

    Raises:
        ImportNotFound: none that the caller may see.
        MappingNeeded: it waits for a person to say which column is which.
        ImportNotStopped: it runs, or it is done.
    """
    made = await find(session, import_id)
    if made.operation_id is None:
        raise MappingNeeded
    await store.lock_commune(session, made.commune_code)
    made = await find(session, import_id)
    again = await _go_on(session, made)
    if again.operation_id == made.operation_id:
        raise ImportNotStopped
    await audit.record(session, "import.resumed", "import", import_id)
    return again


async def _go_on(session: AsyncSession, known: Import) -> Import:
    if known.operation_id is None:
        return known
    operation = await operations.get(session, known.operation_id)
    if operation.state not in _AGAIN:
        return known
    operation_id = await queue(session, known.import_id, known.commune_code)
    await store.set_operation(session, known.import_id, operation_id)
    return await find(session, known.import_id)


async def queue(session: AsyncSession, import_id: UUID, commune_code: str) -> UUID:
    """Start the operation that takes an import in."""
    return await operations.start(
        session, OPERATION, {"import_id": str(import_id)}, commune_code=commune_code
    )


async def find(session: AsyncSession, import_id: UUID) -> Import:
    """Read an import.

    Raises:
        ImportNotFound: none that the caller may see.
    """
    made = await store.find(session, import_id)
    if made is None:
        raise ImportNotFound
    return made


async def get(session: AsyncSession, import_id: UUID) -> ImportStanding:
    """Read an import with its counts.

    Raises:
        ImportNotFound: none that the caller may see.
    """
    return await _standing(session, await find(session, import_id))


async def _standing(session: AsyncSession, made: Import) -> ImportStanding:
    outcomes, findings = await results.counts(session, made.import_id)
    running = made.operation_id
    return ImportStanding(
        made=made,
        operation=None if running is None else await operations.get(session, running),
        outcomes=outcomes,
        findings=findings,
        file_findings=await results.file_findings(session, made.import_id),
    )


async def newest(
    session: AsyncSession, commune_code: str, *, before: UUID | None, limit: int
) -> list[ImportStanding]:
    """Read a page of a commune's imports, the newest first."""
    found = await store.newest(session, commune_code, before=before, limit=limit)
    return [await _standing(session, made) for made in found]


async def rows(
    session: AsyncSession, import_id: UUID, wanted: RowFilter, *, after: int, limit: int
) -> list[Mapping[str, Any]]:
    """Read a page of an import's rows.

    Raises:
        ImportNotFound: none that the caller may see.
        MappingNeeded: it waits for a person to say which column is which.
    """
    if (await find(session, import_id)).operation_id is None:
        raise MappingNeeded
    return await results.rows(session, import_id, wanted, after=after, limit=limit)


async def last_taken_in(session: AsyncSession) -> dict[str, datetime]:
    """Say when rows of a list went in last, for each commune of the transaction's scope."""
    return await store.last_taken_in(session)


def _aad(import_id: UUID) -> str:
    return f"import|{import_id}"


async def _keep_file(
    session: AsyncSession, made: Import, path: Path, settings: RegistrySettings
) -> None:
    with tempfile.TemporaryDirectory(prefix="ansinh-seal-") as folder:
        target = Path(folder) / "sealed"
        key = settings.upload_key.get_secret_value()
        await asyncio.to_thread(seal_file, key, path, target, aad=_aad(made.import_id))
        await uploads.insert(session, made, _pieces(target))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while content := file.read(uploads.PART_BYTES):
            yield content


@asynccontextmanager
async def opened(
    session: AsyncSession,
    made: Import,
    settings: RegistrySettings,
    choices: Choices | None = None,
) -> AsyncIterator[Table]:
    """Open the kept file again and find its table, as it was when it was sent.

    The table may be read as long as the block lasts: by what was confirmed, or by other choices.

    Raises:
        SealBroken: the kept file was altered, or the key is another one.
    """
    with tempfile.TemporaryDirectory(prefix="ansinh-open-") as folder:
        closed, plain = Path(folder) / "sealed", Path(folder) / "file"
        with closed.open("wb") as file:
            async for content in uploads.parts(session, made.import_id):
                await asyncio.to_thread(file.write, content)
        key = settings.upload_key.get_secret_value()
        await asyncio.to_thread(_unseal, key, closed, plain, _aad(made.import_id))
        closed.unlink()
        wanted = choices or confirmed_of(settings, made)
        remembered = {made.fingerprint or "": wanted.columns} if wanted.columns else {}
        table = await asyncio.to_thread(open_table, plain, made.kind, remembered)
        yield table.chosen(wanted)


def _unseal(key: str, closed: Path, plain: Path, aad: str) -> None:
    with plain.open("wb") as file:
        file.writelines(open_file(key, closed, aad=aad))


def digest_key(settings: RegistrySettings) -> bytes:
    """Give the key under which rows are compared with those taken in before."""
    key = key_from_base64(settings.upload_key.get_secret_value())
    return hmac.digest(key, b"registry intake row digest", hashlib.sha256)
