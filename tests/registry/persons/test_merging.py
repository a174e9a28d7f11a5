"""Two records of one human: merged, found, and parted again as if nothing had been."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.database.session import Scope
from common.kernel.errors import Conflict
from common.runtime.invariants import check_invariants
from registry.households.domain import HouseholdMembersInvalid
from registry.households.service import HouseholdDraft, Named, register_household
from registry.invariants import INVARIANTS
from registry.persons import service
from registry.persons.domain import Identity, PersonKey
from registry.persons.service import (
    Death,
    NewNumber,
    PersonDraft,
    Seen,
    Staying,
)
from registry.representation.domain import Paper, RepresentationInvalid, Representative
from registry.representation.service import Appointment, appoint

GONE, INTO = "003151000017", "003151000025"
REASON = "Một người có hai hồ sơ"


async def test_a_merged_record_says_where_it_went_and_no_fact_moves(
    registry: Any, register: Any, send: Any
) -> None:
    gone = await register()
    await registry.post(
        f"/persons/{GONE}/circumstances", json={"kind": "disability", "degree": "severe"}
    )
    into = await register(personal_id=INTO)
    merged = await send(GONE, "merge", {"into": INTO, "into_version": 1, "reason": REASON})
    assert (merged.status_code, merged.json()["merged_into"]) == (200, into["person_id"])
    found = await registry.get(f"/persons/{GONE}")
    assert (found.status_code, found.json()["merged_into"]) == (200, into["person_id"])
    facts = await registry.query("SELECT person_id::text FROM circumstance")
    assert [row["person_id"] for row in facts] == [gone["person_id"]]
    told = (await registry.events())[-2:]
    assert [event["type"] for event in told] == [
        "registry.person.corrected.v1",
        "registry.person.merged.v1",
    ]
    assert told[1]["data"]["into_version"] == told[0]["sequence"] == 2
    assert told[1]["subject"] == gone["person_id"]


async def test_a_merged_record_takes_no_commands_until_it_is_parted(
    registry: Any, register: Any, send: Any, check_truths: Any
) -> None:
    await register()
    into = await register(personal_id=INTO)
    body = {"into": INTO, "into_version": 1, "reason": REASON}
    await send(GONE, "merge", body)
    death = {"death_date": "2026-09-03", "source": "family"}
    refused = await send(GONE, "death", death)
    assert (refused.status_code, refused.json()["code"]) == (409, "person_merged")
    assert refused.json()["merged_into"] == into["person_id"]
    parted = await send(GONE, "unmerge", body | {"into_version": 2})
    assert (parted.status_code, parted.json()["merged_into"]) == (200, None)
    assert [event["type"] for event in (await registry.events())[-2:]] == [
        "registry.person.corrected.v1",
        "registry.person.unmerged.v1",
    ]
    assert (await send(GONE, "death", death)).status_code == 200
    await check_truths()


async def test_what_cannot_be_merged_or_parted(registry: Any, register: Any, send: Any) -> None:
    await register()
    await register(personal_id=INTO)
    itself = await send(GONE, "merge", {"into": GONE, "into_version": 1, "reason": REASON})
    assert (itself.status_code, itself.json()["code"]) == (409, "merge_impossible")
    stale = await send(GONE, "merge", {"into": INTO, "into_version": 9, "reason": REASON})
    assert stale.status_code == 412
    apart = await send(GONE, "unmerge", {"into": INTO, "into_version": 1, "reason": REASON})
    assert (apart.status_code, apart.json()["code"]) == (409, "merge_impossible")
    absent = await send(
        GONE, "merge", {"into": "003151000999", "into_version": 1, "reason": REASON}
    )
    assert absent.status_code == 404
    assert len(await registry.events()) == 2


async def test_a_list_with_the_number_of_a_merged_record_is_about_the_one_that_stands(
    registry: Any, register: Any, send: Any
) -> None:
    await register()
    into = await register(personal_id=INTO)
    await send(GONE, "merge", {"into": INTO, "into_version": 1, "reason": REASON})
    context = registry.client.context
    async with context.db.transaction(Scope(frozenset({"25000"}), "test")) as session:
        people = service.People(session, now=context.clock.now(), recorded_by="intake")
        await people.load(personal_ids=[GONE])
        found = people.find((GONE,))
        assert found is not None
        assert str(found.person_id) == into["person_id"]
        assert [str(person.person_id) for person in people.everybody()] == [into["person_id"]]


@dataclass
class Pair:
    """Two records under random commands, with the versions and numbers they have now."""

    db: Any
    now: Any
    ids: list[UUID] = field(default_factory=list)

    def number(self) -> str:
        return f"0991{next(_NUMBERS):08d}"

    async def begin(self) -> None:
        for _ in range(3):
            async with self.session() as session:
                person = await service.register_person(
                    session, self.identity("Thôn 1"), now=self.now, province_code="68"
                )
                self.ids.append(person.person_id)

    def session(self) -> Any:
        return self.db.transaction(Scope(frozenset({"25000"}), "test"))

    def identity(self, village: str) -> Identity:
        return Identity(
            "Nguyễn Thị Mẫu", date(1951, 3, 10), "day", "female", "25000", self.number(),
            village=village,
        )  # fmt: skip

    async def seen(self, which: int) -> Seen:
        async with self.session() as session:
            person = await service.by_person_id(session, self.ids[which])
            return Seen(PersonKey(person_id=self.ids[which]), person.version, self.now)

    async def do(self, command: tuple[str, int, int]) -> None:
        """Do a command; `which` is the record, `choice` varies it."""
        what, which, choice = command
        seen = await self.seen(which)
        async with self.session() as session:
            if what == "correct":
                draft = PersonDraft(
                    self.identity(f"Thôn {choice}"),
                    date(2026, 1 + choice, 1) if choice % 2 else None,
                    frozenset({"email"}),
                )
                await service.correct_person(
                    session, seen.key, draft,
                    expected_version=seen.version, now=self.now, province_code="68",
                )  # fmt: skip
            elif what == "live":
                await self.live(session, which, choice)
            elif what == "appoint":
                await self.appoint(session, which, choice)
            elif what == "rekey":
                cause: Literal["wrong", "reissued"] = "wrong" if choice % 2 else "reissued"
                new = NewNumber(self.number(), cause, "Đổi số", date(2026, 1 + choice, 2))
                await service.rekey_person(session, seen, new)
            elif (await service.by_person_id(session, self.ids[which])).death_date is None:
                await service.record_death(session, seen, Death(date(2026, 9, 1), "family"))
            else:
                await service.take_back(session, seen, "death", "Báo nhầm")

    async def live(self, session: Any, which: int, choice: int) -> None:
        """Found a household: alone, or (odd) with a third person as the head; who can."""
        member, other = Named("head", person_id=self.ids[which]), self.ids[2]
        people = [member]
        if choice % 2:
            people = [Named("head", person_id=other), Named("other", person_id=self.ids[which])]
        draft = HouseholdDraft(people, valid_from=date(2026, choice, 1))
        with contextlib.suppress(HouseholdMembersInvalid):  # The dead found none.
            await register_household(session, "25000", draft, now=self.now, province_code="68")

    async def appoint(self, session: Any, which: int, choice: int) -> None:
        """Appoint a representative of a record, or the record as one; where that can be."""
        people = [self.ids[which], self.ids[(2, 1 - which)[choice % 4 == 0]]]
        seen = [await service.by_person_id(session, one) for one in people]
        of, by = reversed(seen) if choice % 2 else seen
        stated = Appointment(
            kind="guardian" if choice > 4 else "authorised_recipient",
            representative=Representative(name="", number=by.identity.personal_id),
            paper=Paper("authorisation", None, date(2026, 1, 2), "UBND xã"),
            valid_from=date(2026, choice, 2),
            valid_to=date(2027, choice, 2),
        )
        with contextlib.suppress(Conflict, RepresentationInvalid):
            key = PersonKey(person_id=of.person_id)
            await appoint(session, Seen(key, of.version, self.now), stated)

    async def merge(self, *, undo: bool) -> None:
        gone, into = await self.seen(0), await self.seen(1)
        act = service.unmerge_persons if undo else service.merge_persons
        async with self.session() as session:
            await act(session, gone, Staying(into.key, into.version), reason=REASON)


_NUMBERS = itertools.count()
COMMANDS = st.tuples(
    st.sampled_from(["correct", "rekey", "die", "live", "appoint"]),
    st.integers(0, 1),
    st.integers(1, 8),
)
STATE = """
    SELECT to_jsonb(p) - 'version' - 'changed_at' AS line FROM person p WHERE person_id = ANY ($1)
    UNION ALL SELECT to_jsonb(v) FROM person_version v WHERE person_id = ANY ($1)
    UNION ALL SELECT to_jsonb(n) FROM person_number n WHERE person_id = ANY ($1)
    UNION ALL SELECT to_jsonb(v) FROM person_vital v WHERE person_id = ANY ($1)
    UNION ALL SELECT to_jsonb(m) - 'member_id' - 'recorded_at' FROM household_member m
    WHERE person_id = ANY ($1) AND superseded_at IS NULL
    UNION ALL SELECT to_jsonb(r) - 'row_id' - 'recorded_at' FROM representation r
    WHERE (person_id = ANY ($1) OR representative_person_id = ANY ($1)) AND superseded_at IS NULL
    ORDER BY 1
"""


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=st.lists(COMMANDS, max_size=6), during=st.lists(st.integers(1, 8), max_size=2))
async def test_merge_then_unmerge_is_identity(
    registry: Any, before: list[tuple[str, int, int]], during: list[int]
) -> None:
    context = registry.client.context
    pair = Pair(context.db, context.clock.now())
    await pair.begin()
    for command in before:
        await pair.do(command)
    stood = await registry.query(STATE, pair.ids[:2])
    gone = await registry.query(STATE, pair.ids[:1])
    await pair.merge(undo=False)
    for choice in during:
        await pair.do(("correct", 1, choice))
    await pair.merge(undo=True)
    assert await registry.query(STATE, pair.ids[:1]) == gone
    if not during:
        assert await registry.query(STATE, pair.ids[:2]) == stood
    assert await check_invariants(context.db, INVARIANTS) == {}
    versions = await registry.query(
        "SELECT p.version, count(*) AS told, max(o.aggregate_version) AS latest FROM person p"
        " JOIN outbox o ON o.aggregate_id = p.person_id::text WHERE p.person_id = ANY ($1)"
        " GROUP BY p.person_id",
        pair.ids,
    )
    assert all(row["version"] == row["told"] == row["latest"] for row in versions)
