"""The loaded law told in two ways: what changed when, and what still has to be verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from eligibility.law.domain.law import Law
from eligibility.law.domain.parameters import DatedValue, Parameter, coefficient_text, hundredths

VERIFIED = frozenset({"text seen", "seeds"})
"""Confidence words of values that were read in the document or proved by figures."""

_UNITS = {
    "dong": "đồng",
    "years": "tuổi",
    "months": "tháng",
    "days": "ngày",
    "working_days": "ngày làm việc",
    "times": "lần",
    "kilograms": "kg",
    "metres": "m",
    "percent": "%",
}


@dataclass(frozen=True, slots=True)
class Unverified:
    """A value whose document was not read, with the day on which it was last compared."""

    what: str
    valid_from: date | None
    confidence: str
    basis: str
    source: str
    checked_on: date | None


def unverified(law: Law) -> list[Unverified]:
    """List every value that is not verified, national ones first."""
    return [
        *_national(law),
        *_provincial(law),
        *_holidays(law),
        *(
            Unverified(
                f"văn bản {document.number}",
                document.in_force,
                document.confidence,
                document.title,
                document.note or "-",
                None,
            )
            for document in law.documents.values()
            if document.confidence not in VERIFIED
        ),
    ]


def counted(law: Law) -> int:
    """Count the dated values of the national law."""
    return sum(len(parameter.values) for parameter in law.parameters.values())


def _national(law: Law) -> Iterator[Unverified]:
    for parameter in law.parameters.values():
        for value in parameter.values:
            if value.confidence not in VERIFIED:
                yield Unverified(
                    f"{parameter.code} = {shown(parameter, value)}",
                    value.valid_from,
                    value.confidence,
                    value.basis.cite(),
                    value.source,
                    value.checked_on,
                )


def _provincial(law: Law) -> Iterator[Unverified]:
    for level in law.levels:
        if level.confidence not in VERIFIED:
            yield Unverified(
                f"tỉnh {level.province_code}: mức {level.amount:,} đồng".replace(",", "."),
                level.valid_from,
                level.confidence,
                level.resolution,
                level.source,
                level.checked_on,
            )
    for province in law.provinces.values():
        for benefit in province.benefits:
            if benefit.confidence not in VERIFIED:
                yield Unverified(
                    f"tỉnh {province.code}: {benefit.code}",
                    benefit.valid_from,
                    benefit.confidence,
                    benefit.resolution,
                    benefit.source,
                    benefit.checked_on,
                )
        for item in province.not_seen:
            yield Unverified(
                f"tỉnh {province.code}: {item.what}",
                None,
                "not found",
                item.resolution,
                item.note,
                None,
            )


def _holidays(law: Law) -> Iterator[Unverified]:
    for year in law.years:
        if not year.confirmed:
            notices = sorted({day.notice for day in year.days})
            yield Unverified(
                f"ngày nghỉ năm {year.year}",
                date(year.year, 1, 1),
                "not found",
                "; ".join(notices),
                "chưa có thông báo chính thức",
                None,
            )


def shown(parameter: Parameter, value: DatedValue) -> str:
    """Write a value as people read it."""
    content = value.value
    if parameter.unit == "coefficient":
        return coefficient_text(hundredths(content)).replace(".", ",")
    if parameter.unit == "procedure":
        titles = "; ".join(paper["title"] for paper in content["papers"])
        return f"{content['authority']} giải quyết; giấy tờ: {titles}"
    if parameter.unit in {"papers", "steps"}:
        return _listed(content)
    if parameter.unit in _UNITS:
        return f"{content:,}".replace(",", ".") + f" {_UNITS[parameter.unit]}"
    return str(content)


def _listed(items: Sequence[dict[str, Any]]) -> str:
    return (
        "; ".join(
            f"{item['title']}: {item['count']} {_UNITS[item['unit']]}"
            if "count" in item
            else str(item["title"])
            for item in items
        )
        or "không thấy thời hạn"
    )


def changelog(law: Law) -> str:
    """Write what changed, by the day from which it counts, newest first (Markdown)."""
    lines = [
        "# Thay đổi của pháp luật theo thời kỳ",
        "",
        "Viết từ `law/parameters/*.yaml`. Mỗi mục: giá trị cũ -> giá trị mới, căn cứ, độ tin cậy.",
    ]
    for day, entries in sorted(_by_day(law).items(), reverse=True):
        lines += ["", f"## Từ {day:%d/%m/%Y}", ""]
        lines += sorted(entries)
    return "\n".join(lines) + "\n"


def _by_day(law: Law) -> dict[date, list[str]]:
    found: dict[date, list[str]] = {}
    for parameter in law.parameters.values():
        for earlier, later in _steps(parameter.values):
            text = _entry(parameter, earlier, later)
            if text:
                found.setdefault(later.valid_from, []).append(text)
    for level in law.levels:
        where = f"tỉnh {level.province_code}"
        if level.former_province_code:
            where += f" (phần {level.former_province_code} cũ)"
        place = "/".join(level.settings)
        amount = f"{level.amount:,}".replace(",", ".")
        group = f", nhóm {level.local_group}" if level.local_group else ""
        found.setdefault(level.valid_from, []).append(
            f"- Mức của {where}, {place}{group}: {amount} đồng"
            f" ({level.resolution}; {level.confidence})."
        )
    return found


def _steps(values: Iterable[DatedValue]) -> Iterator[tuple[DatedValue | None, DatedValue]]:
    listed = list(values)
    yield None, listed[0]
    yield from pairwise(listed)


def _entry(parameter: Parameter, earlier: DatedValue | None, later: DatedValue) -> str:
    new = shown(parameter, later)
    old = None if earlier is None else shown(parameter, earlier)
    what = new if old is None else f"{old} -> {new}"
    if old == new:
        what = f"{new} (không đổi, căn cứ mới)"
    since = ""
    if later.in_force != later.valid_from:
        since = f" Có hiệu lực từ {later.in_force:%d/%m/%Y}."
    return f"- {parameter.title}: {what} ({later.basis.cite()}; {later.confidence}).{since}"
