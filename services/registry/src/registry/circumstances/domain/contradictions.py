"""What cannot be: facts against the person's birth and death, against other facts, in themselves.

Only what no law changes stands here (nobody is older than a parent). Ages and limits of the law
are the law engine's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from common.kernel.errors import FieldError
from registry.circumstances.domain.facts import Circumstance, Fact

_ALONE: Final = frozenset({"single", "widowed", "divorced", "spouse_missing"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of the person whom a fact is about."""

    person_id: UUID
    birth_date: date
    """The earliest day that the record allows (year only: 1 January)."""
    sex: Literal["male", "female"]
    death_date: date | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    fact: Fact
    subject: Subject
    others: Sequence[Circumstance]
    today: date


def contradictions(
    fact: Fact, subject: Subject, others: Sequence[Circumstance], today: date
) -> list[FieldError]:
    """Name every field that cannot be as stated.

    Args:
        fact: what is stated.
        subject: the person.
        others: the person's facts that count now, of every kind.
        today: the business day.
    """
    case = _Case(fact, subject, others, today)
    found = list(_dates(case)) + list(_paper(case))
    check = _BY_KIND.get(fact.kind)
    if check is not None:
        found += check(case)
    return found


def _error(name: str, code: str, message: str) -> FieldError:
    return FieldError(f"/{name}", code, message, {"in": "body"})


def _dates(case: _Case) -> Iterator[FieldError]:
    fact, subject = case.fact, case.subject
    if fact.valid_from is not None and fact.valid_from < subject.birth_date:
        yield _error("valid_from", "before_birth", "Ngày bắt đầu trước ngày sinh của người này.")
    death = subject.death_date
    if death is not None and fact.valid_from is not None and fact.valid_from > death:
        yield _error("valid_from", "after_death", "Ngày bắt đầu sau ngày mất của người này.")


def _paper(case: _Case) -> Iterator[FieldError]:
    paper = case.fact.paper
    if paper is not None and paper.issued_on is not None and paper.issued_on > case.today:
        yield _error("paper/issued_on", "in_future", "Ngày cấp giấy tờ chưa đến.")


def _disability(case: _Case) -> Iterator[FieldError]:
    certified = case.fact.certificate_date
    reassess = case.fact.content.get("reassess_on")
    if certified is not None and certified < case.subject.birth_date:
        yield _error("certificate_date", "before_birth", "Ngày cấp giấy xác nhận trước ngày sinh.")
    if certified is not None and certified > case.today:
        yield _error("certificate_date", "in_future", "Ngày cấp giấy xác nhận chưa đến.")
    if certified is not None and reassess is not None and reassess <= certified.isoformat():
        yield _error(
            "reassess_on", "before_certificate", "Hạn xác định lại phải sau ngày cấp giấy."
        )


def _child(case: _Case) -> Iterator[FieldError]:
    born = date.fromisoformat(case.fact.content["birth_date"])
    if born <= case.subject.birth_date:
        yield _error("birth_date", "child_older_than_parent", "Con không thể sinh trước cha, mẹ.")
    if born > case.today:
        yield _error("birth_date", "in_future", "Ngày sinh của con chưa đến.")
    if case.fact.valid_from is not None and case.fact.valid_from < born:
        yield _error("valid_from", "before_birth_of_child", "Con chưa sinh vào ngày bắt đầu.")
    if case.fact.content.get("child_person_id") == str(case.subject.person_id):
        yield _error("child_person_id", "own_person", "Một người không thể là con của chính mình.")


def _pregnancy(case: _Case) -> Iterator[FieldError]:
    if case.subject.sex == "male" and case.fact.content.get("pregnant"):
        yield _error("pregnant", "sex_contradicts", "Người này là nam trong sổ đăng ký.")


def _marital(case: _Case) -> Iterator[FieldError]:
    if case.fact.content["status"] in _ALONE and _meets(case, "couple", "spouse_supported", {True}):
        yield _error(
            "status",
            "spouse_supported",
            "Đang ghi nhận vợ hoặc chồng được hỗ trợ trong cùng thời gian; cần kết thúc trước.",
        )


def _couple(case: _Case) -> Iterator[FieldError]:
    if case.fact.content["spouse_supported"] and _meets(case, "marital", "status", _ALONE):
        yield _error(
            "spouse_supported",
            "no_spouse",
            "Tình trạng hôn nhân trong cùng thời gian cho biết không có vợ hoặc chồng.",
        )


def _care(case: _Case) -> Iterator[FieldError]:
    content = case.fact.content
    carer = content.get("carer_person_id")
    if carer == str(case.subject.person_id):
        yield _error("carer_person_id", "own_person", "Không ai là người chăm sóc chính mình.")
    if content["care"] == "none" and carer is not None:
        yield _error("carer_person_id", "no_care", "Không có người chăm sóc thì bỏ trống.")


def _care_need(case: _Case) -> Iterator[FieldError]:
    content = case.fact.content
    if content.get("taken_in") and not content["cannot_live_in_community"]:
        yield _error(
            "taken_in",
            "lives_in_community",
            "Chỉ nhận chăm sóc thay cơ sở khi không còn điều kiện sống ở cộng đồng.",
        )


def _meets(case: _Case, kind: str, name: str, values: frozenset[str] | set[bool]) -> bool:
    return any(
        row.fact.kind == kind
        and row.fact.content.get(name) in values
        and _overlap(row.fact, case.fact)
        for row in case.others
    )


def _overlap(one: Fact, other: Fact) -> bool:
    before = one.valid_to is not None and other.valid_from and one.valid_to <= other.valid_from
    after = other.valid_to is not None and one.valid_from and other.valid_to <= one.valid_from
    return not before and not after


_BY_KIND: Final[dict[str, Callable[[_Case], Iterator[FieldError]]]] = {
    "disability": _disability,
    "child": _child,
    "pregnancy": _pregnancy,
    "marital": _marital,
    "couple": _couple,
    "care": _care,
    "care_need": _care_need,
}
