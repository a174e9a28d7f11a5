"""The registry's work behind the API: operations by kind, and what repeats."""

from __future__ import annotations

from collections.abc import Mapping

from common.operations.runner import OperationHandler
from common.runtime.service import PeriodicJob
from registry.households.jobs import run_poverty_list
from registry.households.service.poverty_lists import OPERATION as POVERTY_LIST
from registry.intake.jobs import match_notices, run_import
from registry.intake.service.imports import OPERATION as IMPORT
from registry.verification.jobs import verify_commune
from registry.verification.service import OPERATION as VERIFICATION

JOBS: Mapping[str, OperationHandler] = {
    IMPORT: run_import,
    POVERTY_LIST: run_poverty_list,
    VERIFICATION: verify_commune,
}
PERIODIC = (PeriodicJob("match-death-notices", 60.0, match_notices),)
