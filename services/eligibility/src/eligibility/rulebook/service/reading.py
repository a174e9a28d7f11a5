"""What others ask the rulebook: one-off benefits, provisions, and the province's own law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from common.database.session import AsyncSession
from eligibility.law import service as law
from eligibility.law.domain import changelog as changes
from eligibility.law.domain.deadlines import TimeLimit, time_limit
from eligibility.law.domain.documents import Document
from eligibility.law.domain.evaluate import plan_of
from eligibility.law.domain.installed import LocalLaw, install, installed
from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off.explain import KINDS, OneOffExplained, explain_claim
from eligibility.law.domain.one_off.grounds import EventOutsideLaw, period_of
from eligibility.law.domain.procedures import national_code
from eligibility.law.domain.provincial import LocalBenefit, LocalLevel
from eligibility.law.domain.switches import Position, Switch
from eligibility.rulebook import store
from eligibility.rulebook.domain import ClaimInvalid


@dataclass(frozen=True, slots=True)
class ProvisionText:
    """One way into a benefit as it stands on a day, with its conditions in words."""

    benefit: str
    benefit_title: str
    provision: str
    title: str
    article: str
    coefficient: int | None
    conditions: tuple[tuple[str, str, str], ...]
    """Code, words and article of each."""
    sealed: bool


async def refresh(session: AsyncSession, province_code: str) -> LocalLaw:
    """Bring what this process decides by up to date with what the province entered."""
    current = installed()
    if (
        current is not None
        and current.province_code == province_code
        and current.version == await store.version(session)
    ):
        return current
    local = await store.read(session, province_code)
    install(local)
    return local


def evaluate_one_off(benefit: str, claims: Sequence[Mapping[str, Any]]) -> list[OneOffExplained]:
    """Judge and explain claims of one benefit; nothing is stored.

    Raises:
        ClaimInvalid: an unknown benefit, an unknown column, or a value of the wrong kind.
        EventOutsideLaw: an event before the law that is loaded.
    """
    kind = KINDS.get(benefit)
    if kind is None:
        raise ClaimInvalid(f"Không có khoản “{benefit}”.", benefits=sorted(KINDS))
    for number, claim in enumerate(claims):
        unknown = sorted(set(claim) - set(kind.schema))
        if unknown:
            raise ClaimInvalid("Trường không dùng cho khoản này.", fields=unknown, claim=number)
        if claim.get(kind.on) is None:
            raise ClaimInvalid(f"Cần có ngày xảy ra ({kind.on}).", fields=[kind.on], claim=number)
    try:
        return [explain_claim(benefit, claim, law.current_law()) for claim in claims]
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise ClaimInvalid("Giá trị không đúng kiểu của trường.") from error


def provisions(day: date, *, sealed: bool) -> list[ProvisionText]:
    """Give every provision that rules on a day: monthly ones first, then those given once.

    Args:
        day: the day of the event.
        sealed: whether the caller may read provisions that reveal a sealed group.
    """
    current = law.current_law()
    view = current.as_of(day)
    plan = plan_of(view, str(view.value("regime", day).value))
    found = [
        ProvisionText(
            benefit.code,
            benefit.title,
            item.code,
            item.title,
            item.article,
            item.coefficient,
            tuple((c.code, c.text, c.article) for c in (*item.conditions, *benefit.common)),
            item.sealed,
        )
        for benefit in plan.benefits
        for item in benefit.provisions
        if sealed or not item.sealed
    ]
    return [*found, *_one_off_provisions(current, day)]


def _one_off_provisions(current: Law, day: date) -> list[ProvisionText]:
    found: list[ProvisionText] = []
    for kind in KINDS.values():
        try:
            plan = kind.build(period_of(current, kind.codes, day))
        except EventOutsideLaw:
            continue
        found.extend(
            ProvisionText(
                kind.code,
                plan.title,
                ground.code,
                ground.title,
                ground.article,
                None,
                tuple((item.code, item.text, item.article) for item in ground.conditions),
                sealed=False,
            )
            for ground in plan.grounds
        )
    return found


def documents() -> list[Document]:
    """Give the register of documents."""
    return list(law.current_law().documents.values())


def switches(day: date) -> list[tuple[Switch, Position]]:
    """Give every switch with its position on a day."""
    current = law.current_law()
    return [
        (switch, current.latest.position(code, day)) for code, switch in current.switches.items()
    ]


def changelog() -> str:
    """Write what the files of the law say changed when (Markdown)."""
    return changes.changelog(law.current_law())


def check_report() -> list[str]:
    """Say in lines what of the law is not verified, and when each value was last compared."""
    current = law.current_law()
    rows = changes.unverified(current)
    never = sum(row.checked_on is None for row in rows)
    lines = [
        (
            f"{changes.counted(current)} giá trị có ngày, {len(current.provinces)} tỉnh,"
            f" {len(current.switches)} vấn đề còn mở."
        ),
        f"{len(rows)} mục chưa đối chiếu với văn bản; {never} mục chưa ghi ngày kiểm tra.",
    ]
    for row in rows:
        since = "" if row.valid_from is None else f" từ {row.valid_from:%d/%m/%Y}"
        checked = "chưa kiểm tra" if row.checked_on is None else f"{row.checked_on:%d/%m/%Y}"
        lines.append(
            f"- [{row.confidence}] {row.what}{since} | {row.basis} | {row.source} | {checked}"
        )
    checked_days = [
        value.checked_on
        for parameter in current.parameters.values()
        for value in parameter.values
        if value.checked_on is not None
    ]
    last = f"{max(checked_days):%d/%m/%Y}" if checked_days else "chưa có"
    lines.append(f"Lần đối chiếu gần nhất của một giá trị: {last}.")
    return lines


def limits(
    procedure: str, received_on: date, happened: Sequence[str], unit_code: str = ""
) -> TimeLimit:
    """Lay out the time limits of a dossier received on a day.

    Args:
        procedure: a national code (1.001776, also with its province behind it), or the name of a
            time limit (funeral, move_within, ...).
        received_on: day of receipt.
        happened: what lengthens this dossier, e.g. `complaint`.
        unit_code: this province's unit code; a code with another one is refused.

    Raises:
        ProcedureUnknown, ProcedureNotInForce: the known ones are named.
        OtherProvince: the code is another province's.
    """
    current = law.current_law()
    if national_code(procedure, unit_code) is not None:
        procedure = law.procedure(procedure, received_on, unit_code).time_limit
    return time_limit(current, procedure, received_on, happened=happened)


def local_levels() -> list[LocalLevel]:
    """Give the levels of this installation's province, of the files and entered."""
    local = installed()
    return [
        level
        for level in law.current_law().levels
        if local is None or level.province_code == local.province_code
    ]


def local_benefits() -> list[LocalBenefit]:
    """Give the local benefits of this installation's province."""
    local = installed()
    return [
        item
        for province in law.current_law().provinces.values()
        for item in province.benefits
        if local is None or item.province_code == local.province_code
    ]


def with_province(province_code: str) -> None:
    """Say which province this installation serves; what it entered is read at the next refresh."""
    install(LocalLaw(province_code))
