"""Figures written as the body of an answer; nothing is counted here."""

from __future__ import annotations

from dataclasses import asdict

from reporting.indicators.domain.figures import (
    PAID_DEFINITION,
    REGISTERED_DEFINITION,
    EntitlementCount,
    Figures,
    Group,
    Outcome,
    Rate,
    Slice,
    Tally,
)
from reporting.indicators.domain.labels import Labels
from reporting.indicators.schemas import bodies


def indicators_view(figures: Figures, labels: Labels) -> bodies.IndicatorsView:
    """Write figures with the words for their codes."""
    standing = figures.standing
    communes = figures.scope.communes
    return bodies.IndicatorsView(
        scope=figures.scope.kind,
        commune_code=communes[0] if communes is not None and len(communes) == 1 else None,
        place=figures.scope.words(),
        communes=communes,
        month=figures.period.first if figures.period.is_month else None,
        from_month=figures.period.first,
        to_month=figures.period.last,
        updated_at=standing.updated_at,
        lists=bodies.ListsView(
            **asdict(standing.lists),
            lines_with_result=figures.lines_with_result,
            complete=figures.complete,
        ),
        total=_slice(figures.total, "Tổng số"),
        by_group=tuple(_group(group, labels) for group in figures.by_group),
        counted_in_several_groups=figures.counted_in_several_groups,
        by_method=_slices(figures.by_method, "method", labels),
        by_partner=_slices(figures.by_partner, "partner", labels),
        arrears=bodies.ArrearsView(
            **asdict(figures.arrears),
            by_months=tuple(
                bodies.ArrearsMonthsView(**asdict(row)) for row in figures.arrears_by_months
            ),
        ),
        cashless_rate=_paid_rate(figures),
        registered_rate=_registered_rate(figures),
        failed=_outcome(figures.failed, labels),
        carried=_outcome(figures.carried, labels),
        pending=bodies.OutcomeView(**_sums(figures.pending)),
        recoveries=_recoveries(figures, labels),
        deaths=bodies.DeathsView(
            in_month=standing.deaths.in_period, to_date=standing.deaths.to_date
        ),
        entitlements=tuple(_entitlements(row, labels) for row in standing.entitlements),
        held=standing.held,
        verification=tuple(
            bodies.VerificationView(
                code=row.code, label=labels.of("verification", row.code), people=row.people
            )
            for row in standing.verification
        ),
        reconciliations=tuple(
            bodies.ReconciliationView(**asdict(row), label=labels.of("partner", row.partner))
            for row in standing.reconciliations
        ),
    )


def _paid_rate(figures: Figures) -> bodies.CashlessRateView:
    return bodies.CashlessRateView(
        **dict(_rate(figures.total.cashless)),
        provisional=not figures.complete,
        lines_with_result=figures.lines_with_result,
        lines=figures.standing.lists.announced_lines,
    )


def _rate(rate: Rate) -> bodies.PaidRateView:
    return bodies.PaidRateView(
        people_by_account=rate.part,
        people_paid=rate.whole,
        percent=rate.percent,
        definition=PAID_DEFINITION,
    )


def _registered_rate(figures: Figures) -> bodies.RegisteredRateView:
    rate = figures.total.registered_cashless
    return bodies.RegisteredRateView(
        people_by_account=rate.part,
        people_listed=rate.whole,
        percent=rate.percent,
        definition=REGISTERED_DEFINITION,
    )


def _slice(part: Slice, label: str) -> bodies.SliceView:
    return bodies.SliceView(
        code=part.code,
        label=label,
        lines=part.lines,
        people=part.people,
        male=part.male,
        female=part.female,
        sex_unknown=part.sex_unknown,
        regular=part.regular,
        arrears=part.arrears,
        carried_in=part.carried,
        total=part.total,
        paid_people=part.paid_people,
        paid_amount=part.paid_amount,
        cashless_rate=_rate(part.cashless),
        registered_percent=part.registered_cashless.percent,
    )


def _slices(parts: tuple[Slice, ...], kind: str, labels: Labels) -> tuple[bodies.SliceView, ...]:
    return tuple(_slice(part, labels.of(kind, part.code)) for part in parts)


def _group(group: Group, labels: Labels) -> bodies.GroupView:
    head = _slice(group.total, labels.of("group", group.total.code))
    return bodies.GroupView(**dict(head), provisions=_slices(group.provisions, "provision", labels))


def _sums(tally: Tally) -> dict[str, int]:
    return {"people": tally.people, "lines": tally.lines, "amount": tally.amount}


def _outcome(outcome: Outcome, labels: Labels) -> bodies.OutcomeView:
    reasons = tuple(
        bodies.TallyView(code=row.code, label=labels.of("reason", row.code), **_sums(row))
        for row in outcome.reasons
    )
    return bodies.OutcomeView(**_sums(outcome.total), reasons=reasons)


def _recoveries(figures: Figures, labels: Labels) -> bodies.RecoveriesView:
    total = figures.standing.recovery_total
    return bodies.RecoveriesView(
        cases=total.lines,
        people=total.people,
        amount=total.amount,
        reasons=tuple(
            bodies.RecoveryReasonView(
                code=row.code,
                label=labels.of("recovery_reason", row.code),
                cases=row.lines,
                people=row.people,
                amount=row.amount,
            )
            for row in figures.standing.recoveries
        ),
    )


def _entitlements(row: EntitlementCount, labels: Labels) -> bodies.EntitlementsView:
    return bodies.EntitlementsView(**asdict(row), label=labels.of_status(row.status, row.reason))
