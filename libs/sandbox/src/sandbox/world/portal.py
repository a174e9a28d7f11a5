"""The province's e-one-stop portal: citizens file, dossiers go out, statuses come back.

Message and field names are those of law.md §8 (DongBoHoSoMC, CapNhatTienDoHoSoMC).
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import httpx
from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from sandbox.world.clock import SandboxClock
from sandbox.world.issuer import Issuer
from sandbox.world.settings import WorldSettings
from sandbox.world.store import WorldStore

PROCEDURES = {
    "1.014027": "Thực hiện, điều chỉnh, thôi hưởng trợ cấp hưu trí xã hội hằng tháng",
    "1.001776": "Thực hiện, điều chỉnh, thôi hưởng trợ cấp xã hội hằng tháng",
}
STATUSES = range(1, 11)


class Application(BaseModel):
    """What a citizen fills in."""

    model_config = ConfigDict(extra="forbid")

    procedure: str = "1.014027"
    commune_code: str = Field(pattern=r"^\d{5}$")
    personal_id: str = Field(pattern=r"^\d{12}$")
    full_name: str
    birth_date: date
    sex: str
    village: str | None = None
    phone: str | None = None
    pension_amount: int = 0
    poverty_class: str = "none"
    payment: dict[str, Any] = Field(default_factory=dict)
    papers: list[str] = Field(default_factory=lambda: ["MAU_01"])


class Progress(BaseModel):
    """`CapNhatTienDoHoSoMC`: one step of a dossier."""

    model_config = ConfigDict(extra="ignore")

    MaHoSo: str
    NguoiXuLy: str
    ThoiDiemXuLy: str
    NoiDungXuLy: str = ""
    TrangThai: int


class Portal:
    """Keeps dossiers and what became of them; speaks to eligibility over HTTP only."""

    def __init__(
        self,
        settings: WorldSettings,
        store: WorldStore,
        clock: SandboxClock,
        issuer: Issuer,
        http: httpx.AsyncClient,
    ) -> None:
        """Take what it works with."""
        self._settings = settings
        self._store = store
        self._clock = clock
        self._issuer = issuer
        self._http = http

    async def file(self, application: Application) -> dict[str, Any]:
        """Take an application, number it, send it on. The same open application is sent again."""
        if application.procedure not in PROCEDURES:
            raise HTTPException(422, "unknown procedure")
        code, message = self._number(application)
        response = await self._http.post(
            f"{self._settings.eligibility_url}/eligibility/v1/portal/dossiers",
            json=message,
            headers={
                "Authorization": f"Bearer {self._issuer.own_token('portal')}",
                "Idempotency-Key": code,
            },
        )
        if response.is_error:
            raise HTTPException(
                502, {"code": code, "status": response.status_code, "answer": response.text[:2000]}
            )
        return {"code": code, "receipt": response.json()}

    def _number(self, application: Application) -> tuple[str, dict[str, Any]]:
        now = self._clock.now()
        with self._store.transaction() as connection:
            known = connection.execute(
                "select code, message from dossier where personal_id = ? and procedure = ?"
                " and status not in (3, 7, 8)",
                (application.personal_id, application.procedure),
            ).fetchone()
            if known:
                return known["code"], json.loads(known["message"])
            prefix = f"{self._settings.unit_prefix}.{application.commune_code}-{now:%y%m%d}-"
            (count,) = connection.execute(
                "select count(*) from dossier where code like ?", (f"{prefix}%",)
            ).fetchone()
            code = f"{prefix}{count + 1:04d}"
            message = _message(code, application, now)
            connection.execute(
                "insert into dossier values (?, ?, ?, ?, 1, ?)",
                (
                    code,
                    application.personal_id,
                    application.procedure,
                    json.dumps(message, ensure_ascii=False),
                    now.isoformat(),
                ),
            )
        return code, message

    def record(self, progress: Progress) -> dict[str, str]:
        """Take a status; a repeated message changes nothing."""
        if progress.TrangThai not in STATUSES:
            raise HTTPException(422, "the portal knows ten statuses")
        if self._store.row("select 1 from dossier where code = ?", (progress.MaHoSo,)) is None:
            raise HTTPException(404, "no such dossier")
        with self._store.transaction() as connection:
            connection.execute(
                "insert or ignore into dossier_status values (?, ?, ?, ?)",
                (
                    progress.MaHoSo,
                    progress.TrangThai,
                    progress.ThoiDiemXuLy,
                    progress.NoiDungXuLy,
                ),
            )
            connection.execute(
                "update dossier set status = (select status from dossier_status where code = ?"
                " order by at desc, status desc limit 1) where code = ?",
                (progress.MaHoSo, progress.MaHoSo),
            )
        return {"error_code": "00"}

    def show(self, code: str) -> dict[str, Any]:
        """Give what the citizen sees of a dossier."""
        row = self._store.row("select code, status, filed_at from dossier where code = ?", (code,))
        if row is None:
            raise HTTPException(404, "no such dossier")
        steps = self._store.rows(
            "select status, at, text from dossier_status where code = ? order by at, status",
            (code,),
        )
        return {**dict(row), "steps": [dict(step) for step in steps]}


def _message(code: str, application: Application, now: datetime) -> dict[str, Any]:
    return {
        "service": "DongBoHoSoMC",
        "isUpdating": "False",
        "data": [
            {
                "MaHoSo": code,
                "MaTTHC": application.procedure,
                "TenTTHC": PROCEDURES[application.procedure],
                "ChuHoSo": application.full_name,
                "LoaiDoiTuong": "1",
                "MaDoiTuong": application.personal_id,
                "SoDienThoai": application.phone or "",
                "TrichYeuHoSo": PROCEDURES[application.procedure],
                "NgayTiepNhan": f"{now:%Y%m%d%H%M%S}",
                "TrangThaiHoSo": "1",
                "HinhThuc": "1",
                "TaiLieuNop": [
                    {"TepDinhKemId": f"{code}-{n}", "TenTepDinhKem": f"{paper}.pdf",
                     "MaThanhPhanHoSo": paper, "IsDeleted": "False"}
                    for n, paper in enumerate(application.papers, 1)
                ],
                "ThongTinKhac": {
                    "MaXa": application.commune_code,
                    "NgaySinh": application.birth_date.isoformat(),
                    "GioiTinh": application.sex,
                    "Thon": application.village,
                    "MucLuongHuu": application.pension_amount,
                    "LoaiHo": application.poverty_class,
                    "NhanTien": application.payment,
                    "DeNghiHuong": True,
                },
            }
        ],
    }  # fmt: skip


def portal_router(portal: Portal, allowed: Any) -> APIRouter:
    """Give the routes of the portal: for citizens, and for eligibility."""
    router = APIRouter(prefix="/portal", tags=["portal"])

    @router.post("/citizen/dossiers", status_code=201)
    async def file_application(application: Application) -> dict[str, Any]:
        return await portal.file(application)

    @router.get("/dossiers/{code}")
    def show_dossier(code: str) -> dict[str, Any]:
        return portal.show(code)

    @router.post("/CapNhatTienDoHoSoMC", dependencies=[Depends(allowed("portal:statuses"))])
    def take_status(progress: Progress) -> dict[str, str]:
        return portal.record(progress)

    return router
