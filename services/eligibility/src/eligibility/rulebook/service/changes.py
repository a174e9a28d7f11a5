"""Changes of the province's law: one enters, everybody sees what it would change, another confirms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common import audit, operations
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.runtime.clock import VN_TZ
from eligibility.law import service as law
from eligibility.law.domain.installed import LocalLaw
from eligibility.law.domain.law import Law
from eligibility.law.domain.parameters import LawFileInvalid
from eligibility.law.domain.provincial import (
    LocalBenefit,
    LocalLevel,
    check_benefit,
    check_levels,
)
from eligibility.law.domain.switches import LocalChoice, check_choice
from eligibility.rulebook import store
from eligibility.rulebook.domain import (
    LAW_EFFECT,
    LawEffectUnknown,
    LawProposal,
    LawProposalDecided,
    LawProposalNotFound,
    LawProposerConfirms,
    LocalLawInvalid,
    LocalLawOverlaps,
    effect_months,
)
from eligibility.rulebook.service.reading import refresh

Entry = LocalLevel | LocalBenefit | LocalChoice


async def propose(
    session: AsyncSession,
    kind: str,
    values: Mapping[str, Any],
    *,
    province_code: str,
    actor: str,
    now: datetime,
) -> LawProposal:
    """Enter a change and start working out its effect; it counts once another person confirms it.

    Args:
        session: the write transaction.
        kind: `level`, `local_benefit` or `switch`.
        values: the body as JSON.
        province_code: of this installation.
        actor: who enters it.
        now: business time.

    Raises:
        LocalLawInvalid: a value breaks a rule of the loader.
        LocalLawOverlaps: confirmed today with the same key and overlapping days.
    """
    local = await refresh(session, province_code)
    today = now.astimezone(VN_TZ).date()
    _checked(local, kind, values, today)
    proposal_id = new_id()
    made = LawProposal(
        proposal_id=proposal_id,
        kind=kind,
        values=dict(values),
        state="proposed",
        operation_id=await _start(session, proposal_id, values, today),
        effect=None,
        effect_version=None,
        proposed_by=actor,
        proposed_at=now,
        decided_by=None,
        decided_at=None,
        reason=None,
    )
    await store.insert_proposal(session, made)
    detail = {"kind": kind, "resolution": values["resolution"]}
    await audit.record(session, "law.change_proposed", "law_proposal", proposal_id, detail)
    return made


async def start_effect(session: AsyncSession, proposal_id: UUID, *, now: datetime) -> LawProposal:
    """Work out the effect again: the law changed since, or the work failed.

    Raises:
        LawProposalNotFound, LawProposalDecided: no such proposal, or it is decided.
    """
    found = await _open(session, proposal_id)
    today = now.astimezone(VN_TZ).date()
    operation_id = await _start(session, proposal_id, found.values, today)
    await store.set_operation(session, proposal_id, operation_id)
    await audit.record(session, "law.effect_started", "law_proposal", proposal_id)
    return await proposal(session, proposal_id)


async def _start(
    session: AsyncSession, proposal_id: UUID, values: Mapping[str, Any], today: date
) -> UUID:
    """Queue the work in the form of a simulation; its sums are read like those of one."""
    valid_from = date.fromisoformat(values["valid_from"])
    first, last = effect_months(valid_from, today, law.current_law().first_month)
    params: dict[str, Any] = {
        "proposal_id": str(proposal_id),
        "changes": [],
        "first": str(first),
        "last": str(last),
        "communes": None,
    }
    return await operations.start(session, LAW_EFFECT, params, commune_code=None)


async def law_with(
    session: AsyncSession, proposal_id: UUID, *, province_code: str, today: date
) -> tuple[Law, Law, int]:
    """Give the law as it is, the law with a proposed change, and the version of the first."""
    local = await refresh(session, province_code)
    found = await proposal(session, proposal_id)
    entry = _made(found.kind, found.values, province_code, today)
    supposed = _KINDS[found.kind].add(local, entry, found.values)
    return law.current_law(), law.law_with(supposed), local.version


async def keep_effect(
    session: AsyncSession, proposal_id: UUID, effect: Mapping[str, Any], version: int
) -> None:
    """Keep what a change would change, and with which version of the law it was compared."""
    await store.keep_effect(session, proposal_id, effect, version)


async def confirm(
    session: AsyncSession, proposal_id: UUID, *, province_code: str, actor: str, now: datetime
) -> LawProposal:
    """Let a change count, as the second person who has seen what it changes.

    Raises:
        LawProposalNotFound, LawProposalDecided: no such proposal, or it is decided.
        LawProposerConfirms: who entered it confirms it.
        LawEffectUnknown: its effect is not worked out, or was compared with another law.
        LocalLawInvalid, LocalLawOverlaps: it does not fit what was confirmed in between.
    """
    await store.lock_law(session)
    found = await _open(session, proposal_id)
    if found.proposed_by == actor:
        raise LawProposerConfirms
    local = await refresh(session, province_code)
    if found.effect is None or found.effect_version != local.version:
        raise LawEffectUnknown
    kind = _KINDS[found.kind]
    entry = _checked(local, found.kind, found.values, now.astimezone(VN_TZ).date())
    row = {
        **asdict(entry),
        **kind.row(found.values),
        kind.key: new_id(),
        "province_code": province_code,
        "proposal_id": proposal_id,
        "recorded_by": found.proposed_by,
        "recorded_at": now,
    }
    await store.decide(session, proposal_id, "confirmed", (actor, now))
    await store.insert(session, kind.table, row)
    detail = {"kind": found.kind, "resolution": entry.resolution}
    await audit.record(session, kind.action, kind.table, row[kind.key], detail)
    return await proposal(session, proposal_id)


async def reject(
    session: AsyncSession, proposal_id: UUID, reason: str, *, actor: str, now: datetime
) -> LawProposal:
    """Refuse a change; who entered it may take it back the same way.

    Raises:
        LawProposalNotFound, LawProposalDecided: no such proposal, or it is decided.
    """
    await _open(session, proposal_id)
    await store.decide(session, proposal_id, "rejected", (actor, now), reason)
    await audit.record(session, "law.change_rejected", "law_proposal", proposal_id)
    return await proposal(session, proposal_id)


async def proposal(session: AsyncSession, proposal_id: UUID) -> LawProposal:
    """Give a proposal.

    Raises:
        LawProposalNotFound: no such proposal.
    """
    found = await store.proposal(session, proposal_id)
    if found is None:
        raise LawProposalNotFound
    return found


async def proposals(session: AsyncSession, state: str | None) -> list[LawProposal]:
    """Give the proposals, the newest first."""
    return await store.proposals(session, state)


async def _open(session: AsyncSession, proposal_id: UUID) -> LawProposal:
    found = await store.proposal(session, proposal_id, lock=True)
    if found is None:
        raise LawProposalNotFound
    if found.state != "proposed":
        raise LawProposalDecided(state=found.state)
    return found


def _days(values: Mapping[str, Any]) -> dict[str, Any]:
    end = values.get("valid_to")
    return {
        "valid_from": date.fromisoformat(values["valid_from"]),
        "valid_to": None if end is None else date.fromisoformat(end),
    }


def _level(values: Mapping[str, Any], province_code: str, today: date) -> LocalLevel:
    given = {name: value for name, value in values.items() if name != "group_title"}
    lists = {name: tuple(values[name]) for name in ("benefits", "settings")}
    own = {"province_code": province_code, "known_from": today}
    return LocalLevel(**{**given, **_days(values), **lists, **own})


def _benefit(values: Mapping[str, Any], province_code: str, today: date) -> LocalBenefit:
    own = {"province_code": province_code, "known_from": today}
    return LocalBenefit(
        **{**values, **_days(values), **own, "ages": tuple(values.get("ages") or ())}
    )


def _choice(values: Mapping[str, Any], province_code: str, today: date) -> LocalChoice:
    del province_code
    return LocalChoice(**{**values, **_days(values), "known_from": today})


def _with_level(local: LocalLaw, entry: Any, values: Mapping[str, Any]) -> LocalLaw:
    group = (entry.local_group, values.get("group_title") or entry.local_group)
    groups = (*local.groups, group) if entry.local_group else local.groups
    return replace(local, levels=(*local.levels, entry), groups=groups)


def _check_level(local: LocalLaw, entry: Any) -> None:
    _valid(lambda: check_levels([entry]))
    try:
        check_levels([*local.levels, entry])
    except LawFileInvalid as error:
        raise LocalLawOverlaps(str(error)) from error


@dataclass(frozen=True, slots=True)
class _Kind:
    """What one kind of change is made into, checked by, stored as."""

    table: str
    key: str
    action: str
    make: Callable[[Mapping[str, Any], str, date], Entry]
    check: Callable[[LocalLaw, Any], None]
    add: Callable[[LocalLaw, Any, Mapping[str, Any]], LocalLaw]
    row: Callable[[Mapping[str, Any]], Mapping[str, Any]]


_KINDS: Mapping[str, _Kind] = {
    "level": _Kind(
        "law_level",
        "level_id",
        "law.level_entered",
        _level,
        _check_level,
        _with_level,
        lambda values: {name: values.get(name) for name in ("benefits", "settings", "group_title")},
    ),
    "local_benefit": _Kind(
        "law_local_benefit",
        "benefit_id",
        "law.local_benefit_entered",
        _benefit,
        lambda _, entry: _valid(lambda: check_benefit(entry)),
        lambda local, entry, _: replace(local, benefits=(*local.benefits, entry)),
        lambda values: {"ages": values.get("ages") or []},
    ),
    "switch": _Kind(
        "law_choice",
        "choice_id",
        "law.switch_set",
        _choice,
        lambda _, entry: _valid(lambda: check_choice(law.current_law().switches, entry)),
        lambda local, entry, _: replace(local, choices=(*local.choices, entry)),
        lambda _: {},
    ),
}


def _made(kind: str, values: Mapping[str, Any], province_code: str, today: date) -> Entry:
    return _KINDS[kind].make(values, province_code, today)


def _checked(local: LocalLaw, kind: str, values: Mapping[str, Any], today: date) -> Entry:
    entry = _made(kind, values, local.province_code, today)
    _KINDS[kind].check(local, entry)
    return entry


def _valid(check: Callable[[], None]) -> None:
    try:
        check()
    except LawFileInvalid as error:
        raise LocalLawInvalid(str(error)) from error
