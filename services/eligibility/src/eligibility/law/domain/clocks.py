"""The clocks of the one-stop office: return, restart, automatic close, apology and extension.

Thuật ngữ: phiếu yêu cầu bổ sung, phiếu xin lỗi và hẹn lại ngày trả kết quả, đóng hồ sơ.
Căn cứ: khoản 3 Điều 16, khoản 5 và khoản 6 Điều 19 Nghị định 118/2025/NĐ-CP (from 1/7/2025).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from common.kernel.errors import Conflict
from common.kernel.workdays import add_workdays
from eligibility.law.domain.law import Law


class ReturnTooLate(
    Conflict, code="return_too_late", title="Đã quá thời hạn trả lại hồ sơ để bổ sung"
):
    """More than three working days after receipt a dossier is decided, no longer sent back."""


class SupplementAskedBefore(
    Conflict, code="supplement_asked_before", title="Khi tiếp nhận chỉ được yêu cầu bổ sung một lần"
):
    """At intake everything that is missing is asked for once."""


class ExtensionRefused(Conflict, code="extension_refused", title="Không được gia hạn"):
    """A second extension, one asked for too late, or to a day that is not later."""


@dataclass(frozen=True, slots=True)
class DossierClock:
    """The dates by which a dossier is judged.

    `received_on` is the first receipt, which selects the rule; `counted_from` the receipt of the
    complete dossier, from which the time limit runs.
    """

    received_on: date
    counted_from: date
    due_on: date
    intake_supplements: int = 0
    notice_on: date | None = None
    """Day of the notice that asks for papers, while they are awaited."""
    extensions: int = 0


def _rule(law: Law, code: str, day: date) -> int:
    parameter = law.parameters[code]
    return int(parameter.at(max(day, parameter.values[0].valid_from), law.latest.day).value)


def last_day_to_return(law: Law, clock: DossierClock) -> date:
    """Give the last day on which the dossier may be sent back after intake."""
    return add_workdays(
        clock.counted_from, _rule(law, "clock_return", clock.counted_from), law.calendar
    )


def ask_at_intake(law: Law, clock: DossierClock, today: date) -> DossierClock:
    """Ask, before accepting, for everything that is missing.

    Raises:
        SupplementAskedBefore: it was asked once already.
    """
    if clock.intake_supplements >= _rule(law, "clock_intake_supplements", clock.received_on):
        raise SupplementAskedBefore("Hãy tiếp nhận, hoặc từ chối bằng văn bản nêu lý do.")
    return replace(clock, intake_supplements=clock.intake_supplements + 1, notice_on=today)


def send_back(law: Law, clock: DossierClock, today: date) -> DossierClock:
    """Return an accepted dossier with written reasons.

    Raises:
        ReturnTooLate: more than three working days after the receipt of the complete dossier.
    """
    last = last_day_to_return(law, clock)
    if today > last:
        raise ReturnTooLate(f"Hạn trả lại là ngày {last:%d/%m/%Y}.", last_day=last.isoformat())
    return replace(clock, notice_on=today)


def complete(clock: DossierClock, due_on: date, today: date) -> DossierClock:
    """Take the papers that were missing: the whole time limit runs again from that day.

    Args:
        clock: the dossier's dates.
        due_on: the last day of the steps that the first receipt selected, counted from today.
        today: day on which the dossier became complete.
    """
    return replace(clock, counted_from=today, due_on=due_on, notice_on=None)


def closes_after(law: Law, clock: DossierClock) -> date | None:
    """Give the last day for the missing papers; the day after it the dossier is closed."""
    if clock.notice_on is None:
        return None
    return clock.notice_on + timedelta(days=_rule(law, "clock_auto_close", clock.notice_on))


def must_close(law: Law, clock: DossierClock, today: date) -> bool:
    """Tell whether the awaited papers did not come in time."""
    last = closes_after(law, clock)
    return last is not None and today > last


def apologise_by(law: Law, clock: DossierClock) -> date:
    """Give the last working day on which an apology with a new date is still in time."""
    day = clock.due_on - timedelta(days=_rule(law, "clock_apology", clock.due_on))
    while not law.calendar.is_workday(day) and day > clock.counted_from:
        day -= timedelta(days=1)
    return day


def extend(law: Law, clock: DossierClock, new_due_on: date, today: date) -> DossierClock:
    """Give the dossier a new date, once, with an apology sent at least a day before the old one.

    Raises:
        ExtensionRefused: the second one, too late, or not to a later working day.
    """
    if clock.extensions >= _rule(law, "clock_extensions", clock.due_on):
        raise ExtensionRefused("Hồ sơ đã được gia hạn một lần.", rule="extended_before")
    last = clock.due_on - timedelta(days=_rule(law, "clock_apology", clock.due_on))
    if today > last:
        raise ExtensionRefused(
            f"Phải xin lỗi và hẹn lại chậm nhất ngày {last:%d/%m/%Y}.", rule="too_late"
        )
    if new_due_on <= clock.due_on or not law.calendar.is_workday(new_due_on):
        raise ExtensionRefused("Ngày hẹn lại phải là ngày làm việc sau ngày hẹn cũ.", rule="date")
    return replace(clock, due_on=new_due_on, extensions=clock.extensions + 1)
