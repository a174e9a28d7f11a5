"""Administrative procedures by national code: what they can give, their papers, authority, result.

Thuật ngữ: thủ tục hành chính, thành phần hồ sơ, giấy tờ nộp và giấy tờ xuất trình. Căn cứ: Điều 7, Điều
11 Nghị định 20/2021/NĐ-CP; Điều 4, Điều 5 Nghị định 176/2025/NĐ-CP; Điều 7, Điều 11, Điều 18, Điều 31
Nghị định 335/2026/NĐ-CP. The day of receipt selects the value (Điều 33 Nghị định 335/2026/NĐ-CP).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.kernel.errors import InvalidInput
from eligibility.law.domain.deadlines import TimeLimit, shifted, time_limit
from eligibility.law.domain.law import Law
from eligibility.law.domain.parameters import DatedValue, LawFileInvalid

_PREFIX = "procedure_"
_CODE = re.compile(r"^(?P<national>\d\.\d{6})(?:\.000\.00\.00\.(?P<unit>[A-Z]\d{2}))?$")


class ProcedureUnknown(
    InvalidInput,
    code="procedure_unknown",
    title="Thủ tục hành chính không có hoặc không còn hiệu lực vào ngày nhận hồ sơ",
):
    """No procedure of this code was in force on the day of receipt; the known ones are named."""


class OtherProvince(InvalidInput, code="other_province", title="Hồ sơ thuộc đơn vị của tỉnh khác"):
    """The procedure, dossier or place belongs to another province."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a procedure: handed in (`filed`), or only shown or looked up."""

    code: str
    title: str
    filed: bool
    choice: str | None
    """Papers of one choice stand for each other."""
    groups: tuple[str, ...]
    benefits: tuple[str, ...]
    sealed: bool

    @property
    def told(self) -> str:
        """Give the code that may be stored and shown: a sealed paper is told by its choice."""
        return (self.choice or "GIAY_TO_KHAC") if self.sealed else self.code


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure as it stood on a day."""

    code: str
    title: str
    benefits: tuple[str, ...]
    one_off: tuple[str, ...]
    time_limit: str
    authority: str
    result: str
    papers: tuple[Paper, ...]
    valid_from: date
    valid_to: date | None
    basis: str
    confidence: str
    note: str | None

    @property
    def paper_codes(self) -> frozenset[str]:
        """Every code by which a paper, or one of a choice, may be named."""
        named = {paper.code for paper in self.papers} | {paper.told for paper in self.papers}
        return frozenset(named | {paper.choice for paper in self.papers if paper.choice})

    def missing(self, filed: Collection[str]) -> tuple[Paper, ...]:
        """Give the papers that must be handed in and were not; of a choice the ones it offers."""
        there = set(filed)
        found = []
        for paper in self.papers:
            if not paper.filed or paper.code in there:
                continue
            if paper.choice is not None and self._chosen(paper.choice) & there:
                continue
            found.append(paper)
        return tuple(found)

    def unlisted(self, papers: Iterable[str]) -> tuple[str, ...]:
        """Give the codes that this procedure does not list."""
        return tuple(code for code in papers if code not in self.paper_codes)

    def told(self, filed: Iterable[str]) -> tuple[str, ...]:
        """Give filed papers by the codes that may be stored, each once and in their order."""
        told = {paper.code: paper.told for paper in self.papers}
        return tuple(dict.fromkeys(told.get(code, code) for code in filed))

    def asked(self, filed: Collection[str], groups: Collection[str]) -> tuple[str, ...]:
        """Give the benefits that the filed forms, and the groups ticked on them, ask for.

        None of either: everything that the procedure can give.
        """
        forms = [paper for paper in self.papers if paper.filed and paper.benefits]
        handed_in = [paper for paper in forms if paper.code in filed]
        ticked = [
            paper
            for paper in forms
            if any(group.startswith(own) for group in groups for own in paper.groups)
        ]
        by_group = {benefit for group in groups for benefit in _benefits_of(group)}
        by_form = {benefit for paper in handed_in or ticked for benefit in paper.benefits}
        asked = by_form & by_group or by_group or by_form
        return tuple(item for item in self.benefits if item in asked) or self.benefits

    def _chosen(self, choice: str) -> set[str]:
        return {paper.code for paper in self.papers if paper.choice == choice} | {choice}


def _benefits_of(group: str) -> tuple[str, ...]:
    """Give the benefits of a group of the decree (5.1 to 5.8, C1 to C2d)."""
    if group.startswith("5.6"):
        return ("disability_allowance",)
    if group.startswith("5.4"):
        return ("single_parent_allowance",)
    if group.startswith("5."):
        return ("social_allowance",)
    if group.startswith("C2a"):
        return ("disabled_parent_support",)
    return ("care_support",) if group.startswith("C") else ()


def national_code(text: str, unit_code: str = "") -> str | None:
    """Give the national code of a procedure, which portals write with a province behind it.

    `1.014027.000.00.00.H36` is procedure 1.014027 on the portal of unit H36.

    Args:
        text: the code as sent.
        unit_code: the province's own unit code; empty: no suffix is compared.

    Raises:
        OtherProvince: the suffix is another province's.
    """
    found = _CODE.match(text.strip())
    if found is None:
        return None
    unit = found["unit"]
    if unit and unit_code and unit != unit_code:
        raise OtherProvince(f"Mã thủ tục mang mã đơn vị {unit}, không phải {unit_code}.")
    return found["national"]


def procedures_on(law: Law, day: date) -> tuple[Procedure, ...]:
    """Give every procedure in force on a day, by code."""
    codes = sorted(code for code in law.parameters if code.startswith(_PREFIX))
    found = (_find(law, code.removeprefix(_PREFIX), day) for code in codes)
    return tuple(item for item in found if item is not None)


def procedure_on(law: Law, code: str, day: date, unit_code: str = "") -> Procedure:
    """Give a procedure as it stood on the day of receipt.

    Raises:
        ProcedureUnknown: not one of this system, or not in force on that day.
        OtherProvince: the code carries another province's unit.
    """
    national = national_code(code, unit_code)
    found = None if national is None else _find(law, national, day)
    if found is None:
        known = [item.code for item in procedures_on(law, day)]
        raise ProcedureUnknown(
            f"Ngày {day:%d/%m/%Y} hệ thống tiếp nhận các thủ tục: {', '.join(known) or 'chưa có'}.",
            known=known,
        )
    return found


def limit_of(law: Law, procedure: Procedure, received_on: date, **more: Any) -> TimeLimit:
    """Lay out the steps of a dossier of this procedure; rules by analogy are its office's own limit."""
    happened = {*more.get("happened", ()), "by_analogy"}
    return time_limit(law, procedure.time_limit, received_on, happened=happened)


