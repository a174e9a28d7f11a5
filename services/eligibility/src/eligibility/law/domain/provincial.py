"""Levels and benefits that a province sets: dated data with its resolution.

Thuật ngữ: mức trợ cấp do HĐND cấp tỉnh quyết định, đối tượng khó khăn khác (local group), hỗ trợ hỏa
táng, mức tặng quà chúc thọ, mừng thọ. Căn cứ: khoản 3 Điều 4 Nghị định 20/2021/NĐ-CP (không thấp
hơn; từ 01/7/2024 là cao hơn, Nghị định 76/2024/NĐ-CP), khoản 3 Điều 4 Nghị định 335/2026/NĐ-CP,
khoản 2 Điều 3 Nghị định 176/2025/NĐ-CP. What is payable is the higher of national and provincial.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain.parameters import CONFIDENCE, LawFileInvalid, hundredths
from eligibility.law.domain.switches import LocalChoice

MONTHLY_BENEFITS = (
    "social_pension",
    "disability_allowance",
    "social_allowance",
    "single_parent_allowance",
    "disabled_parent_support",
    "care_support",
    "facility_allowance",
    "local_allowance",
)
SETTINGS = ("community", "facility")
KINDS = ("standard", "absolute")
LOCAL_BENEFITS = ("cremation", "longevity")

LEVELS: dict[str, pl.DataType] = {
    "province_code": pl.String(),
    "former_province_code": pl.String(),
    "setting": pl.String(),
    "benefit": pl.String(),
    "first_month": pl.Int32(),
    "last_month": pl.Int32(),
    "kind": pl.String(),
    "amount": pl.Int64(),
    "local_group": pl.String(),
    "coefficient": pl.Int64(),
    "resolution": pl.String(),
}
"""One row per level; `first_month` and `last_month` are ordinals, null = open; `coefficient` in
hundredths. `standard` scales with a coefficient, `absolute` is the monthly amount itself. A null
former province stands for every part of the province; a null local group for the law's own groups.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalLevel:
    """A level of one province; `known_from` is the day from which a decision may use it."""

    province_code: str
    benefits: tuple[str, ...]
    settings: tuple[str, ...]
    kind: str
    amount: int
    valid_from: date
    valid_to: date | None
    known_from: date
    resolution: str
    source: str
    confidence: str
    former_province_code: str | None = None
    local_group: str | None = None
    coefficient: int | None = None
    note: str | None = None
    checked_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalBenefit:
    """A one-off benefit of one province: cremation, or longevity gifts by age.

    `ages` are the ages reached in the year; `age_from` with no `ages` is every year from that age.
    """

    province_code: str
    code: str
    cash: int
    valid_from: date
    valid_to: date | None
    known_from: date
    resolution: str
    source: str
    confidence: str
    former_province_code: str | None = None
    ages: tuple[int, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    gift: int = 0
    silk_metres: int = 0
    note: str | None = None
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class NotSeen:
    """What a province is known to have set, but whose amount or start was not found."""

    what: str
    resolution: str
    note: str


@dataclass(frozen=True, slots=True)
class ProvinceLaw:
    """Everything that one province sets for itself."""

    code: str
    name: str
    levels: tuple[LocalLevel, ...] = ()
    benefits: tuple[LocalBenefit, ...] = ()
    groups: Mapping[str, str] | None = None
    choices: tuple[LocalChoice, ...] = ()
    not_seen: tuple[NotSeen, ...] = ()


def check_levels(levels: Sequence[LocalLevel]) -> None:
    """Refuse levels that cannot stand together.

    Raises:
        LawFileInvalid: an unknown key, a period that ends before it begins, or two levels of one
            key, known from the same day, whose periods overlap.
    """
    for level in levels:
        _check_level(level)
    for one, other in combinations(levels, 2):
        same = (
            one.province_code == other.province_code
            and one.former_province_code == other.former_province_code
            and one.local_group == other.local_group
            and one.known_from == other.known_from
            and set(one.settings) & set(other.settings)
            and set(one.benefits) & set(other.benefits)
        )
        if same and _overlap(one.valid_from, one.valid_to, other.valid_from, other.valid_to):
            raise LawFileInvalid(
                f"{one.province_code}: overlap at {max(one.valid_from, other.valid_from)}"
            )


def _check_level(level: LocalLevel) -> None:
    code = level.province_code
    if not (set(level.benefits) <= set(MONTHLY_BENEFITS) and level.benefits):
        raise LawFileInvalid(f"{code}: unknown benefit")
    if not (set(level.settings) <= set(SETTINGS) and level.settings):
        raise LawFileInvalid(f"{code}: unknown setting")
    if level.kind not in KINDS or level.amount <= 0:
        raise LawFileInvalid(f"{code}: a level is standard or absolute, above 0")
    if level.coefficient is not None and (level.kind == "absolute" or level.coefficient <= 0):
        raise LawFileInvalid(f"{code}: an absolute amount has no coefficient")
    if level.valid_to is not None and level.valid_to < level.valid_from:
        raise LawFileInvalid(f"{code}: a period that ends before it begins")
    _check_origin(code, level.resolution, level.source, level.confidence)


def check_benefit(benefit: LocalBenefit) -> None:
    """Refuse a local benefit of an unknown kind, without amount, or with a turned period.

    Raises:
        LawFileInvalid: as above.
    """
    code = benefit.province_code
    if benefit.code not in LOCAL_BENEFITS:
        raise LawFileInvalid(f"{code}: unknown local benefit {benefit.code}")
    if benefit.cash < 0 or benefit.cash + benefit.gift + benefit.silk_metres <= 0:
        raise LawFileInvalid(f"{code}: a local benefit gives something")
    if benefit.code == "longevity" and not (benefit.ages or benefit.age_from):
        raise LawFileInvalid(f"{code}: a longevity gift names its ages")
    if benefit.valid_to is not None and benefit.valid_to < benefit.valid_from:
        raise LawFileInvalid(f"{code}: a period that ends before it begins")
    _check_origin(code, benefit.resolution, benefit.source, benefit.confidence)


def _check_origin(code: str, resolution: str, source: str, confidence: str) -> None:
    if not (resolution and source and confidence in CONFIDENCE):
        raise LawFileInvalid(f"{code}: a value without its resolution, source or confidence")


def _overlap(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
    return start <= (other_end or date.max) and other_start <= (end or date.max)


def levels_frame(levels: Iterable[LocalLevel], known_on: date) -> pl.DataFrame:
    """Give the levels known on a day as a frame to join with facts, one row per setting and benefit.

    A level recorded later takes the place of an earlier one of the same key from its first month
    on; the earlier row ends the month before.
    """
    rows: list[dict[str, Any]] = []
    known = sorted(
        (level for level in levels if level.known_from <= known_on),
        key=lambda level: (level.known_from, level.valid_from),
    )
    for level in known:
        for setting in level.settings:
            for benefit in level.benefits:
                _put(rows, _row(level, setting, benefit))
    return pl.DataFrame(rows, schema=LEVELS)


def _row(level: LocalLevel, setting: str, benefit: str) -> dict[str, Any]:
    return {
        "province_code": level.province_code,
        "former_province_code": level.former_province_code,
        "setting": setting,
        "benefit": benefit,
        "first_month": Month.of(level.valid_from).ordinal,
        "last_month": None if level.valid_to is None else Month.of(level.valid_to).ordinal,
        "kind": level.kind,
        "amount": level.amount,
        "local_group": level.local_group,
        "coefficient": level.coefficient,
        "resolution": level.resolution,
    }


_KEY = ("province_code", "former_province_code", "setting", "benefit", "local_group")


def _put(rows: list[dict[str, Any]], new: dict[str, Any]) -> None:
    end = new["last_month"]
    kept: list[dict[str, Any]] = []
    for row in rows:
        if any(row[name] != new[name] for name in _KEY):
            kept.append(row)
            continue
        if row["first_month"] < new["first_month"]:
            last = new["first_month"] - 1
            ends = last if row["last_month"] is None else min(row["last_month"], last)
            kept.append({**row, "last_month": ends})
        if end is not None and (row["last_month"] is None or row["last_month"] > end):
            kept.append({**row, "first_month": max(row["first_month"], end + 1)})
    rows[:] = [*kept, new]


def read_province(body: Mapping[str, Any]) -> ProvinceLaw:
    """Build what a province sets from the content of its file.

    Raises:
        LawFileInvalid: anything is missing, unknown or overlapping.
    """
    code = str(body.get("province_code") or "")
    if len(code) != 2 or not code.isdigit() or not body.get("name"):  # GSO code
        raise LawFileInvalid(f"province {code!r}: two digits and a name")
    levels = tuple(
        _read_level(code, group, item)
        for group in body.get("levels") or ()
        for item in group["values"]
    )
    check_levels(levels)
    benefits = tuple(_read_benefit(code, item) for item in body.get("benefits") or ())
    for benefit in benefits:
        check_benefit(benefit)
    groups = {str(name): str(title) for name, title in (body.get("groups") or {}).items()}
    unknown = {level.local_group for level in levels if level.local_group} - set(groups)
    if unknown:
        raise LawFileInvalid(f"{code}: a level of unknown local groups {sorted(unknown)}")
    return ProvinceLaw(
        code=code,
        name=str(body["name"]),
        levels=levels,
        benefits=benefits,
        groups=groups,
        choices=tuple(_read_choice(code, item) for item in body.get("switches") or ()),
        not_seen=tuple(
            NotSeen(str(item["what"]), str(item["resolution"]), str(item["note"]))
            for item in body.get("not_seen") or ()
        ),
    )


def _read_level(code: str, group: Mapping[str, Any], item: Mapping[str, Any]) -> LocalLevel:
    named = group.get("benefits", "all")
    coefficient = group.get("coefficient")
    return LocalLevel(
        province_code=code,
        former_province_code=group.get("former_province_code"),
        benefits=MONTHLY_BENEFITS if named == "all" else tuple(named),
        settings=tuple(group.get("settings", SETTINGS)),
        kind=str(group.get("kind", "standard")),
        local_group=group.get("local_group"),
        coefficient=None if coefficient is None else hundredths(Decimal(coefficient)),
        amount=_amount(code, item.get("amount")),
        **_origin(code, item),
    )


def _read_benefit(code: str, item: Mapping[str, Any]) -> LocalBenefit:
    return LocalBenefit(
        province_code=code,
        former_province_code=item.get("former_province_code"),
        code=str(item.get("code")),
        cash=int(item.get("cash", 0)),
        gift=int(item.get("gift", 0)),
        silk_metres=int(item.get("silk_metres", 0)),
        ages=tuple(item.get("ages") or ()),
        age_from=item.get("age_from"),
        age_to=item.get("age_to"),
        **_origin(code, item),
    )


def _read_choice(code: str, item: Mapping[str, Any]) -> LocalChoice:
    origin = _origin(code, item)
    return LocalChoice(
        code=str(item["code"]),
        value=str(item["value"]),
        valid_from=origin["valid_from"],
        valid_to=origin["valid_to"],
        known_from=origin["known_from"],
        resolution=origin["resolution"],
        reason=str(item["reason"]),
    )


def _origin(code: str, item: Mapping[str, Any]) -> dict[str, Any]:
    start, end = item.get("valid_from"), item.get("valid_to")
    if not isinstance(start, date) or (end is not None and not isinstance(end, date)):
        raise LawFileInvalid(f"{code}: valid_from and valid_to are dates")
    return {
        "valid_from": start,
        "valid_to": end,
        "known_from": item.get("in_force", start),
        "resolution": str(item.get("resolution") or ""),
        "source": str(item.get("source") or ""),
        "confidence": str(item.get("confidence") or ""),
        "note": item.get("note"),
        "checked_on": item.get("checked_on"),
    }


def _amount(code: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise LawFileInvalid(f"{code}: an amount is a whole number of đồng")
    return value
