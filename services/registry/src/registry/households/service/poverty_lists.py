"""Sending a poverty list, and asking what became of it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.database.ids import new_id
from common.operations import service as operations
from common.operations.domain import Operation, OperationState
from common.sealing import open_file, seal_file
from registry.areas import service as areas
from registry.areas.domain import CommuneNotFound
from registry.households.domain.poverty_list import (
    DecisionOutsideYear,
    ListedHousehold,
    PovertyListDiffers,
    PovertyListNotFound,
)
from registry.households.gateway import read_list
from registry.households.store import poverty_lists as store
from registry.households.store.poverty_lists import PovertyList

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.settings import RegistrySettings

OPERATION = "poverty_list"
_AGAIN = frozenset({OperationState.FAILED, OperationState.CANCELLED})


@dataclass(frozen=True, slots=True)
class SentList:
    """A file that somebody sends, on local disk for the time of the request."""

    path: Path
    sha256: str
    size: int
    commune_code: str
    year: int
    decision_number: str
    decision_date: date
    complete: bool


@dataclass(frozen=True, slots=True)
class ListStanding:
    """A list with what became of it so far."""

    made: PovertyList
    operation: Operation
    rows: Mapping[str, int]
    households: Mapping[str, int]

    @property
    def summary(self) -> str:
        """The difference to last year in one sentence."""
        said = self.households
        unknown = self.rows.get("unknown", 0)
        return (
            f"Danh sách năm {self.made.year} theo Quyết định {self.made.decision_number}:"
            f" {said.get('fell', 0)} hộ phát sinh nghèo hoặc cận nghèo,"
            f" {said.get('left', 0)} hộ thoát nghèo, thoát cận nghèo,"
            f" {said.get('shifted', 0)} hộ chuyển giữa nghèo và cận nghèo,"
            f" {said.get('stayed', 0)} hộ không đổi;"
            f" {said.get('new', 0)} hộ mới được ghi nhận;"
            f" {unknown} người chưa có trong sổ đăng ký."
        )


async def submit(
    session: AsyncSession, sent: SentList, *, now: datetime, settings: RegistrySettings
) -> ListStanding:
    """Check a file, keep it sealed and queue its import; the same bytes are the same list.

    Raises:
        CommuneNotFound, CommuneOutsideProvince: not a commune of the caller.
        DecisionOutsideYear: signed in the future, or more than a year before the list's year.
        PovertyListDiffers: the same file was taken in under another decision.
        UnsupportedMedia, TooLarge, InvalidInput: the file is not such a list.
    """
    areas.own_commune(sent.commune_code, settings.province_code)
    communes = session.info["scope"].communes
    if communes is not None and sent.commune_code not in communes:
        raise CommuneNotFound
    if sent.decision_date > now.date() or not -1 <= sent.decision_date.year - sent.year <= 1:
        raise DecisionOutsideYear
    await store.lock_commune(session, sent.commune_code)
    known = await store.find_same(session, sent.commune_code, sent.year, sent.sha256)
    if known is not None:
        return await _again(session, known, sent)
    await asyncio.to_thread(read_list, sent.path)
    list_id = new_id()
    sealed = await asyncio.to_thread(_seal, sent.path, list_id, settings)
    made = PovertyList(
        list_id=list_id,
        commune_code=sent.commune_code,
        year=sent.year,
        decision_number=sent.decision_number,
        decision_date=sent.decision_date,
        complete=sent.complete,
        file_sha256=sent.sha256,
        file_size=sent.size,
        operation_id=await _queue(session, list_id, sent.commune_code),
        row_count=None,
        applied_slices=0,
        created_at=now,
        created_by=session.info["scope"].actor,
    )
    await store.insert(session, made, sealed)
    await audit.record(
        session,
        "poverty_list.submitted",
        "poverty_list",
        list_id,
        {"commune_code": sent.commune_code, "year": sent.year, "bytes": sent.size},
    )
    return await get(session, list_id)


async def _again(session: AsyncSession, known: PovertyList, sent: SentList) -> ListStanding:
    stated = (sent.decision_number, sent.decision_date, sent.complete)
    if (known.decision_number, known.decision_date, known.complete) != stated:
        raise PovertyListDiffers
    operation = await operations.get(session, known.operation_id)
    if operation.state in _AGAIN:
        queued = await _queue(session, known.list_id, known.commune_code)
        await store.set_operation(session, known.list_id, queued)
    return await get(session, known.list_id)


async def _queue(session: AsyncSession, list_id: UUID, commune_code: str) -> UUID:
    return await operations.start(
        session, OPERATION, {"list_id": str(list_id)}, commune_code=commune_code
    )


async def get(session: AsyncSession, list_id: UUID) -> ListStanding:
    """Read a list with its counts.

    Raises:
        PovertyListNotFound: none that the caller may see.
    """
    made = await store.find(session, list_id)
    if made is None:
        raise PovertyListNotFound
    rows, households = await store.counts(session, list_id)
    operation = await operations.get(session, made.operation_id)
    return ListStanding(made, operation, rows, households)


async def of_commune(session: AsyncSession, commune_code: str) -> Sequence[PovertyList]:
    """Read the lists of a commune, the latest first."""
    return await store.of_commune(session, commune_code)


async def rows(
    session: AsyncSession, list_id: UUID, outcome: str | None, *, after: int, limit: int
) -> list[Mapping[str, Any]]:
    """Read a page of a list's rows.

    Raises:
        PovertyListNotFound: none that the caller may see.
    """
    if await store.find(session, list_id) is None:
        raise PovertyListNotFound
    return await store.rows(session, list_id, outcome, after=after, limit=limit)


async def changes(
    session: AsyncSession, list_id: UUID, change: str | None, *, after: UUID | None, limit: int
) -> list[Mapping[str, Any]]:
    """Read a page of what became of households, in comparison with last year.

    Raises:
        PovertyListNotFound: none that the caller may see.
    """
    if await store.find(session, list_id) is None:
        raise PovertyListNotFound
    return await store.changes(session, list_id, change, after=after, limit=limit)


def open_sealed(
    sealed: bytes, made: PovertyList, settings: RegistrySettings
) -> list[ListedHousehold]:
    """Open the kept file again and read it as it was read when it was sent.

    Raises:
        SealBroken: the kept file was altered, or the key is another one.
    """
    with tempfile.TemporaryDirectory(prefix="ansinh-open-") as folder:
        closed, plain = Path(folder) / "sealed", Path(folder) / "file"
        closed.write_bytes(sealed)
        with plain.open("wb") as file:
            key = settings.upload_key.get_secret_value()
            file.writelines(open_file(key, closed, aad=_aad(made.list_id)))
        return read_list(plain)


def _seal(path: Path, list_id: UUID, settings: RegistrySettings) -> bytes:
    with tempfile.TemporaryDirectory(prefix="ansinh-seal-") as folder:
        target = Path(folder) / "sealed"
        seal_file(settings.upload_key.get_secret_value(), path, target, aad=_aad(list_id))
        return target.read_bytes()


def _aad(list_id: UUID) -> str:
    return f"poverty_list|{list_id}"