def due_on(law: Law, procedure: Procedure, received_on: date, counted_from: date) -> date:
    """Give the last day to answer a dossier.

    Args:
        law: the law as loaded.
        procedure: as it stood on the day of the first receipt.
        received_on: the first receipt, which selects the steps.
        counted_from: receipt of the complete dossier, from which they run.
    """
    limit = limit_of(law, procedure, received_on)
    return shifted(law, limit, counted_from)


def _find(law: Law, code: str, day: date) -> Procedure | None:
    parameter = law.parameters.get(_PREFIX + code)
    if parameter is None or day < parameter.values[0].valid_from:
        return None
    return _procedure(code, parameter.title, parameter.at(day, max(day, law.latest.day)))


def _procedure(code: str, title: str, value: DatedValue) -> Procedure:
    body: Mapping[str, Any] = value.value
    return Procedure(
        code=code,
        title=title,
        benefits=tuple(body.get("benefits") or ()),
        one_off=tuple(body.get("one_off") or ()),
        time_limit=str(body["time_limit"]),
        authority=str(body["authority"]),
        result=str(body["result"]),
        papers=tuple(_paper(item) for item in body["papers"]),
        valid_from=value.valid_from,
        valid_to=value.valid_to,
        basis=value.basis.cite(),
        confidence=value.confidence,
        note=value.note,
    )


def _paper(item: Mapping[str, Any]) -> Paper:
    return Paper(
        code=str(item["code"]),
        title=str(item["title"]),
        filed=bool(item["filed"]),
        choice=item.get("choice"),
        groups=tuple(item.get("for") or ()),
        benefits=tuple(item.get("benefits") or ()),
        sealed=bool(item.get("sealed", False)),
    )


def check_time_limits(law: Law) -> None:
    """Refuse procedures whose time limit is not one of the file of time limits.

    Raises:
        LawFileInvalid: one names an unknown time limit.
    """
    for code, parameter in law.parameters.items():
        if code.startswith(_PREFIX):
            for value in parameter.values:
                if f"time_limit_{value.value['time_limit']}" not in law.parameters:
                    raise LawFileInvalid(f"{code}: unknown time limit")
