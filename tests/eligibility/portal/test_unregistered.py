"""People whom nobody knows file a dossier; supplements, other provinces, odd receipts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

CODE = "H36.25000-261112-0001"
NUMBER = "003151000017"


def message(*, update: bool = False, **more: Any) -> dict[str, Any]:
    return {
        "service": "DongBoHoSoMC",
        "isUpdating": "True" if update else "False",
        "data": [
            {
                "MaHoSo": CODE,
                "MaTTHC": "1.014027",
                "ChuHoSo": "NGUYỄN THỊ MẪU",
                "MaDoiTuong": NUMBER,
                "NgayTiepNhan": "20261112083000",
                "TaiLieuNop": [{"MaThanhPhanHoSo": "MAU_01", "IsDeleted": "False"}],
                "ThongTinKhac": {
                    "MaXa": "25000",
                    "NgaySinh": "1951-10-20",
                    "GioiTinh": "Nữ",
                    "Thon": "Thôn 3",
                    "MucLuongHuu": 0,
                    "NguoiNop": {"HoVaTen": "Trần Văn Con", "QuanHe": "con"},
                },
                **more,
            }
        ],
    }


async def file(office: Any, body: dict[str, Any], *, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return await office.post(
        "/portal/dossiers", body, who="portal", scopes=["portal:dossiers"], **headers
    )


@pytest.mark.law("118/2025 Art 17.1")
async def test_an_owner_whom_nobody_knows_is_taken_and_proposed_to_the_registry(
    office: Any, registry: Any
) -> None:
    receipt = await file(office, message())
    assert receipt.status_code == 201, receipt.text
    assert receipt.json() == {
        "dossier_code": CODE,
        "status": 1,
        "due_on": "2026-11-23",
        "missing_papers": [],
        "registered": False,
    }
    (proposed,) = await office.events("registration.proposed")
    data = proposed["data"]
    assert (data["dossier_code"], data["commune_code"]) == (CODE, "25000")
    assert data["identity"] == {
        "personal_id": NUMBER,
        "former_number": None,
        "full_name": "NGUYỄN THỊ MẪU",
        "birth_date": "1951-10-20",
        "birth_precision": "day",
        "sex": "female",
        "village": "Thôn 3",
        "address": None,
    }
    dossier = await office.get(f"/dossiers/{CODE}")
    assert dossier["person_id"] is None
    assert (await office.post(f"/dossiers/{CODE}/accept", {})).status_code == 200
    early = await office.post(f"/dossiers/{CODE}/propose", {"number": "80/QĐ-UBND"})
    assert (early.status_code, early.json()["code"]) == (409, "owner_unregistered")

    person = await registry.register(date(1951, 10, 20), personal_id=NUMBER)
    await office.drain()
    joined = await office.get(f"/dossiers/{CODE}")
    assert joined["person_id"] == str(person.person_id)
    proposed = await office.post(f"/dossiers/{CODE}/propose", {"number": "80/QĐ-UBND"})
    assert (proposed.status_code, proposed.json()["kind"]) == (201, "grant")


async def test_a_dossier_follows_its_owner_to_the_commune_where_they_are_registered(
    office: Any, registry: Any
) -> None:
    await file(office, message())
    await registry.register(date(1951, 10, 20), personal_id=NUMBER, commune_code="24931")
    await office.drain()
    there = await office.client.get(
        f"/eligibility/v1/dossiers/{CODE}",
        headers=office.headers("can_bo_2", ["eligibility:read"], ("24931",)),
    )
    assert there.status_code == 200, there.text
    assert [step["status"] for step in there.json()["steps"]] == [1, 1]
    told = await office.rows("SELECT status FROM portal_message ORDER BY dossier_version")
    assert [row["status"] for row in told] == [1]  # nothing that the portal does not know
    here = await office.client.get(
        f"/eligibility/v1/dossiers/{CODE}", headers=office.headers("can_bo", ["eligibility:read"])
    )
    assert here.status_code == 404


async def test_the_number_states_birth_year_and_sex_where_the_message_does_not(office: Any) -> None:
    body = message(ThongTinKhac={"MaXa": "25000"})
    assert (await file(office, body)).status_code == 201
    (proposed,) = await office.events("registration.proposed")
    identity = proposed["data"]["identity"]
    assert (identity["birth_date"], identity["birth_precision"]) == ("1951-01-01", "year")
    assert identity["sex"] == "female"


async def test_the_commune_is_read_from_the_code_and_is_asked_for_when_nobody_says_it(
    office: Any,
) -> None:
    assert (await file(office, message(ThongTinKhac={}))).status_code == 201
    nowhere = await file(office, message(MaHoSo="H36.50.05-261112-0001", ThongTinKhac=None))
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "owner_incomplete")
    assert NUMBER not in nowhere.text


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"MaTTHC": "1.014027.000.00.00.H29"}, "other_province"),
        ({"ThongTinKhac": {"MaXa": "00004"}}, "other_province"),
        ({"ThongTinKhac": {"MaXa": "99999"}}, "other_province"),
        ({"MaTTHC": "9.999999"}, "procedure_unknown"),
        ({"MaTTHC": "tro-cap"}, "procedure_unknown"),
        ({"NgayTiepNhan": "20301218083000"}, "receipt_time_implausible"),
        ({"NgayTiepNhan": "20241218083000"}, "receipt_time_implausible"),
    ],
)
async def test_what_cannot_be_a_dossier_of_this_province_is_refused(
    office: Any, changed: dict[str, Any], code: str
) -> None:
    refused = await file(office, message(**changed))
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await office.get("/dossiers"))["items"] == []


async def test_a_procedure_is_the_same_with_the_province_behind_its_code(office: Any) -> None:
    receipt = await file(office, message(MaTTHC="1.014027.000.00.00.H36"))
    assert receipt.status_code == 201, receipt.text
    assert (await office.get(f"/dossiers/{CODE}"))["procedure_code"] == "1.014027"


async def test_a_procedure_that_was_not_in_force_names_those_that_were(office: Any) -> None:
    office.clock.set("2026-11-19T09:00")
    refused = await file(office, message(MaTTHC="1.000001"))
    assert refused.json()["known"] == ["1.001731", "1.001739", "1.001776", "1.014027", "1.014028"]


@pytest.mark.law("118/2025 Art 19.5")
async def test_a_supplement_under_the_same_code_starts_the_clock_again(
    office: Any, registry: Any
) -> None:
    office.clock.set("2026-11-12T09:00")
    await registry.register(date(1951, 10, 20), personal_id=NUMBER)
    await office.drain()
    first = await file(office, message(TaiLieuNop=[]))
    assert (first.json()["status"], first.json()["due_on"]) == (5, "2026-11-23")
    office.clock.set("2026-11-16T09:00")
    supplement = message(update=True)
    taken = await file(office, supplement)
    # 7 working days from Monday 16/11/2026, with 24/11 off: 17, 18, 19, 20, 23, 25, 26.
    assert (taken.status_code, taken.json()["status"]) == (201, 2)
    assert taken.json()["due_on"] == "2026-11-26"
    again = await file(office, supplement)
    assert again.json() == taken.json()
    dossier = await office.get(f"/dossiers/{CODE}")
    assert [step["status"] for step in dossier["steps"]] == [1, 5, 2]
    assert dossier["papers"] == ["MAU_01"]


async def test_a_supplement_without_what_was_asked_for_waits_on(office: Any) -> None:
    office.clock.set("2026-11-12T09:00")
    await file(office, message())
    asked = await office.post(
        f"/dossiers/{CODE}/ask-papers", {"papers": ["MAU_01"], "reason": "Tờ khai chưa ký"}
    )
    assert asked.status_code == 200, asked.text
    still = await file(office, message(update=True, TaiLieuNop=[], GhiChu="chưa có"))
    assert (still.status_code, still.json()["status"]) == (201, 5)
    signed = await file(office, message(update=True, GhiChu="đã ký"))
    assert signed.json()["status"] == 2


async def test_a_withdrawal_comes_through_the_portal_and_ends_the_dossier(office: Any) -> None:
    await file(office, message())
    gone = await file(office, message(update=True, TrangThaiHoSo="7"))
    assert gone.json()["status"] == 7
    late = await file(office, message(update=True, GhiChu="gửi thêm"))
    assert (late.status_code, late.json()["code"]) == (409, "dossier_step_refused")
    assert late.json()["allowed_statuses"] == []


async def test_an_update_about_somebody_else_is_refused(office: Any) -> None:
    await file(office, message())
    other = await file(office, message(update=True, MaDoiTuong="003151000018"))
    assert (other.status_code, other.json()["code"]) == (409, "dossier_differs")


async def test_an_update_that_overtook_its_dossier_is_taken_as_the_dossier(office: Any) -> None:
    assert (await file(office, message(update=True))).json()["status"] == 1


async def test_nobody_may_ask_for_a_paper_that_the_procedure_does_not_list(office: Any) -> None:
    await file(office, message())
    refused = await office.post(
        f"/dossiers/{CODE}/ask-papers", {"papers": ["SO_HO_KHAU"], "reason": "Cần sổ hộ khẩu"}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "paper_not_listed")
    assert (refused.json()["unlisted"], refused.json()["known"]) == (["SO_HO_KHAU"], ["MAU_01"])


async def test_messages_are_sealed_at_rest(office: Any) -> None:
    await file(office, message())
    (row,) = await office.rows("SELECT sealed, digest FROM dossier_message")
    assert row["sealed"]
    assert b"MAU_01" not in row["sealed"]
    assert len(row["digest"]) == 16


async def test_a_form_that_tells_a_sealed_group_is_stored_by_its_choice(office: Any) -> None:
    office.clock.set("2026-11-19T09:00")
    body = message(
        MaTTHC="1.001776",
        NgayTiepNhan="20260930083000",
        TaiLieuNop=[{"MaThanhPhanHoSo": "MAU_1B"}, {"MaThanhPhanHoSo": "XN_Y_TE"}],
    )
    receipt = await file(office, body)
    assert (receipt.status_code, receipt.json()["status"]) == (201, 1)
    stored = await office.rows("SELECT papers, asked FROM dossier")
    assert "MAU_1B" not in str(stored)
    assert "XN_Y_TE" not in str(stored)
    assert (await office.get(f"/dossiers/{CODE}"))["papers"] == ["TO_KHAI", "GIAY_TO_KHAC"]
