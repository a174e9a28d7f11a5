"""The law as it would be with other numbers or other groups: for budget estimates, never stored.

Thuật ngữ: dự toán, giả định. The copy is evaluated by the same evaluator as the law itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from common.kernel.errors import InvalidInput
from common.kernel.months import Month
from eligibility.law.domain.law import Law, LawAsOf
from eligibility.law.domain.levels import LEVEL_OF
from eligibility.law.domain.parameters import Basis, DatedValue, Parameter
from eligibility.law.domain.plan import Plan, gap_month, plan_of, regimes
from eligibility.law.domain.provincial import LocalLevel

SUPPOSED_GROUP = "gia_dinh"
"""Code of a group that a simulation adds (giả định)."""
_SUPPOSED = Basis("Giả định của mô phỏng", "-")


class ChangeUnknown(
    InvalidInput,
    code="law_change_unknown",
    title="Thay đổi giả định không có trong pháp luật hiện hành",
):
    """A change names a number or a group that the law does not have, or a value that cannot be."""


@dataclass(frozen=True, slots=True)
class NumberChange:
    """Another value of a level, an age or a coefficient, from the first month of the simulation."""

    kind: str
    code: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class GroupClosed:
    """A group of the law, by its code as lists count it (`5.7`, `C2a`), gives nothing any more."""

    group: str


@dataclass(frozen=True, slots=True)
class GroupAdded:
    """A group that the province would add: who is meant, and the amount a month.

    Ages are in completed years at the end of the month; empty lists ask nothing.
    """

    amount: int
    age_from: int | None = None
    age_to: int | None = None
    poverty_classes: tuple[str, ...] = ()
    disability_degrees: tuple[str, ...] = ()


Change = NumberChange | GroupClosed | GroupAdded
_PREFIX = {"age": "age_", "coefficient": "coefficient_"}


def suppose(law: Law, changes: Sequence[Change], first: Month, province_code: str) -> LawAsOf:
    """Give the whole law with changes that count from a month on.

    Raises:
        ChangeUnknown: a change names nothing that the law has.
    """
    parameters = dict(law.parameters)
    levels: list[LocalLevel] = []
    for change in changes:
        if isinstance(change, NumberChange):
            parameters[change.code] = _changed(parameters, change, first)
        elif isinstance(change, GroupAdded):
            levels.append(_level(change, first, province_code))
    copy = replace(law, parameters=parameters, recorded_levels=(*law.recorded_levels, *levels))
    view = copy.latest
    closed = {change.group for change in changes if isinstance(change, GroupClosed)}
    if closed:
        _close(view, closed)
    return view


def _changed(parameters: dict[str, Parameter], change: NumberChange, first: Month) -> Parameter:
    found = parameters.get(change.code)
    known = (
        change.code in LEVEL_OF.values()
        if change.kind == "level"
        else change.code.startswith(_PREFIX[change.kind])
    )
    if found is None or not known:
        raise ChangeUnknown(f"Không có {change.kind} với mã {change.code}.", change=change.code)
    value: Any = change.value
    if found.unit != "coefficient":
        if value != int(value):
            raise ChangeUnknown("Mức và tuổi là số nguyên.", change=change.code)
        value = int(value)
    if change.kind == "level":
        return replace(found, values=_dated(found, value, first))
    # Ages and coefficients are read once for a regime: every month of a simulation has the new one.
    return replace(found, values=tuple(replace(item, value=value) for item in found.values))


def _dated(found: Parameter, value: object, first: Month) -> tuple[DatedValue, ...]:
    kept = tuple(item for item in found.values if item.valid_from < first.first_day)
    known = max((item.in_force for item in found.values), default=first.first_day)
    made = DatedValue(
        value, first.first_day, None, max(known, first.first_day), _SUPPOSED, "-", "code"
    )
    return (*kept, made)


def _level(change: GroupAdded, first: Month, province_code: str) -> LocalLevel:
    return LocalLevel(
        province_code=province_code,
        benefits=("local_allowance",),
        settings=("community", "facility"),
        kind="absolute",
        amount=change.amount,
        valid_from=first.first_day,
        valid_to=None,
        known_from=first.first_day,
        resolution=_SUPPOSED.document,
        source="-",
        confidence="code",
        local_group=SUPPOSED_GROUP,
    )


def _close(view: LawAsOf, closed: set[str]) -> None:
    """Take the ways into closed groups out of every plan of a copy."""
    known: set[str] = set()
    for regime, _ in regimes(view):
        for gap in (False, True) if gap_month(view, regime) is not None else (False,):
            plan = plan_of(view, regime, gap=gap)
            known |= groups_of(plan)
            view.plans[f"plan:{regime}:{gap}"] = _without(plan, closed)
    unknown = closed - known
    if unknown:
        raise ChangeUnknown(f"Không có nhóm {', '.join(sorted(unknown))}.")


def names_sealed(change: Change, law: LawAsOf) -> bool:
    """Tell whether a change is about a group that only some may name."""
    groups = {
        item.group
        for regime, _ in regimes(law)
        for benefit in plan_of(law, regime).benefits
        for item in benefit.provisions
        if item.sealed
    }
    if isinstance(change, GroupClosed):
        return change.group in groups
    named = change.code.removeprefix("coefficient_") if isinstance(change, NumberChange) else ""
    return named.startswith(tuple(groups))


def groups_of(plan: Plan) -> set[str]:
    """Give the groups of a plan's provisions."""
    return {group_of_provision(item.group, b.code) for b in plan.benefits for item in b.provisions}


def group_of_provision(group: str, benefit: str) -> str:
    """Give the group that a provision is counted in; without one, its benefit."""
    return group or benefit


def _without(plan: Plan, closed: set[str]) -> Plan:
    benefits = tuple(
        replace(
            benefit,
            provisions=tuple(
                item
                for item in benefit.provisions
                if group_of_provision(item.group, benefit.code) not in closed
            ),
        )
        for benefit in plan.benefits
    )
    return replace(plan, benefits=benefits, recipes={})
