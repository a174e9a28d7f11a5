"""Fixtures of the registry's tests: the running service, small lists, what its tables say."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import xlsxwriter

from common.testing.keys import new_private_key, public_key_of
from common.testing.services import ServiceClient

DI_LINH = "25000"
OFFICER_SCOPES = ["registry:read", "registry:write", "imports:write", "verifications:write"]
HEADINGS = (
    "STT",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Số định danh/CMND",
    "Thôn",
    "Loại đối tượng",
    "Hệ số",
    "Mức hưởng",
    "Số quyết định",
    "Ngày quyết định",
    "Hình thức nhận",
    "Số tài khoản",
    "Ngân hàng",
    "Điện thoại",
    "Ghi chú",
)
FIELDS = (
    "stt",
    "name",
    "birth",
    "sex",
    "number",
    "village",
    "category",
    "coefficient",
    "amount",
    "decision",
    "decided",
    "method",
    "account",
    "bank",
    "phone",
    "note",
)


@dataclass
class Workbook:
    """How a small list is laid out."""

    rows: Sequence[Mapping[str, Any]]
    titles: int = 3
    headings: Sequence[str] = HEADINGS
    numbering: bool = False
    total: bool = False
    after: Sequence[Sequence[Any]] = field(default_factory=list)
    more: Sequence[str] = ()
    """Headings of further columns; a row names its cell by the heading."""

    def write(self, path: Path) -> bytes:
        """Write the workbook and give its bytes."""
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Danh sách")
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            for row in range(self.titles):
                sheet.merge_range(row, 0, row, 10, f"DANH SÁCH CHI TRẢ {row}")
            line = self.titles
            sheet.write_row(line, 0, [*self.headings, *self.more])
            if self.numbering:
                line += 1
                sheet.write_row(line, 0, [f"({n + 1})" for n in range(len(self.headings))])
            for row_cells in self.rows:
                line += 1
                for column, name in enumerate((*FIELDS, *self.more)):
                    write_cell(sheet, line, column, row_cells.get(name), day)
            if self.total:
                line += 1
                sheet.merge_range(line, 0, line, 7, f"Tổng cộng: {len(self.rows)} người")
                sheet.write_formula(line, 8, f"=SUM(I{self.titles + 2}:I{line})", value=500000)
                sheet.write(line + 2, 1, "NGƯỜI LẬP BIỂU")
                sheet.write(line + 6, 1, "Lê Văn Lập")
            for cells in self.after:
                line += 1
                sheet.write_row(line, 0, cells)
        return path.read_bytes()


def write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    """Write one cell as its Python type says; text stays text."""
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a cell has no zone
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value)


@dataclass
class Registry:
    """The running registry as a test uses it."""

    client: ServiceClient
    private_key: str
    superuser_url: str
    _keys: itertools.count[int] = field(default_factory=itertools.count)

    async def post(self, path: str, **options: Any) -> httpx.Response:
        """Send a command with a fresh Idempotency-Key."""
        headers = {"Idempotency-Key": f"test-{next(self._keys)}"} | options.pop("headers", {})
        return await self.client.post(f"/registry/v1{path}", headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """Ask."""
        return await self.client.get(f"/registry/v1{path}", **options)

    async def upload(self, content: bytes, *, confirm: bool = True, **form: str) -> httpx.Response:
        """Send a file; the list of Di Linh for November 2026, paid since July, unless told.

        A layout that the office has not confirmed yet is confirmed as it is proposed.
        """
        data = {"kind": "beneficiary_list", "commune_code": DI_LINH} | form
        if data["kind"] == "beneficiary_list":
            data = {"list_month": "2026-11", "paid_since": "2026-07"} | data
        sent = await self.post("/imports", files={"file": ("list.xlsx", content)}, data=data)
        waits = sent.status_code == 202 and sent.json()["state"] == "needs_mapping"
        return await self.confirm(sent.json()["import_id"]) if waits and confirm else sent

    async def confirm(self, import_id: str, **told: Any) -> httpx.Response:
        """Confirm how a list is read: as proposed, unless told otherwise."""
        return await self.client.put(
            f"/registry/v1/imports/{import_id}/mapping",
            json=told,
            headers={"Idempotency-Key": f"confirm-{next(self._keys)}"},
        )

    async def rows_of(self, import_id: str, **query: str) -> list[dict[str, Any]]:
        """Read every row of an import."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            params = query | ({"cursor": cursor} if cursor else {}) | {"limit": "1000"}
            answer = await self.get(f"/imports/{import_id}/rows", params=params)
            assert answer.status_code == 200, answer.text
            found += answer.json()["items"]
            cursor = answer.json()["next_cursor"]
            if cursor is None:
                return found

    async def query(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Ask the database past row-level security."""
        connection = await asyncpg.connect(self.superuser_url)
        try:
            return [dict(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    async def events(self, person_id: str | None = None) -> list[dict[str, Any]]:
        """Read the events told so far, in the order of telling."""
        rows = await self.query("SELECT payload FROM outbox ORDER BY id")
        told = [json.loads(row["payload"]) for row in rows]
        return [event for event in told if person_id in {None, event["subject"]}]

    async def everything(self) -> str:
        """Give all rows of all tables as one text."""
        tables = await self.query(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind = 'r' AND nspname = 'public'"
        )
        texts = []
        for table in tables:
            rows = await self.query(f"SELECT t::text AS line FROM {table['relname']} t")
            texts += [row["line"] for row in rows]
        return "\n".join(texts)


StartRegistry = Callable[..., Awaitable[Registry]]


@pytest.fixture
def start_registry(
    service_client: Callable[..., Awaitable[ServiceClient]],
    databases: Any,
    make_token: Callable[..., str],
) -> StartRegistry:
    """Run the registry; options are settings (await it)."""

    async def start(*, communes: Sequence[str] = (DI_LINH,), **settings: Any) -> Registry:
        private = new_private_key()
        client = await service_client(
            "registry",
            token=make_token(OFFICER_SCOPES, communes=list(communes), subject="can_bo"),
            disbursement_public_key=public_key_of(private),
            **{
                "upload_key": base64.b64encode(bytes(range(32))).decode(),
                "sealed_facts_key": base64.b64encode(bytes(range(32, 64))).decode(),
                "neutral_group_code": "Q7K2MD",
            }
            | settings,
        )
        superuser = databases.server.superuser_url(databases.made[-1])
        return Registry(client, private, superuser)

    return start


@pytest.fixture
async def registry(start_registry: StartRegistry) -> Registry:
    """The running registry, called by an officer of Di Linh."""
    return await start_registry()


@pytest.fixture
def take_in(
    registry: Registry, drain: Callable[..., Awaitable[None]], tmp_path: Path
) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Write a small list, send it, wait, and give the import's state (await it)."""
    numbers = itertools.count()

    async def run(rows: Sequence[Mapping[str, Any]], **options: Any) -> dict[str, Any]:
        form = {k: options.pop(k) for k in ("list_month", "paid_since") if k in options}
        content = Workbook(rows, **options).write(tmp_path / f"list-{next(numbers)}.xlsx")
        answer = await registry.upload(content, **form)
        assert answer.status_code == 202, answer.text
        await drain()
        state = await registry.get(f"/imports/{answer.json()['import_id']}")
        assert state.status_code == 200, state.text
        found: dict[str, Any] = state.json()
        return found

    return run


@pytest.fixture
def workbook() -> type[Workbook]:
    """The layout of a small list, for tests that write one themselves."""
    return Workbook
