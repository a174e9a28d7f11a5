"""Lists of people: the same selection is counted, listed and printed, and nobody else's is seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from common.contracts import disbursement, eligibility, registry
from common.database.session import Database, Scope
from common.documents import Column, Row, Table
from common.documents.csv import write_csv
from common.documents.safe_text import safe_text
from common.kernel.months import Month
from reporting.indicators.service import labels
from reporting.selections.domain import CellKind, Selection
from reporting.selections.service import as_of, counts, rows, selections

BASE = "/reporting/v1"
LISTS = ["reporting:lists"]
DECEMBER = {"commune_code": "25000", "month": "2026-12"}


def tell_lives(story: Any) -> None:
    """Mai (78) has nobody to support her and is disabled; her household was poor and is no longer."""
    mai, household = story.people["mai"], uuid5(story.people["mai"], "household")
    person = story.person(
        "mai", village="Thôn 3", verification="verified", household_id=household,
        personal_id="003048000011", full_name="=Nguyễn Thị Mai", birth_precision="year",
        birth_date=date(1937, 1, 1), poverty_class="poor",
    )  # fmt: skip
    facts: list[Any] = [
        registry.SupportFact(support="none"),
        registry.DisabilityFact(
            degree="severe", disability_kinds=("sight",), reassess_on=date(2027, 1, 5),
            certificate_date=date(2020, 2, 3),
        ),
        registry.NeutralFact(code="Q7K2MD"),
        registry.PensionIncomeFact(monthly_amount=900_000),
    ]  # fmt: skip
    for number, fact in enumerate(facts):
        told = registry.CircumstanceEstablished(
            person=person, circumstance_id=uuid5(mai, str(number)), fact=fact,
            valid_from=date(2020, 2, 3),
        )  # fmt: skip
        story.tell(told, mai)
    ended = registry.CircumstanceEnded(
        person=person, circumstance_id=uuid5(mai, "3"), kind="pension_income",
        ended_on=date(2026, 6, 1),
    )  # fmt: skip
    story.tell(ended, mai)
    tell_household(story, person, household)
    tell_work(story)


def tell_household(story: Any, person: registry.PersonState, household: UUID) -> None:
    mai = person.person_id
    appointed = registry.RepresentationState(
        representation_id=uuid5(mai, "carer"), kind="authorised_recipient",
        representative_person_id=None, representative_name="Trần Văn Mẫu",
        may_receive_money=True, valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 20),
    )  # fmt: skip
    story.tell(registry.RepresentationAppointed(person=person, representation=appointed), mai)
    for year, poverty in ((2025, "poor"), (2026, "near_poor")):
        home = registry.HouseholdState(
            household_id=household, commune_code="25000", village="Thôn 3", head_person_id=mai,
            members=(registry.HouseholdMember(person_id=mai, relation="head"),),
            poverty_class=poverty,
        )  # fmt: skip
        decided = registry.HouseholdClassified(household=home, year=year, decision_number="15/QĐ")
        story.tell(decided, household)


def tell_work(story: Any) -> None:
    for code, status in (("0001", 2), ("0001", 5), ("0001", 9), ("0002", 2)):
        dossier = f"H36.25000-261201-{code}"
        moved = eligibility.DossierMoved(
            dossier_code=dossier, commune_code="25000", benefit="social_pension", status=status,
            received_at=datetime.fromisoformat("2026-12-01T08:00+07:00"),
            due_on=date(2026, 12, 10), channel="mobile",
        )  # fmt: skip
        story.tell(moved, dossier)
    stopped = story.entitlement(
        "nam", status="stopped", status_reason="moved",
        levels=[{"from_month": "2026-07", "to_month": "2026-11", "amount": 540_000,
                 "coefficient": "1.0", "provision": "pension_75"}],
    )  # fmt: skip
    story.tell(eligibility.EntitlementStopped(entitlement=stopped), stopped.entitlement_id)
    withdrawn = disbursement.RecoveryWithdrawn(
        recovery_id=story.recovery, person_id=story.people["sau"], commune_code="25000",
        benefit="disability_allowance", months={"2026-11": 170_000}, total=170_000,
        remaining=170_000,
    )  # fmt: skip
    story.tell(withdrawn, story.recovery)


@pytest.fixture
def story(story: Any) -> Any:
    tell_lives(story)
    return story


async def listed(client: Any, code: str, **params: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"{BASE}/lists/{code}", params={**DECEMBER, **params})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


@pytest.mark.law("F010", "F021", "F069", "F112", "D004", "D009", "D021", "D025", "D087", "D093")
async def test_lists_say_who_as_of_when_and_why(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    reporting.headers["Authorization"] = f"Bearer {make_token(LISTS, subject='can_bo')}"
    lonely = await listed(reporting, "elders_lonely")
    assert [(row["full_name"], row["birth_date"], row["age"]) for row in lonely] == [
        ("=Nguyễn Thị Mai", "1937", 89)
    ]
    ages = await listed(reporting, "elders_longevity", year=2027)
    assert [(row["full_name"], row["age_in_year"], row["celebration"]) for row in ages] == [
        ("=Nguyễn Thị Mai", 90, "Mừng thượng thượng thọ")
    ]
    decreased = await listed(reporting, "decrease")
    assert ("đã chuyển nơi cư trú", 540_000) in [
        (row["reason"], row["amount"]) for row in decreased
    ]
    assert await listed(reporting, "elders_on_pension") == []
    cash = await listed(reporting, "still_on_cash")
    assert [(row["amount"], row["cash_reason"]) for row in cash] == [(740_000, "Cần hỏi")]
    expiring = await listed(reporting, "representatives_expiring")
    assert [(row["representative_name"], row["valid_to"]) for row in expiring] == [
        ("Trần Văn Mẫu", "2027-01-20")
    ]
    left = await listed(reporting, "households_left_poverty", year=2026)
    assert [row["poverty_class"] for row in left] == ["Hộ cận nghèo"]
    assert [row["amount"] for row in await listed(reporting, "overpaid")] == [170_000]
    received = await listed(reporting, "dossiers_received")
    assert [row["finished_on"] is not None for row in received] == [True, False]
    assert len(await listed(reporting, "dossiers_supplemented")) == 1
    assert len(await listed(reporting, "dossiers_overdue")) == 1
    receiving = await listed(reporting, "receiving")
    assert {row["benefit"] for row in receiving} == {
        "Trợ cấp hưu trí xã hội", "Trợ cấp xã hội hằng tháng",
    }  # fmt: skip
    assert await listed(reporting, "receiving", village="Thôn 9") == []
    reporting.headers["Authorization"] = f"Bearer {make_token(['reporting:read'])}"
    counted = await reporting.get(f"{BASE}/lists/receiving/counts", params={"month": "2026-12"})
    parts = {one["commune_code"]: one["subjects"] for one in counted.json()["counts"]}
    assert parts[None] == sum(count for commune, count in parts.items() if commune)
    assert set(parts) == {None, "24997", "25000"}
    reporting.headers["Authorization"] = f"Bearer {make_token(LISTS)}"
    unknown = await reporting.get(f"{BASE}/lists/nobody")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "list_kind_unknown")


@pytest.mark.law("D078", "D091")
async def test_lists_are_scoped_posted_without_health_printed_and_recorded(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    def officer(*communes: str, scopes: list[str] = LISTS) -> None:
        token = make_token(scopes, communes=communes, subject="can_bo")
        reporting.headers["Authorization"] = f"Bearer {token}"

    officer("24997")
    foreign = await reporting.get(f"{BASE}/lists/receiving", params=DECEMBER)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "commune_not_found")
    own = await reporting.get(f"{BASE}/lists/receiving", params={"month": "2026-12"})
    assert len(own.json()["rows"]) == 1
    officer("25000", scopes=["reporting:read"])
    assert (await reporting.get(f"{BASE}/lists/receiving", params=DECEMBER)).status_code == 403
    officer("25000")
    health = await reporting.get(f"{BASE}/lists/disabled/file", params={**DECEMBER, "posted": True})
    assert (health.status_code, health.json()["code"]) == (409, "list_not_for_posting")
    posted = await listed(reporting, "elders_lonely", posted=True)
    assert [set(row) for row in posted] == [{"full_name", "sex", "village", "age", "poverty_class"}]
    for file_format, start in (("xlsx", b"PK"), ("docx", b"PK"), ("pdf", b"%PDF")):
        answer = await reporting.get(
            f"{BASE}/lists/pay_list/file", params={**DECEMBER, "format": file_format}
        )
        assert answer.status_code == 200
        assert answer.content.startswith(start)
        if file_format == "xlsx":
            book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
            cells = book.get_sheet_by_index(0).to_python()
            head = next(row for row in cells if row[0] == "STT")
            assert head[-1] == "Ký nhận"
            body: list[Any] = [row for row in cells if isinstance(row[0], float)]
            assert sum(row[head.index("Cộng (đồng)")] for row in body) == 2_960_000
            assert "003048000011" in {row[head.index("Số định danh cá nhân")] for row in body}
    answer = await reporting.get(
        f"{BASE}/lists/elders_lonely/file", params={**DECEMBER, "format": "csv"}
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    parsed = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[:2] for row in parsed] == [["STT", "Họ và tên"], ["1", "'=Nguyễn Thị Mai"]]
    assert parsed[1][parsed[0].index("Số định danh cá nhân")] == "\t003048000011"
    async with reporting.context.db.engine.connect() as connection:
        entries = await connection.execute(
            text("SELECT subject_id, detail FROM audit_entry WHERE action = 'list.read'")
        )
        read = [(row.subject_id, row.detail["format"], row.detail["rows"]) for row in entries]
    assert ("elders_lonely", "csv", 1) in read
    assert ("pay_list", "xlsx", 3) in read


async def test_every_selection_counts_what_it_lists_and_tells_no_sealed_fact(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    database: Database = reporting.context.db
    when = as_of(date(2026, 12, 18), first=Month(2026, 12), last=Month(2026, 12))
    async with database.transaction(Scope.service("test")) as session:
        for code, selection in selections().items():
            found = await rows(session, selection, None, when)
            counted = await counts(session, code, None, when)
            assert counted[None].subjects == len({row["subject"] for row in found}), code
            assert counted[None].times == len(found), code
            if selection.money:
                assert counted[None].amount == sum(row["amount"] for row in found), code
            parts = [count for commune, count in counted.items() if commune is not None]
            assert sum(part.times for part in parts) == counted[None].times, code
            for column in selection.columns:
                assert all(column.key in row for row in found), (code, column.key)
        kinds = (await session.execute(text("SELECT DISTINCT kind FROM fact"))).scalars().all()
    assert "neutral" not in kinds


@pytest.mark.parametrize("selection", selections().values(), ids=lambda one: one.code)
def test_every_selection_is_described_in_words(selection: Selection) -> None:
    assert selection.title
    assert selection.definition
    assert selection.unit
    for column in selection.columns:
        assert column.kind in get_args(CellKind)
        assert column.words is None or labels().words[column.words]
    shown_health = any(column.health for column in selection.columns)
    assert selection.health or not shown_health


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_no_text_of_a_csv_is_a_formula_and_every_digit_stays(texts: list[str]) -> None:
    table = Table(
        "a", "a", tuple(Column(f"c{n}", "text") for n in range(len(texts))),
        (Row(tuple("9" for _ in texts), 0), Row(tuple(texts), 1), Row(("001",) * len(texts), 1)),
    )  # fmt: skip
    content = write_csv(table).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    assert len(found) == 3
    assert found[1] == [
        f"\t{one}" if one[:1] == "0" and one.isdigit() else safe_text(one) for one in texts
    ]
    assert found[2] == ["\t001"] * len(texts)
