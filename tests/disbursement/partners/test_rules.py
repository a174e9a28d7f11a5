"""The tables in the database are the tables of the domain; the formats keep their promises."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.disbursement import oracles

from common.testing.databases import ServiceDatabase
from disbursement.partners import domain
from disbursement.partners.domain import FileHeader, FileLine
from disbursement.partners.formats import delimited, pain001
from disbursement.payroll.domain import end_to_end_id

HEADER = FileHeader(
    "AS-25000-2026-12-agribank", "25000", "12/2026", "2026-11-20", "2026-12-01", 1, 5,
    "UBND xã Mẫu", "0099000111222", "970405",
)  # fmt: skip
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60)


async def test_the_database_has_the_transitions_of_the_domain(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> None:
    database = await service_database("disbursement")
    connection = await asyncpg.connect(database.url)
    rows = await connection.fetch("SELECT machine, from_state, to_state FROM state_transition")
    rules = await connection.fetch("SELECT * FROM result_rule")
    await connection.close()

    def of(machine: str) -> set[tuple[str, str]]:
        return {(r["from_state"], r["to_state"]) for r in rows if r["machine"] == machine}

    assert of("payment") == oracles.PAYMENT_TRANSITIONS
    assert of("payment_list") == oracles.LIST_TRANSITIONS
    assert {
        (r["state"], r["outcome"]): (r["new_state"], r["exception_code"]) for r in rules
    } == oracles.RULES


def test_every_rule_moves_only_along_an_allowed_transition() -> None:
    for (state, _), (new, problem) in oracles.RULES.items():
        assert (new is None) != (problem is None)
        assert new is None or (state, new) in oracles.PAYMENT_TRANSITIONS


@given(line=st.uuids(), attempt=st.integers(1, 99))
def test_a_reference_is_35_characters_and_tells_line_and_attempt(line: UUID, attempt: int) -> None:
    reference = end_to_end_id(line, attempt)
    assert len(reference) == 35
    assert reference.isalnum()
    assert UUID(reference[1:33]) == line
    assert int(reference[33:]) == attempt


@given(name=TEXTS, account=TEXTS, amount=st.integers(1, 10**12))
def test_any_name_gives_a_well_formed_bank_file_without_decimals(
    name: str, account: str, amount: int
) -> None:
    line = FileLine(1, "A" * 35, name, "", "", amount, "Trợ cấp <tháng> 12/2026", "BIDV", account)
    root = ET.fromstring(pain001.render(HEADER, [line], {}))  # noqa: S314 - our own file
    space = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
    transfer = next(root.iter(f"{space}CdtTrfTxInf"))
    found = transfer.find(f".//{space}InstdAmt")
    written = transfer.find(f".//{space}Nm")
    assert found is not None
    assert written is not None
    assert (found.text, found.get("Ccy")) == (str(amount), "VND")
    assert (written.text or "").isascii() or not name.isascii()


@given(name=TEXTS)
def test_no_cell_of_the_post_office_file_is_a_formula(name: str) -> None:
    assert not delimited.plain(name).startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    ("outcome", "code", "reason"),
    [
        ("failed", "AC04", "account_closed"),
        ("failed", "XX99", "unspecified"),
        ("failed", None, "unspecified"),
        ("uncollected", "MS03", "not_collected"),
        ("uncollected", "MD07", "beneficiary_deceased"),
        ("paid", None, None),
        ("returned", "AC04", "returned"),
    ],
)
def test_raw_codes_have_our_reasons(outcome: str, code: str | None, reason: str | None) -> None:
    assert domain.reason_of(outcome, code) == reason
    assert reason is None or reason in domain.REASON_TEXTS
