"""The registry's work behind the API: operations by kind, and what repeats."""

from __future__ import annotations

from collections.abc import Mapping

from common.operations.runner import OperationHandler
from common.runtime.service import PeriodicJob
from registry.households.jobs import run_poverty_list
from registry.households.service.poverty_lists import OPERATION as POVERTY_LIST
from registry.lists.jobs import run_import
from registry.lists.service.imports import OPERATION as IMPORT
from registry.notices.jobs import match_posted, match_waiting
from registry.notices.service import MATCHING
from registry.quality.jobs import refresh_quality, refresh_stale
from registry.quality.service import OPERATION as QUALITY
from registry.verification.jobs import verify_commune, verify_round
from registry.verification.service import OPERATION as VERIFICATION

JOBS: Mapping[str, OperationHandler] = {
    IMPORT: run_import,
    POVERTY_LIST: run_poverty_list,
    VERIFICATION: verify_commune,
    MATCHING: match_posted,
    QUALITY: refresh_quality,
}
PERIODIC = (
    PeriodicJob("match-notices", 60.0, match_waiting),
    PeriodicJob("verify-round", 60.0, verify_round),
    PeriodicJob("refresh-quality", 300.0, refresh_stale),
)
