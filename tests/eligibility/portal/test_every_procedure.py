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


async def amounts(office: Any, person: Any) -> dict[str, tuple[int, Any]]:
    """Give what a person was granted by benefit, with who is paid."""
    rows = await office.rows(
        "SELECT e.benefit, l.amount, e.payee_person_id FROM entitlement e"
        " JOIN entitlement_level l USING (entitlement_id) WHERE e.person_id = $1",
        person.person_id,
    )
    return {row["benefit"]: (row["amount"], row["payee_person_id"]) for row in rows}


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
    assert await amounts(office, parent) == {
        "disability_allowance": (810_000, None),
        "single_parent_allowance": (540_000, None),
    }


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
    decision = await office.propose(person, "1.001776", papers=("MAU_01", "MAU_02"))
    assert (await office.sign(decision)).status_code == 200
    assert await amounts(office, person) == {
        "disability_allowance": (1_080_000, None),
        "care_support": (540_000, carer.person_id),
    }


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
