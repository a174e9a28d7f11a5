"""Facts that cannot be: refused with the field and the rule. Missing facts are never refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from common.kernel.errors import FieldError, InvalidInput
from common.kernel.months import Month
from eligibility.law.domain.law import Law, LawPeriodUnsupported


class FactsImpossible(
    InvalidInput,
    code="facts_impossible",
    title="Dữ kiện mâu thuẫn hoặc thiếu dữ kiện bắt buộc đi kèm",
):
    """Two facts contradict each other, or one that the period needs beside another is absent."""


class FactUnknown(InvalidInput, code="fact_unknown", title="Không có dữ kiện mang tên này"):
    """A name is none of the facts: what is misspelt must not pass as unknown."""


_AFTER_BIRTH = (
    ("signed_on", "event_before_birth", "Ngày ký quyết định trước ngày sinh."),
    ("death_date", "born_after_death", "Ngày chết trước ngày sinh."),
    ("missing_since", "event_before_birth", "Ngày mất tích trước ngày sinh."),
    ("detained_since", "event_before_birth", "Ngày bị tạm giam trước ngày sinh."),
    ("imprisoned_since", "event_before_birth", "Ngày chấp hành án trước ngày sinh."),
    ("certificate_date", "event_before_birth", "Ngày cấp giấy xác nhận trước ngày sinh."),
)
_POINTERS = {
    "certificate_date": "/facts/disability/certificate_date",
    "signed_on": "/signed_on",
}


def last_known_month(law: Law) -> Month:
    """Give the last month that the law as loaded may be used for."""
    return Month.parse(str(law.parameters["law_known_until"].values[-1].value))


_PLAIN_NAME = re.compile(r"[a-z][a-z_]{0,59}", re.ASCII)


def check_names(unknown: Sequence[str], known: Sequence[str]) -> None:
    """Refuse names that are no facts, and give the known ones.

    Raises:
        FactUnknown: names every field.
    """
    if not unknown:
        return
    said = f"Các dữ kiện: {', '.join(sorted(known))}."
    # A made-up name may be anything, even a person's number: only a plain one is repeated.
    shown = [name if _PLAIN_NAME.fullmatch(name) else "?" for name in unknown]
    errors = [FieldError(f"/facts/{name}", "fact_unknown", said) for name in shown]
    raise FactUnknown(said, errors=errors)


def check_period(facts: Mapping[str, Any], last: Month) -> None:
    """Refuse facts that cannot be in the months asked for.

    Raises:
        FactsImpossible: names every field and rule.
    """
    errors = []
    born = _last_birth(facts)
    if born is not None and born > last.last_day:
        errors.append(
            FieldError("/facts/birth_date", "born_after_month", "Ngày sinh sau tháng cần tính.")
        )
    since = facts.get("receiving_since_month")
    if born is not None and since is not None and since < Month.of(born).ordinal:
        errors.append(
            FieldError(
                "/facts/receiving_since",
                "event_before_birth",
                "Tháng đầu đã hưởng trước tháng sinh.",
            )
        )
    if facts.get("sex") == "male" and facts.get("pregnant"):
        errors.append(
            FieldError("/facts/pregnant", "pregnant_male", "Người là nam không thể đang mang thai.")
        )
    if errors:
        raise FactsImpossible(" ".join(error.message for error in errors), errors=errors)


def check_months(first: Month, last: Month, law: Law, pointers: tuple[str, str]) -> None:
    """Refuse months outside the known law.

    Args:
        first: first month asked for.
        last: last month asked for.
        law: the law as loaded.
        pointers: JSON pointers of the two.

    Raises:
        LawPeriodUnsupported: names the field and the rule.
    """
    known = (law.first_month, last_known_month(law))
    errors = []
    if first < known[0]:
        errors.append(FieldError(pointers[0], "month_before_known_law", _known(known)))
    if last > known[1]:
        errors.append(FieldError(pointers[1], "month_after_known_law", _known(known)))
    if errors:
        raise LawPeriodUnsupported(_known(known), errors=errors)


def _known(known: tuple[Month, Month]) -> str:
    return f"Hệ thống tính được từ tháng {known[0].display()} đến tháng {known[1].display()}."


def check_facts(facts: Mapping[str, Any], first: Month, law: Law) -> None:
    """Refuse facts that cannot be.

    Args:
        facts: values by the names of `FACTS`.
        first: the first month asked for.
        law: the law as loaded.

    Raises:
        FactsImpossible: names every field and rule.
    """
    errors = [*_dates(facts), *_children(facts), *_certificate(facts, first, law)]
    errors += _local_group(facts, law)
    if errors:
        raise FactsImpossible(" ".join(error.message for error in errors), errors=errors)


def _last_birth(facts: Mapping[str, Any]) -> date | None:
    """Give the earliest day on which the person may have been born."""
    born: date | None = facts.get("birth_date")
    if born is None or facts.get("birth_precision") in {None, "day"}:
        return born
    return date(born.year, born.month if facts["birth_precision"] == "month" else 1, 1)


def _dates(facts: Mapping[str, Any]) -> Iterator[FieldError]:
    born = _last_birth(facts)
    for name, code, message in _AFTER_BIRTH:
        day = facts.get(name)
        if born is not None and day is not None and day < born:
            yield FieldError(_POINTERS.get(name, f"/facts/{name}"), code, message)


def _children(facts: Mapping[str, Any]) -> Iterator[FieldError]:
    born = _last_birth(facts)
    for place, child in enumerate(facts.get("children") or ()):
        if born is not None and child["birth_date"] <= born:
            pointer = f"/facts/children/{place}/birth_date"
            yield FieldError(pointer, "child_older_than_parent", "Con sinh trước cha, mẹ.")


def _certificate(facts: Mapping[str, Any], first: Month, law: Law) -> Iterator[FieldError]:
    """Until 30/6/2025 the allowance starts with the certificate: its date must be known."""
    needed = (
        law.parameters["start_month_5.6"].at(first.last_day, law.latest.day).value
        == "month_of_certificate"
    )
    allowed = facts.get("disability_degree") in {"severe", "very_severe"}
    if needed and allowed and facts.get("certificate_date") is None:
        yield FieldError(
            _POINTERS["certificate_date"],
            "certificate_date_needed",
            "Đến tháng 6/2025 trợ cấp tính từ tháng cấp giấy xác nhận khuyết tật: cần ngày cấp.",
        )


def _local_group(facts: Mapping[str, Any], law: Law) -> Iterator[FieldError]:
    group, code = facts.get("local_group"), facts.get("province_code")
    province = law.provinces.get(str(code))
    if group is None or province is None or not province.groups:
        return
    if group not in province.groups:
        yield FieldError(
            "/facts/local_group", "local_group_unknown", "Tỉnh không có nhóm đối tượng này."
        )
