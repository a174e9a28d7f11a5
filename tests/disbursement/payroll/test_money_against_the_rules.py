"""Any story of results, statements, decisions and months: the books hold and nobody is paid twice."""

from __future__ import annotations

import itertools
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
from tests.disbursement.partners.test_results_against_a_model import Results, Runner

from common.database.session import Scope
from common.kernel.errors import DomainError
from common.kernel.months import Month
from common.runtime.clock import VN_TZ
from common.runtime.invariants import check_invariants
from disbursement.invariants import INVARIANTS
from disbursement.ledger import service as ledger
from disbursement.partners import service as partners
from disbursement.partners.service import cases
from disbursement.payroll import service as payroll
from disbursement.reconciliation import service as reconciliation

LEVEL = 540_000
WHO = st.integers(0, 1)
DECISIONS = st.sampled_from(["paid", "not_paid", "returned", "recalled", "recall_refused"])
LINES = st.lists(
    st.tuples(st.booleans(), st.sampled_from([200_000, 340_000, LEVEL, LEVEL])),
    min_size=1,
    max_size=3,
)
"""(came back, amount) of the lines of a statement about one payment."""


class Money(RuleBasedStateMachine):
    """Four people of a commune over three months; one partner says anything about them."""

    runner: Runner

    @initialize()
    def seal_december(self) -> None:
        first = Results()
        Results.runner = self.runner
        first.seal_a_list()
        self.commune = first.commune
        self.month = Month(2026, 12)
        self.counter = itertools.count(1)
        self.payments = {ref: (self.month, amount) for ref, amount in first.amounts.items()}

    @rule(who=WHO, outcome=st.sampled_from(["accepted", "paid", "failed", "uncollected"]))
    def result(self, who: int, outcome: str) -> None:
        reference, (month, amount) = self._newest(who)
        code = "AC04" if outcome == "failed" else None
        self._tell(
            "results", month, partners.ResultEntry(reference, outcome, amount, code, _day(month))
        )

    @rule(who=WHO, lines=LINES, older=st.booleans())
    def statement(self, who: int, lines: list[tuple[bool, int]], older: bool) -> None:  # noqa: FBT001
        chosen = sorted(self.payments)[who] if older else self._newest(who)[0]
        month, _ = self.payments[chosen]
        entries = [
            partners.ResultEntry(
                chosen, "returned" if back else "paid", amount, None, _day(month),
                bank_reference=f"FT{self.commune}{next(self.counter)}",
            )
            for back, amount in lines
        ]  # fmt: skip
        self._tell("statement", month, *entries)

    @rule(who=WHO, decision=DECISIONS, recall=st.booleans())
    def two_people_decide(self, who: int, decision: Any, recall: bool) -> None:  # noqa: FBT001
        reference, _ = self._newest(who)
        self.runner.run(self._decide(reference, decision, recall))

    @rule()
    def next_month(self) -> None:
        if self.month < Month(2027, 3):
            self.month = self.month.next()
            self.runner.run(self._seal())

    @rule()
    def reconcile(self) -> None:
        self.runner.run(self._reconcile())

    async def _decide(self, reference: str, decision: Any, recall: bool) -> None:  # noqa: FBT001
        now = _now(self.month)
        try:
            async with self.runner.db.transaction(Scope.service("test")) as session:
                case = await cases.open_by_hand(session, reference, now, recall=recall)
                await cases.propose(session, case.case_id, decision, by="a", reason="x")
                await cases.decide(session, case.case_id, by="b", reason="x", now=now)
        except DomainError as refused:
            if refused.code not in {"decision_impossible", "payment_case_not_found"}:
                raise

    async def _seal(self) -> None:
        now = _now(self.month.previous())
        async with self.runner.db.transaction(Scope.service("test")) as session:
            built = await payroll.build(session, self.commune, self.month, maker="a", now=now)
            for code in ("earlier_month_not_reconciled", "total_jumped"):
                await payroll.override(session, built.list_id, code, by="b", reason="x", now=now)
            if built.lines == 0:
                return
            await payroll.approve(
                session, built.list_id, checker="b", reason="x",
                content_hash=built.content_hash, now=now,
            )  # fmt: skip
        async with self.runner.db.transaction(Scope.service("test")) as session:
            try:
                await payroll.seal(session, built.list_id, sealed_by="a", now=now)
            except DomainError as refused:
                if refused.code != "partner_blocked":
                    raise
                return
        async with self.runner.db.read(Scope.service("test")) as session:
            connection = await (await session.connection()).get_raw_connection()
            driver: Any = connection.driver_connection
            rows = await driver.fetch(
                "SELECT end_to_end_id, amount FROM payment WHERE list_id = $1", built.list_id
            )
        self.payments |= {row["end_to_end_id"]: (self.month, row["amount"]) for row in rows}

    async def _reconcile(self) -> None:
        async with self.runner.db.transaction(Scope.service("test")) as session:
            await reconciliation.reconcile(
                session, self.commune, Month(2026, 12), made_by="a", now=_now(self.month)
            )

    def _newest(self, who: int) -> tuple[str, tuple[Month, int]]:
        newest = sorted(self.payments.items(), key=lambda item: (-item[1][0].ordinal, item[0]))
        return newest[who % len(newest)]

    def _tell(self, kind: Any, month: Month, *entries: partners.ResultEntry) -> None:
        number = next(self.counter)
        message = partners.ResultMessage(
            partner="vnpost",
            message_id=f"{self.commune}-{number}",
            kind=kind,
            reference=f"AS-{self.commune}-{month}-vnpost",
            entries=entries,
            stated_count=None,
            stated_sum=None,
            raw=f"{self.commune}-{number}".encode(),
        )
        self.runner.run(self._send(message, _now(self.month)))

    async def _send(self, message: partners.ResultMessage, now: datetime) -> None:
        async with self.runner.db.transaction(Scope.service("partner")) as session:
            await partners.take_message(session, self.runner.vault, message, now)

    @invariant()
    def what_is_owed_is_never_live_twice(self) -> None:
        if hasattr(self, "commune"):
            rows, books = self.runner.run(self._look())
            assert [row for row in rows if row["live"] > LEVEL and not row["claimed"]] == []
            assert sum(b.debits for b in books) == sum(b.credits for b in books)

    async def _look(self) -> tuple[Any, Any]:
        async with self.runner.db.read(Scope.service("test")) as session:
            connection = await (await session.connection()).get_raw_connection()
            driver: Any = connection.driver_connection
            rows = await driver.fetch(
                "SELECT person_id, month, sum(amount) AS live, EXISTS (SELECT FROM paid_month p"
                " WHERE p.person_id = o.person_id AND p.month = o.month) AS claimed"
                " FROM obligation o WHERE commune_code = $1 AND state IN ('issued', 'settled')"
                " GROUP BY person_id, month",
                self.commune,
            )
            return rows, await ledger.balances(session, None, self.commune)

    def teardown(self) -> None:
        assert self.runner.run(check_invariants(self.runner.db, INVARIANTS)) == {}


def _day(month: Month) -> date:
    return month.first_day.replace(day=2)


def _now(month: Month) -> datetime:
    return datetime(month.first_day.year, month.first_day.month, 20, 8, tzinfo=VN_TZ)


def test_any_story_of_money_leaves_the_invariants_whole(servers: Any) -> None:
    runner = Runner(servers)
    Money.runner = runner
    try:
        run_state_machine_as_test(
            Money,
            settings=settings(
                max_examples=20,
                stateful_step_count=14,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        runner.close()
