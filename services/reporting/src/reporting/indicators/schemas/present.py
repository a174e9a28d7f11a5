"""Figures written as the body of an answer; nothing is counted here."""

from __future__ import annotations

from dataclasses import asdict

from reporting.indicators.domain.figures import (
    CASHLESS_DEFINITION,
    CashlessRate,
    EntitlementCount,
    Figures,
    Group,
    Outcome,
    Slice,
    Tally,
)
from reporting.indicators.domain.labels import Labels
from reporting.indicators.schemas import bodies


def indicators_body(figures: Figures, labels: Labels) -> bodies.Indicators:
    """Write figures with the words for their codes."""
    standing = figures.standing
    communes = figures.scope.communes
    return bodies.Indicators(
        scope=figures.scope.kind,
        commune_code=communes[0] if communes is not None and len(communes) == 1 else None,
        communes=communes,
        month=figures.month,
        updated_at=standing.updated_at,
        lists=bodies.ListsBody(**asdict(standing.lists), complete=figures.complete),
        total=_slice(figures.total, "Tổng số"),
        by_group=tuple(_group(group, labels) for group in figures.by_group),
        by_method=_slices(figures.by_method, "method", labels),
        by_partner=_slices(figures.by_partner, "partner", labels),
        arrears=bodies.ArrearsBody(
            **asdict(figures.arrears),
            by_months=tuple(
                bodies.ArrearsMonthsBody(**asdict(row)) for row in figures.arrears_by_months
            ),
        ),
        cashless_rate=_rate(figures.total.cashless),
        failed=_outcome(figures.failed, labels),
        carried=_outcome(figures.carried, labels),
        pending=bodies.OutcomeBody(**_sums(figures.pending)),
        recoveries=_recoveries(figures, labels),
        deaths=bodies.DeathsBody(**asdict(standing.deaths)),
        entitlements=tuple(_entitlements(row, labels) for row in standing.entitlements),
        held=standing.held,
        verification=tuple(
            bodies.VerificationBody(
                code=row.code, label=labels.of("verification", row.code), people=row.people
            )
            for row in standing.verification
        ),
        reconciliations=tuple(
            bodies.ReconciliationBody(**asdict(row), label=labels.of("partner", row.partner))
            for row in standing.reconciliations
        ),
    )


def _rate(rate: CashlessRate) -> bodies.CashlessRateBody:
    return bodies.CashlessRateBody(
        people_by_account=rate.people_by_account,
        people_paid=rate.people_paid,
        percent=rate.percent,
        definition=CASHLESS_DEFINITION,
    )


def _slice(part: Slice, label: str) -> bodies.SliceBody:
    return bodies.SliceBody(
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
    )


def _slices(parts: tuple[Slice, ...], kind: str, labels: Labels) -> tuple[bodies.SliceBody, ...]:
    return tuple(_slice(part, labels.of(kind, part.code)) for part in parts)


def _group(group: Group, labels: Labels) -> bodies.GroupBody:
    head = _slice(group.total, labels.of("group", group.total.code))
    return bodies.GroupBody(**dict(head), provisions=_slices(group.provisions, "provision", labels))


def _sums(tally: Tally) -> dict[str, int]:
    return {"people": tally.people, "lines": tally.lines, "amount": tally.amount}


def _outcome(outcome: Outcome, labels: Labels) -> bodies.OutcomeBody:
    reasons = tuple(
        bodies.TallyBody(code=row.code, label=labels.of("reason", row.code), **_sums(row))
        for row in outcome.reasons
    )
    return bodies.OutcomeBody(**_sums(outcome.total), reasons=reasons)


def _recoveries(figures: Figures, labels: Labels) -> bodies.RecoveriesBody:
    total = figures.standing.recovery_total
    return bodies.RecoveriesBody(
        cases=total.lines,
        people=total.people,
        amount=total.amount,
        reasons=tuple(
            bodies.RecoveryReasonBody(
                code=row.code,
                label=labels.of("recovery_reason", row.code),
                cases=row.lines,
                people=row.people,
                amount=row.amount,
            )
            for row in figures.standing.recoveries
        ),
    )


def _entitlements(row: EntitlementCount, labels: Labels) -> bodies.EntitlementsBody:
    return bodies.EntitlementsBody(**asdict(row), label=labels.of_status(row.status, row.reason))
