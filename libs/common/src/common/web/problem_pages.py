"""`/problems/{code}`: every `type` of a problem resolves to its meaning and what to do about it."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from html import escape
from importlib.resources import files

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from common.kernel.errors import NotFound
from common.web.auth import public

_CATALOGUE = "problems.json"
_REMEDIES = "remedies.toml"
_STYLE = "body{font:17px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"


class ProblemUnknown(NotFound, code="problem_unknown", title="Không có mã lỗi này"):
    """No service of this version answers with such a code."""


class ProblemDescription(BaseModel):
    """What a problem code means, on any service, and what the caller does next."""

    code: str = Field(examples=["list_sealed"])
    statuses: list[int] = Field(description="Các mã trạng thái HTTP", examples=[[409]])
    title: str = Field(examples=["Danh sách đã khóa"])
    meaning: str = Field(description="Ý nghĩa bằng tiếng Anh, cho lập trình viên")
    services: list[str] = Field(examples=[["disbursement"]])
    remedy: str = Field(description="Việc cần làm tiếp theo")


@cache
def descriptions() -> dict[str, ProblemDescription]:
    """Read the generated catalogue and join the remedy: of the code, else of its status."""
    here = files("common.web")
    remedies = tomllib.loads(here.joinpath(_REMEDIES).read_text(encoding="utf-8"))
    entries = json.loads(here.joinpath(_CATALOGUE).read_text(encoding="utf-8"))
    return {
        entry["code"]: ProblemDescription(
            **entry,
            remedy=remedies["code"].get(entry["code"])
            or remedies["status"][str(entry["statuses"][0])],
        )
        for entry in entries
    }


def problem_pages_router() -> APIRouter:
    """Make the pages: HTML for a browser, JSON for a program; no token, nothing personal."""
    router = APIRouter(include_in_schema=False, dependencies=[public()])

    @router.get("/problems/{code}", operation_id="problem_page")
    async def problem_page(request: Request, code: str) -> Response:
        found = descriptions().get(code)
        if found is None:
            raise ProblemUnknown
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(_page(found))
        return Response(found.model_dump_json(), media_type="application/json")

    return router


def _page(problem: ProblemDescription) -> str:
    statuses = ", ".join(map(str, problem.statuses))
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        f"<title>{escape(problem.title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(problem.title)}</h1>"
        f"<p>Mã lỗi <code>{escape(problem.code)}</code>, trạng thái HTTP {statuses},"
        f" dịch vụ: {escape(', '.join(problem.services))}.</p>"
        f"<h2>Cần làm gì</h2><p>{escape(problem.remedy)}</p>"
        f'<h2 lang="en">Meaning</h2><p lang="en">{escape(problem.meaning)}</p></body></html>'
    )
