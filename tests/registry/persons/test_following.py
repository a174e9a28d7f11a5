"""Rows that name a person and a commune: each table's either follow who moves, or say why not."""

from __future__ import annotations

from typing import Any

import pytest

KEY = "003151000017"
HERE, THERE = "25000", "24637"
STAY = {
    "registration_proposal": "it belongs to the commune that answered it",
    "person_version": "its policy lets whoever sees the person see their history",
    "household_member": "a household is in one commune: who moves leaves it",
    "intake_row": "a row of the list of the commune that sent it",
    "poverty_list_row": "a row of the list of the commune that sent it",
    "notice": "a notice of the commune that reports it",
    "quality_finding": "the board of a commune, made anew from what is there",
    "quality_receiving": "the commune of the entitlement, as eligibility tells it",
    "disability_case": "a file of the council that decides it",
    "disability_certificate": "a running number of the commune that issued it; the fact follows",
}
NOW = "'2026-11-01T08:00+07'"
ROWS = {
    "person": {},
    "person_number": {"kind": "'cmnd'", "number": "'250123456'", "reason": "'former'"},
    "person_vital": {"kind": "'missing'", "happened_on": "'2026-01-01'", "source": "'court'"},
    "person_merge": {"into_id": "(SELECT person_id FROM person WHERE personal_id <> $2)",
                     "reason": "'x'"},
    "circumstance": {"kind": "'disability'", "degree": "'severe'"},
    "sealed_fact": {"content": "'\\x00'"},
    "representation": {
        "representation_id": "gen_random_uuid()", "kind": "'guardian'",
        "representative_name": "'Lê'", "may_receive_money": "true", "paper_kind": "'other'",
        "paper_date": "'2026-01-01'", "paper_issuer": "'UBND'", "valid_from": "'2026-01-01'",
    },
    "residence_task": {"former_unit_codes": "'{22972}'", "candidates": "'{25000}'",
                       "opened_by": "'x'"},
    "verification_check": {"request_id": "'r'", "status": "'unverified'"},
    "verification_task": {"reason": "'sex'"},
}  # fmt: skip


async def tables(registry: Any) -> dict[str, list[Any]]:
    """Every table with both columns, and the columns of each that have to be filled."""
    rows = await registry.query("""
        SELECT c.relname AS table, array_agg(a.attname ORDER BY a.attnum) FILTER (
            WHERE a.attnotnull AND NOT a.atthasdef
        ) AS needed, array_agg(format_type(a.atttypid, NULL) ORDER BY a.attnum) FILTER (
            WHERE a.attnotnull AND NOT a.atthasdef
        ) AS types
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            AND NOT a.attisdropped
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND 2 = (
            SELECT count(*) FROM pg_attribute b WHERE b.attrelid = c.oid
                AND b.attname IN ('person_id', 'commune_code'))
        GROUP BY c.relname
    """)
    return {row["table"]: list(zip(row["needed"], row["types"], strict=True)) for row in rows}


@pytest.mark.parametrize("how", ["move", "correct"])
async def test_a_moving_person_takes_every_row_along(
    registry: Any, register: Any, make_token: Any, send: Any, how: str, person_body: Any
) -> None:
    both = make_token(["registry:read", "registry:write"], communes=[HERE, THERE])
    registry.client.headers["Authorization"] = f"Bearer {both}"
    person = await register()
    await register(personal_id="003151000025")
    known = await tables(registry)
    asked = {name for name in known if name not in STAY}
    assert asked == set(ROWS), "say in ROWS how a row looks, or in STAY why it does not follow"
    filled = {"timestamp with time zone": NOW, "uuid": "gen_random_uuid()", "text": "'x'"}
    for table, values in ROWS.items():
        if table == "person":
            continue
        stated = values | {"person_id": "$1::uuid", "commune_code": "'25000'"}
        if table == "person_merge":
            stated |= {"undone_at": NOW}
        columns = {name: stated.get(name) or filled[kind] for name, kind in known[table]} | stated
        names, texts = ", ".join(columns), ", ".join(columns.values())
        texts = texts.replace("$2", f"'{KEY}'").replace("$1", f"'{person['person_id']}'")
        await registry.query(f"INSERT INTO {table} ({names}) VALUES ({texts})")
    if how == "move":
        done = await send(KEY, "move", {"to_commune": THERE, "moved_on": "2026-10-20"})
    else:
        body = {k: v for k, v in person_body.items() if k != "personal_id"}
        done = await registry.client.put(
            f"/registry/v1/persons/{KEY}",
            json=body | {"commune_code": THERE},
            headers={"If-Match": '"v1"'},
        )
    assert done.status_code == 200, done.text
    for table in ROWS:
        left = await registry.query(
            f"SELECT commune_code FROM {table} WHERE person_id = '{person['person_id']}'"
        )
        assert {row["commune_code"] for row in left} == {THERE}, table
