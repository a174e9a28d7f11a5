"""The population database (call 037, JSON variant): field names of law-corrections §6.

As with the real one, an answer has no field for "dead", and a missing `CongDan` means not found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict

from sandbox.world.store import WorldStore


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


def population_router(store: WorldStore, allowed: Any) -> APIRouter:
    """Give the routes of the population database."""
    router = APIRouter(prefix="/population", tags=["population"])

    @router.post("/TraCuuThongTinCongDan", dependencies=[Depends(allowed("population:query"))])
    def look_up(query: Query) -> dict[str, Any]:
        if not (query.MaYeuCau and query.MaDVC and query.MaCanBo):
            raise HTTPException(400, "MaYeuCau, MaDVC and MaCanBo are required")
        row = None
        if query.SoDinhDanh:
            row = store.row("select answer from citizen where personal_id = ?", (query.SoDinhDanh,))
        elif query.SoCMND:
            row = store.row("select answer from citizen where former_number = ?", (query.SoCMND,))
        found = {"CongDan": [json.loads(row["answer"])]} if row else {}
        return {"MaYeuCau": query.MaYeuCau, "CongdanCollection": found}

    @router.post("/citizens", tags=["admin"])
    def add_citizens(answers: Annotated[list[dict[str, Any]], "more people for a test"]) -> int:
        return load_citizens(store, answers)

    return router
