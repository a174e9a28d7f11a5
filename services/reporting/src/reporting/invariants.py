"""Truths that the read models must always meet; each violation is one line with ids only."""

from __future__ import annotations

from common.runtime.service import Invariant
from reporting.documents.service import changed_files
from reporting.projections.service import (
    lists_not_as_announced,
    results_of_other_amounts,
    results_without_line,
)

INVARIANTS = (
    Invariant("every_sealed_list_has_its_lines_and_total", lists_not_as_announced),
    Invariant("every_result_belongs_to_a_line", results_without_line),
    Invariant("every_paid_amount_is_the_line_total", results_of_other_amounts),
    Invariant("every_filed_report_matches_its_hash", changed_files),
)
