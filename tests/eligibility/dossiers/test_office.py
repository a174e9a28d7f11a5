"""Dossiers written down by an officer: at any counter, by post, in a mobile session, at home."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx
import pytest

from common.contracts.registry import AreaDescribed

OWNER = {"full_name": "Nguyễn Thị Mẫu", "personal_id": "003151900017", "birth_date": "1946-03-02"}
FORM = {
    "channel": "counter",
    "received_in": "25000",
    "procedure_code": "1.014027",
    "owner": OWNER,
    "papers": ["MAU_01"],
    "declared_pension_income": 0,
}


async def _file(office: Any, **more: Any) -> Any:
    return await office.post("/dossiers", {**FORM, **more})


@pytest.mark.parametrize("channel", ["counter", "post", "mobile", "home"])
async def test_whoever_is_unknown_is_taken_in_and_proposed_for_registration(
    office: Any, channel: str
) -> None:
    filed = await _file(office, channel=channel)
    assert filed.status_code == 201, filed.text
    dossier = filed.json()
    assert dossier["dossier_code"] == "H36.25000-261119-9000001"
    assert (dossier["channel"], dossier["person_id"]) == (channel, None)
    (proposed,) = await office.events("registration.proposed")
    assert proposed["data"]["dossier_code"] == dossier["dossier_code"]
    again = await _file(office, owner={**OWNER, "personal_id": "003151900018"})
    assert again.json()["dossier_code"].endswith("-9000002")


async def test_a_counter_elsewhere_sends_it_to_the_owner_s_commune(
    office: Any, registry: Any
) -> None:
    owner = await registry.register(date(1946, 3, 2), commune_code="24931")
    await office.drain()
    filed = await _file(
        office,
        owner={"full_name": owner.full_name, "personal_id": owner.personal_id},
        submitter={"full_name": "Nguyễn Văn Con", "relation": "con", "phone": "0912 345 678"},
    )
    assert filed.status_code == 201, filed.text
    assert filed.json()["commune_code"] == "24931"
    assert filed.json()["person_id"] == str(owner.person_id)
    (row,) = await office.rows("SELECT submitter ->> 'relation' AS relation FROM dossier")
    assert row["relation"] == "con"


async def test_it_goes_the_way_of_every_dossier(office: Any, registry: Any) -> None:
    owner = await registry.register(date(1946, 3, 2))
    await office.drain()
    owner_named = {"full_name": owner.full_name, "personal_id": owner.personal_id}
    code = (await _file(office, owner=owner_named)).json()["dossier_code"]
    accepted = await office.post(f"/dossiers/{code}/accept", {})
    assert accepted.status_code == 200, accepted.text
    proposed = await office.post(f"/dossiers/{code}/propose", {"number": "12/QĐ-UBND"})
    assert proposed.status_code == 201, proposed.text


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"received_in": "24931"}, 404, "outside_communes"),
        ({"procedure_code": "9.999999"}, 422, "procedure_unknown"),
        ({"received_at": "2027-01-01T08:00:00+07:00"}, 422, "receipt_time_implausible"),
        ({"received_at": "2026-11-19T08:00:00"}, 422, "invalid_input"),
        ({"owner": {"full_name": "Nguyễn Thị Mẫu"}}, 422, "owner_incomplete"),
        ({"owner": {**OWNER, "commune_code": "99999"}}, 422, "other_province"),
        ({"channel": "portal"}, 422, "invalid_input"),
        ({"groups": ["5.9"]}, 422, "invalid_input"),
        ({"owner": {**OWNER, "full_name": "Mẫu\u202e"}}, 422, "invalid_input"),
    ],
)
async def test_wrong_forms_are_refused_and_no_code_is_used_up(
    office: Any, wrong: dict[str, Any], status: int, code: str
) -> None:
    answer = await _file(office, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not await office.rows("SELECT 1 FROM dossier")
    assert (await _file(office)).json()["dossier_code"].endswith("-9000001")


async def test_papers_that_are_missing_are_asked_for_at_once(office: Any) -> None:
    filed = (await _file(office, papers=[])).json()
    assert filed["status"] == 5


async def _printed(office: Any, code: str, kind: str, file_format: str = "docx") -> Any:
    return await office.client.get(
        f"/eligibility/v1/dossiers/{code}/slips/{kind}",
        params={"format": file_format},
        headers=office.headers("can_bo", ["eligibility:read"]),
    )


def _words(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


async def test_what_the_citizen_gets_is_printed_in_the_layout_of_decree_30(
    office: Any, publish_event: Any
) -> None:
    await publish_event(
        AreaDescribed.model_validate(AreaDescribed.example), aggregate_id="25000", version=1
    )
    await office.drain()
    code = (await _file(office, papers=[])).json()["dossier_code"]
    receipt = _words((await _printed(office, code, "receipt")).content)
    for words in (code, "Nguyễn Thị Mẫu", "ỦY BAN NHÂN DÂN XÃ DI LINH", "Ngày hẹn trả kết quả"):
        assert words.casefold() in receipt.casefold()
    asked = _words((await _printed(office, code, "supplement_request")).content)
    assert "Giấy tờ cần bổ sung" in asked
    assert "Mẫu" in asked
    assert (await _printed(office, code, "receipt", "pdf")).content.startswith(b"%PDF")
    missing = await _printed(office, code, "apology")
    assert (missing.status_code, missing.json()["code"]) == (404, "slip_not_written")


async def test_the_work_list_begins_with_the_nearest_deadline(office: Any) -> None:
    late = (await _file(office, received_at="2026-09-01T08:00:00+07:00")).json()
    asked = (await _file(office, papers=[], owner={**OWNER, "personal_id": "003151900019"})).json()
    done = (await _file(office, owner={**OWNER, "personal_id": "003151900020"})).json()
    await office.post(f"/dossiers/{done['dossier_code']}/withdraw", {"reason": "Công dân rút"})
    first = await office.get("/dossiers/work-list", limit=1)
    rest = await office.get("/dossiers/work-list", cursor=first["next_cursor"])
    listed = [*first["items"], *rest["items"]]
    assert [item["dossier_code"] for item in listed] == [
        late["dossier_code"],
        asked["dossier_code"],
    ]
    assert [item["waits_for"] for item in listed] == ["office", "citizen"]
    assert listed[0]["days_left"] < 0 < listed[1]["days_left"]
    overdue = await office.get("/dossiers/work-list", overdue=True, commune_code="25000")
    assert [item["dossier_code"] for item in overdue["items"]] == [late["dossier_code"]]
