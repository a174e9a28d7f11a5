"""The state machine as a table: every pair of statuses, allowed or refused with what may follow."""

from __future__ import annotations

from datetime import date, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from eligibility.dossiers.domain import Dossier, DossierStatus, DossierStepRefused, check_step

S = DossierStatus
ALLOWED = {
    S.NEW: {S.ACCEPTED, S.NOT_ACCEPTED, S.PAPERS_ASKED, S.WITHDRAWN},
    S.ACCEPTED: {S.PROCESSING, S.PAPERS_ASKED, S.WITHDRAWN},
    S.NOT_ACCEPTED: set(),
    S.PROCESSING: {S.DONE, S.PAPERS_ASKED, S.STOPPED, S.WITHDRAWN},
    S.PAPERS_ASKED: {S.ACCEPTED, S.NOT_ACCEPTED, S.STOPPED, S.WITHDRAWN},
    S.PAYMENT_ASKED: set(),
    S.WITHDRAWN: set(),
    S.STOPPED: set(),
    S.DONE: {S.RETURNED},
    S.RETURNED: set(),
}


def dossier(status: DossierStatus) -> Dossier:
    return Dossier(
        dossier_code="H36.25000-261112-0001",
        commune_code="25000",
        procedure_code="1.014027",
        benefit="social_pension",
        person_id=None,
        status=status,
        received_at=datetime(2026, 11, 12, 8, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
        due_on=date(2026, 11, 23),
        declared_pension_income=None,
        papers=(),
        version=1,
        counted_from=date(2026, 11, 12),
    )


@pytest.mark.parametrize(("before", "after"), list(product(DossierStatus, DossierStatus)))
def test_each_pair_of_statuses(before: DossierStatus, after: DossierStatus) -> None:
    if after in ALLOWED[before]:
        check_step(dossier(before), after)
        return
    with pytest.raises(DossierStepRefused) as refused:
        check_step(dossier(before), after)
    assert refused.value.extensions["allowed_statuses"] == sorted(map(int, ALLOWED[before]))
