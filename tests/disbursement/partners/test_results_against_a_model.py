"""Any order of any results: the payments end where a small model says, and the ledger agrees."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import uuid
from datetime import date, datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.disbursement.oracles import RULES
from tests.disbursement.partner_rows import enter_partners

from common.database.session import Database, Scope
from common.kernel.months import Month
from common.runtime.clock import VN_TZ
from common.runtime.invariants import check_invariants
from common.testing.clocks import FixedBusinessClock
from common.testing.databases import DatabaseMaker
from common.testing.keys import new_private_key
from disbursement.accounts.service import Vault
from disbursement.invariants import INVARIANTS
from disbursement.ledger import service as ledger
from disbursement.partners import service as partners
from disbursement.payroll import service as payroll
from disbursement.worker import make_dispatcher

NOW = datetime(2026, 11, 20, 8, tzinfo=VN_TZ)
DECEMBER = Month(2026, 12)
OUTCOMES = ["accepted", "paid", "failed", "uncollected", "returned"]
communes = itertools.count(1)


class Runner:
    """One loop and one database for all examples."""

    def __init__(self, servers: Any) -> None:
        self.loop = asyncio.Runner()
        self.maker = DatabaseMaker(servers)
        made = self.run(self.maker.make("disbursement"))
        key = base64.b64encode(os.urandom(32)).decode()
        self.vault = vault = Vault(private_key=new_private_key(), field_key=key, index_key=key)
        self.db = Database(
            made.url,
            pool_size=2,
            dispatcher=make_dispatcher(vault),
            clock=FixedBusinessClock(NOW),
            service="disbursement",
        )
        self.run(self.db.open())
        self.run(enter_partners(made.url))

    def run(self, work: Any) -> Any:
        return self.loop.run(work)

    def close(self) -> None:
        self.run(self.db.close())
        self.run(self.maker.drop_all())
        self.loop.close()


class Results(RuleBasedStateMachine):
    """Messages of one partner about one list of four people."""

    runner: Runner

    @initialize()
    def seal_a_list(self) -> None:
        self.commune = f"{next(communes):05d}"
        self.messages = itertools.count(1)
        self.model: dict[str, str] = {}
        self.amounts: dict[str, int] = {}
        self.last: Any = None
        self.runner.run(self._seal())

    async def _seal(self) -> None:
        async with self.runner.db.transaction(Scope.service("ke_toan")) as session:
            connection = await (await session.connection()).get_raw_connection()
            driver: Any = connection.driver_connection
            for number in range(4):
                person, entitlement = uuid.uuid4(), uuid.uuid4()
                await driver.execute(
                    "INSERT INTO payee (person_id, commune_code, personal_id, full_name, sort_key,"
                    " birth_date, person_version) VALUES ($1, $2, $3, 'x', 'x', '1950-01-01', 1)",
                    person,
                    self.commune,
                    f"0031500000{number:02d}",
                )
                await driver.execute(
                    "INSERT INTO entitlement VALUES ($1, $2, $3, 'social_pension',"
                    " 'social_pension', 'active', NULL, '1', '2026-11-19', 'grant', 1)",
                    entitlement,
                    person,
                    self.commune,
                )
                await driver.execute(
                    "INSERT INTO entitlement_level VALUES ($1, '2026-12-01', NULL, 540000, 1, 'x')",
                    entitlement,
                )
            built = await payroll.build(session, self.commune, DECEMBER, maker="a", now=NOW)
            await payroll.approve(
                session, built.list_id, checker="b", reason="x",
                content_hash=built.content_hash, now=NOW,
            )  # fmt: skip
            await payroll.seal(session, built.list_id, sealed_by="a", now=NOW)
            rows = await driver.fetch(
                "SELECT end_to_end_id, amount FROM payment WHERE list_id = $1 ORDER BY 1",
                built.list_id,
            )
        self.model = {row["end_to_end_id"]: "sealed" for row in rows}
        self.amounts = {row["end_to_end_id"]: row["amount"] for row in rows}

    @rule(
        entries=st.lists(
            st.tuples(st.integers(0, 4), st.sampled_from(OUTCOMES), st.booleans()),
            min_size=1,
            max_size=5,
        )
    )
    def tell(self, entries: list[tuple[int, str, bool]]) -> None:
        references = [*sorted(self.model), "A" * 35]
        made = [
            partners.ResultEntry(
                references[who],
                outcome,
                self.amounts.get(references[who], 7) + (0 if right else 1),
                "AC04" if outcome == "failed" else None,
                date(2026, 12, 2),
            )
            for who, outcome, right in entries
        ]
        self.last = self._message(f"m{next(self.messages)}", made)
        applied = self.runner.run(self._send(self.last))
        assert applied.applied == self._predict(made)

    @rule()
    def tell_the_last_again(self) -> None:
        if self.last is not None:
            assert self.runner.run(self._send(self.last)).repeated

    def _predict(self, entries: list[partners.ResultEntry]) -> int:
        known = [entry.end_to_end_id for entry in entries if entry.end_to_end_id in self.model]
        if known and "sealed" in {self.model[reference] for reference in known}:
            self.model = {
                key: "sent" if state == "sealed" else state for key, state in self.model.items()
            }
        before = dict(self.model)
        seen: set[str] = set()
        moved = 0
        for entry in entries:
            first = entry.end_to_end_id not in seen
            seen.add(entry.end_to_end_id)
            if entry.end_to_end_id not in before or not first:
                continue
            if entry.amount != self.amounts[entry.end_to_end_id]:
                continue
            new, _ = RULES[before[entry.end_to_end_id], entry.outcome]
            if new is not None:
                self.model[entry.end_to_end_id] = new
                moved += 1
        return moved

    def _message(
        self, message_id: str, entries: list[partners.ResultEntry]
    ) -> partners.ResultMessage:
        raw = json.dumps([[e.end_to_end_id, e.outcome, e.amount] for e in entries]).encode()
        return partners.ResultMessage(
            partner="vnpost",
            message_id=f"{self.commune}-{message_id}",
            kind="results",
            reference=f"AS-{self.commune}-2026-12-vnpost",
            entries=entries,
            stated_count=None,
            stated_sum=None,
            raw=raw,
        )

    async def _send(self, message: partners.ResultMessage) -> partners.Applied:
        async with self.runner.db.transaction(Scope.service("partner")) as session:
            return await partners.take_message(session, self.runner.vault, message, NOW)

    @invariant()
    def states_are_the_models(self) -> None:
        if not getattr(self, "model", None):
            return
        states, balances = self.runner.run(self._look())
        assert states == self.model
        by_state = {
            state: sum(self.amounts[key] for key, found in self.model.items() if found == state)
            for state in set(self.model.values())
        }
        paid = by_state.get("paid", 0) + by_state.get("returned", 0)
        lost = by_state.get("failed", 0) + by_state.get("uncollected", 0)
        total = sum(self.amounts.values())
        assert balances["cash"] == -paid
        assert balances["payable"] == lost
        assert balances["clearing:vnpost"] == total - paid - lost
        assert balances["expense"] == total

    async def _look(self) -> tuple[dict[str, str], dict[str, int]]:
        async with self.runner.db.read(Scope.service("test")) as session:
            connection = await (await session.connection()).get_raw_connection()
            driver: Any = connection.driver_connection
            rows = await driver.fetch(
                "SELECT end_to_end_id, state FROM payment WHERE commune_code = $1", self.commune
            )
            found = await ledger.balances(session, None, self.commune)
        states = {row["end_to_end_id"]: row["state"] for row in rows}
        return states, {balance.code: balance.balance for balance in found}

    def teardown(self) -> None:
        assert self.runner.run(check_invariants(self.runner.db, INVARIANTS)) == {}


def test_any_order_of_results_ends_where_the_model_says(servers: Any) -> None:
    runner = Runner(servers)
    Results.runner = runner
    try:
        run_state_machine_as_test(
            Results,
            settings=settings(
                max_examples=15,
                stateful_step_count=12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        runner.close()
