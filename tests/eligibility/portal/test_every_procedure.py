"""1.001776 covers every group and care support: the facts decide, a refusal needs that none holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.contracts.registry import (
    CareFact,
    CareSourceFact,
    ChildFact,
    CircumstanceEstablished,
    MaritalFact,
)
from common.database.ids import new_id


async def establish(registry: Any, person: Any, fact: Any) -> None:
    data = CircumstanceEstablished(
        person=person, circumstance_id=new_id(), fact=fact, valid_from=date(2024, 1, 1)
    )
    await registry.tell(person, data)


async def lines(office: Any, decision: Any) -> dict[str, Any]:
    page = await office.get(f"/decisions/{decision['decision_id']}/lines")
    return {line["benefit"]: line for line in page["items"]}


@pytest.mark.law("335/2026 Art 5.1", "335/2026 Art 6.1.a")
async def test_an_orphan_of_both_parents_is_granted_the_allowance_of_children(
    office: Any, registry: Any
) -> None:
    child = await registry.register(date(2017, 3, 1))
    await establish(registry, child, CareSourceFact(father="dead", mother="dead"))
    await office.drain()
    decision = await office.propose(child, "1.001776")
    assert decision["kind"] == "grant"
    assert decision["totals"]["grant"]["owed"] == 810_000
    assert list(await lines(office, decision)) == ["social_allowance"]
    assert (await office.sign(decision)).status_code == 200
    found = await office.entitlement(child, "social_allowance")
    assert found["levels"][0]["amount"] == 810_000


@pytest.mark.law("335/2026 Art 6.2")
async def test_a_poor_single_parent_who_is_disabled_gets_both_in_one_decision(
    office: Any, registry: Any
) -> None:
    parent = await registry.register(date(1990, 3, 1), poverty_class="poor")
    await registry.certify(parent, "severe")
    await establish(registry, parent, MaritalFact(status="single"))
    await establish(registry, parent, ChildFact(child_key="1", birth_date=date(2018, 5, 1)))
    await office.drain()
    decision = await office.propose(parent, "1.001776")
    found = await lines(office, decision)
    assert decision["totals"]["grant"] == {
        "lines": 2, "owed": 1_350_000, "pay_month_amount": 1_350_000,
    }  # fmt: skip
    assert found
    assert (await office.sign(decision)).status_code == 200
    disability = await office.entitlement(parent, "disability_allowance")
    single = await office.entitlement(parent, "single_parent_allowance")
    assert disability["levels"][0]["amount"] == 810_000
    assert single["levels"][0]["amount"] == 540_000


@pytest.mark.law("335/2026 Art 17.2")
async def test_care_support_is_paid_to_the_carer(office: Any, registry: Any) -> None:
    person = await registry.register(date(1990, 3, 1))
    carer = await registry.register(date(1970, 3, 1))
    await registry.certify(person, "very_severe")
    await establish(
        registry,
        person,
        CareFact(care="own_family", carer_person_id=carer.person_id, carer_qualifies=True),
    )
    await office.drain()
    decision = await office.propose(person, "1.001776")
    assert (await office.sign(decision)).status_code == 200
    allowance = await office.entitlement(person, "disability_allowance")
    care = await office.entitlement(person, "care_support")
    assert allowance["levels"][0]["amount"] == 1_080_000
    assert care["levels"][0]["amount"] == 540_000
    assert care["payee_person_id"] == str(carer.person_id)


async def test_what_is_not_asked_for_but_holds_is_granted_rather_than_refused(
    office: Any, registry: Any
) -> None:
    child = await registry.register(date(2017, 3, 1))
    await registry.certify(child, "mild")
    await establish(registry, child, CareSourceFact(father="dead", mother="dead"))
    await office.drain()
    code = "H36.25000-261112-0009"
    body = {
        "service": "DongBoHoSoMC",
        "isUpdating": "False",
        "data": [
            {
                "MaHoSo": code,
                "MaTTHC": "1.001776",
                "ChuHoSo": child.full_name,
                "MaDoiTuong": child.personal_id,
                "NgayTiepNhan": "20261112083000",
                "TaiLieuNop": [{"MaThanhPhanHoSo": "MAU_01"}],
                "ThongTinKhac": {"NhomDoiTuong": "5.6"},
            }
        ],
    }
    filed = await office.post("/portal/dossiers", body, who="portal", scopes=["portal:dossiers"])
    assert filed.status_code == 201, filed.text
    assert (await office.get(f"/dossiers/{code}"))["asked"] == ["disability_allowance"]
    await office.post(f"/dossiers/{code}/accept", {})
    proposed = await office.post(f"/dossiers/{code}/propose", {"number": "95/QĐ-UBND"})
    assert proposed.json()["kind"] == "grant", proposed.text
