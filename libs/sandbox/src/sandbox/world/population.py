"""The population database (call 037, JSON variant): field names of law-corrections §6.

As with the real one, an answer has no field for "dead", and a missing `CongDan` means not found.
Its bad days are settings, all off unless asked for: how long it thinks, and of how many questions in a
thousand it fails, answers nothing, wrongly, with several people or the whole name in `Ten`. What happens
to a question hangs on its person and turn only, so that a run can be repeated.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field

from sandbox.world.store import WorldStore

_THOUSAND = 1000


class Behaviour(BaseModel):
    """How well the population database behaves; in thousandths of the questions."""

    model_config = ConfigDict(extra="forbid")

    delay_milliseconds: int = Field(default=0, ge=0, le=60_000)
    failing: int = Field(default=0, ge=0, le=_THOUSAND)
    """Answers 503; asked again it may answer."""
    empty: int = Field(default=0, ge=0, le=_THOUSAND)
    """Answers 200 without a body; asked again it may answer."""
    wrong: int = Field(default=0, ge=0, le=_THOUSAND)
    """Tells another birth and another sex, always of the same people."""
    several: int = Field(default=0, ge=0, le=_THOUSAND)
    """Tells somebody else besides, always for the same people."""
    whole_name: int = Field(default=0, ge=0, le=_THOUSAND)
    """Leaves `Ho` and `ChuDem` empty, always of the same people."""


class Query(BaseModel):
    """`TraCuuThongTinCongDan`: who asks, for which procedure, about whom."""

    model_config = ConfigDict(extra="ignore")

    MaYeuCau: str
    MaDVC: str
    MaTichHop: str = "037"
    MaCanBo: str
    SoDinhDanh: str | None = None
    SoCMND: str | None = None
    HoVaTen: str
    NgayThangNamSinh: dict[str, str]


def load_citizens(store: WorldStore, answers: Iterable[dict[str, Any]]) -> int:
    """Store what the database knows of each citizen, as its answers; gives how many."""
    rows = [
        (
            answer["SoDinhDanh"],
            answer.get("SoCMND") or None,
            json.dumps(answer, ensure_ascii=False, sort_keys=True),
        )
        for answer in answers
    ]
    with store.transaction() as connection:
        connection.executemany("insert or replace into citizen values (?, ?, ?)", rows)
    return len(rows)


def _chance(what: str, number: str, turn: int = 0) -> int:
    """Draw 0 to 999, always the same for the same person, turn and kind of accident."""
    digest = hashlib.sha256(f"{what} {number} {turn}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % _THOUSAND


def _told(answer: dict[str, Any], number: str, behaviour: Behaviour) -> list[dict[str, Any]]:
    """Give the `CongDan` of an answer, with what this person's answer suffers from."""
    told = dict(answer)
    if _chance("whole_name", number) < behaviour.whole_name:
        parts = (told["HoVaTen"][part] for part in ("Ho", "ChuDem", "Ten"))
        name = " ".join(part for part in parts if part)
        told["HoVaTen"] = {"Ho": "", "ChuDem": "", "Ten": name}
    if _chance("wrong", number) < behaviour.wrong:
        year = str(int(told["NgayThangNamSinh"]["Nam"]) - 1)
        told["NgayThangNamSinh"] = {"Nam": year, "NgayThangNam": f"{year}0101"}
        told["GioiTinh"] = "1" if told["GioiTinh"] == "2" else "2"
    if _chance("several", number) < behaviour.several:
        besides = told | {"SoDinhDanh": f"0{number[::-1][:11]:0>11}", "SoCMND": ""}
        return [besides, told]
    return [told]


def population_router(
    store: WorldStore, allowed: Any, behaviour: Behaviour | None = None
) -> APIRouter:
    """Give the routes of the population database."""
    router = APIRouter(prefix="/population", tags=["population"])
    now = behaviour or Behaviour()
    turns: Counter[str] = Counter()

    @router.post("/TraCuuThongTinCongDan", dependencies=[Depends(allowed("population:query"))])
    async def look_up(query: Query) -> Response:
        if not (query.MaYeuCau and query.MaDVC and query.MaCanBo):
            raise HTTPException(400, "MaYeuCau, MaDVC and MaCanBo are required")
        number = query.SoDinhDanh or query.SoCMND or ""
        if now.delay_milliseconds:
            await asyncio.sleep(now.delay_milliseconds / _THOUSAND)
        turns[number] += 1
        if _chance("failing", number, turns[number]) < now.failing:
            raise HTTPException(503, "the population database does not answer")
        if _chance("empty", number, turns[number]) < now.empty:
            return Response(content=b"", media_type="application/json")
        column = "personal_id" if query.SoDinhDanh else "former_number"
        row = store.row(f"select answer from citizen where {column} = ?", (number,))
        found = {"CongDan": _told(json.loads(row["answer"]), number, now)} if row else {}
        body = {"MaYeuCau": query.MaYeuCau, "CongdanCollection": found}
        return Response(content=json.dumps(body, ensure_ascii=False), media_type="application/json")

    @router.post("/behaviour", tags=["admin"])
    def behave(wanted: Behaviour) -> Behaviour:
        nonlocal now
        now = wanted
        return now

    @router.post("/citizens", tags=["admin"])
    def add_citizens(answers: Annotated[list[dict[str, Any]], "more people for a test"]) -> int:
        return load_citizens(store, answers)

    return router
