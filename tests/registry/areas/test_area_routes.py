"""Administrative units over HTTP."""

from __future__ import annotations

from typing import Any


async def test_a_commune_knows_what_went_into_it(registry: Any) -> None:
    commune = (await registry.get("/areas/communes/25000")).json()
    assert (commune["kind"], commune["name"], commune["province_code"]) == ("xã", "Di Linh", "68")
    assert {unit["name"] for unit in commune["former_units"]} == {
        "Di Linh",
        "Gung Ré",
        "Liên Đầm",
        "Tân Châu",
    }
    assert (await registry.get("/areas/communes/99999")).json()["code"] == "commune_not_found"


async def test_provinces_and_communes_are_listed_by_code(registry: Any) -> None:
    provinces = (await registry.get("/areas/provinces")).json()
    assert len(provinces) == 34
    assert [province["code"] for province in provinces] == sorted(p["code"] for p in provinces)
    found = (await registry.get("/areas/communes?province_code=68&q=di linh")).json()
    assert {"code": "25000", "name": "Di Linh", "kind": "xã", "province_code": "68"} in found
    assert (await registry.get("/areas/communes")).status_code == 422


async def test_a_former_name_may_have_several_answers(registry: Any) -> None:
    found = (await registry.get("/areas/former?name=lien dam&province_code=68")).json()
    assert [unit["new_commune"]["code"] for unit in found] == ["25000"]
    many = (await registry.get("/areas/former?name=Tân Châu&province_code=68")).json()
    assert all(unit["new_commune"]["province_code"] == "68" for unit in many)
    assert (await registry.get("/areas/former?name=Liên Đầm&province_code=01")).json() == []
