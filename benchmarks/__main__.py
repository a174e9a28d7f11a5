"""Run the benchmarks by name, or all of them."""

from __future__ import annotations

import sys

from benchmarks import (
    disbursement_month,
    evaluation,
    evaluation_api,
    events,
    registry_duplicates,
    registry_import,
    registry_quality,
    registry_read,
    registry_search,
    story,
    sweep,
)

BENCHMARKS = {
    "disbursement_month": disbursement_month.main,
    "evaluation": evaluation.main,
    "evaluation_api": evaluation_api.main,
    "events": events.main,
    "registry_duplicates": registry_duplicates.main,
    "registry_import": registry_import.main,
    "registry_quality": registry_quality.main,
    "registry_read": registry_read.main,
    "registry_search": registry_search.main,
    "story": story.main,
    "sweep": sweep.main,
}


def main(names: list[str]) -> int:
    """Run what was named; an unknown name is refused."""
    chosen = names or list(BENCHMARKS)
    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
        return 2
    for name in chosen:
        print(f"\n== {name}")
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
