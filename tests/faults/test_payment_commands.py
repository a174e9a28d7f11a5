"""Fifty callers with one key have one effect; a partner whose answer was lost is asked, not paid.

Both over the real HTTP stack, with real partners, up to the same figures as an undisturbed month.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any

import asyncpg
import httpx
import pytest
from tests.faults.conftest import Undisturbed
from tests.faults.installation import DESKS, Installation

from sandbox.cli import addresses_of, passwords_of
from sandbox.demo import chapters_intake, chapters_law, chapters_money, chapters_moves
from sandbox.demo.case import Case, case_of
from sandbox.demo.client import Client
from sandbox.demo.closing import closing_table

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("faults")]

CALLERS = 50
LISTS = "/disbursement/v1/payment-lists"
COUNTED = ("payment_list", "approval", "delivery")


@dataclass(frozen=True)
class Storm:
    """One command, sent by fifty callers at once and then once more; and its key with another body."""

    together: Sequence[httpx.Response]
    again: httpx.Response
    other_body: httpx.Response | None


@dataclass(frozen=True)
class Month:
    """A month of the small commune: built, approved and sealed in storms, on its way to partners."""

    case: Case
    client: Client
    storms: dict[str, Storm]
    rows: dict[str, Counter[str]]
    sealed: dict[str, Any]


@pytest.fixture(scope="module")
def month(prepared: Installation, undisturbed: Undisturbed) -> Iterator[Month]:
    """Tell the story up to the signed levels, let partners lose an answer, then storm."""
    assert undisturbed.figures
    prepared.refresh()
    assert prepared.command("up").code == 0
    client = Client(addresses_of(prepared.state()), passwords_of(prepared.home))
    case = case_of(prepared.sample)
    for chapter in (
        chapters_intake.classify_commune,
        chapters_intake.receive_list,
        chapters_intake.receive_deaths,
        chapters_intake.verify_people,
        chapters_law.receive_dossier,
        chapters_law.sign_dossier,
        chapters_law.sign_new_levels,
    ):
        chapter(client, case)
    for desk in DESKS:
        mood = client.http.post(
            client.addresses.of(f"/{desk}/mood"), json={"drop_answers": 1, "hold_milliseconds": 0}
        )
        mood.raise_for_status()
    yield _stormed(prepared, client, case)
    client.http.close()
    prepared.stop()


@pytest.mark.parametrize("command", ["build", "approve", "seal"])
def test_fifty_callers_with_one_key_have_one_effect(month: Month, command: str) -> None:
    storm = month.storms[command]
    effects = [one for one in storm.together if one.is_success and not _is_replay(one)]
    assert len(effects) == 1
    assert {one.status_code for one in storm.together} <= {effects[0].status_code, 409}
    for one in storm.together:
        if one.status_code == httpx.codes.CONFLICT:
            assert one.json()["code"] == "idempotency_key_in_use"
            assert "Retry-After" in one.headers
        else:
            assert one.content == effects[0].content
    assert _is_replay(storm.again)
    assert (storm.again.status_code, storm.again.content) == (
        effects[0].status_code,
        effects[0].content,
    )


@pytest.mark.parametrize("command", ["build", "approve"])
def test_the_same_key_with_another_body_is_refused(month: Month, command: str) -> None:
    refused = month.storms[command].other_body
    assert refused is not None
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert refused.json()["code"] == "idempotency_key_reused"


def test_a_storm_leaves_one_list_one_approval_and_one_file_for_each_partner(month: Month) -> None:
    assert month.rows["build"]["payment_list"] == 1
    assert month.rows["approve"]["approval"] == 1
    assert month.rows["seal"]["delivery"] == len(DESKS)


def test_a_lost_answer_is_solved_by_asking_and_everyone_is_paid_once(
    month: Month, prepared: Installation, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    chapters_money.pay(month.client, month.case, month.sealed)
    chapters_money.reconcile(month.client, month.case)
    chapters_moves.follow_moves(month.client, month.case)
    chapters_money.write_files(month.client, month.case, month.sealed, tmp_path)
    sent = asyncio.run(_ways_of_deliveries(prepared))
    assert sent == {
        "agribank": (1, ["sending", "unknown", "sent"]),
        "vnpost": (1, ["sending", "unknown", "sent"]),
    }
    for desk, book in prepared.books().items():
        assert len(book["lists"]) == 1
        assert book["outcomes"] == undisturbed.books[desk]["outcomes"]
        assert book["refusals"] == []
    assert closing_table(month.client, month.case, month.sealed) == undisturbed.figures
    assert prepared.broken_invariants() == {}


def _stormed(prepared: Installation, client: Client, case: Case) -> Month:
    """Build, approve and seal the list, each by fifty callers at once."""
    client.clock_to(case.sealed)
    scope = {"commune_code": case.commune_code, "month": case.pay_month}
    storms: dict[str, Storm] = {}
    rows: dict[str, Counter[str]] = {}

    def do(
        command: str, user: str, path: str, body: dict[str, Any], other: dict[str, Any] | None
    ) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {client.token(user)}",
            "Idempotency-Key": case.key(f"storm-{command}"),
        }

        def send(content: dict[str, Any]) -> httpx.Response:
            return client.http.post(client.addresses.of(path), json=content, headers=headers)

        together = _at_once(lambda: send(body))
        again = send(body)
        storms[command] = Storm(together, again, send(other) if other else None)
        rows[command] = asyncio.run(_count_rows(prepared))
        return again

    chapters_money.confirm_payees(client, case)
    built = do("build", "ke_toan", LISTS, scope, {**scope, "month": "2027-01"}).json()
    path = f"{LISTS}/{built['list_id']}"
    seen = {"content_hash": built["content_hash"], "reason": "Đã so với tháng trước"}
    do("approve", "kiem_soat", f"{path}/approve", seen, {**seen, "reason": "Lý do khác"})
    do("seal", "ke_toan", f"{path}/seal", {}, None)
    return Month(case, client, storms, rows, client.get("ke_toan", path))


def _at_once(send: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Let fifty threads send at the same moment."""
    ready = Barrier(CALLERS)

    def call(_: int) -> httpx.Response:
        ready.wait()
        return send()

    with ThreadPoolExecutor(CALLERS) as callers:
        return list(callers.map(call, range(CALLERS)))


def _is_replay(answer: httpx.Response) -> bool:
    return bool(answer.headers.get("Idempotency-Replayed") == "true")


async def _count_rows(prepared: Installation) -> Counter[str]:
    database = await asyncpg.connect(prepared.database_url("disbursement"))
    try:
        return Counter(
            {table: await database.fetchval(f"SELECT count(*) FROM {table}") for table in COUNTED}
        )
    finally:
        await database.close()


async def _ways_of_deliveries(prepared: Installation) -> dict[str, tuple[int, list[str]]]:
    """Give how often each partner's file was sent, and the states that it went through."""
    database = await asyncpg.connect(prepared.database_url("disbursement"))
    try:
        found = await database.fetch(
            "SELECT d.partner, d.attempts, array_agg(h.to_state ORDER BY h.history_id) AS way"
            " FROM delivery d JOIN state_history h ON h.subject_id = d.delivery_id GROUP BY 1, 2"
        )
    finally:
        await database.close()
    return {row["partner"]: (row["attempts"], list(row["way"])) for row in found}
