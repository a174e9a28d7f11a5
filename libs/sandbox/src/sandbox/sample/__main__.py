"""Generate a commune from the command line: `python -m sandbox.sample --out DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sandbox.sample import communes, generate, write_all


def main() -> None:
    """Write the files of one commune and print the plan's summary."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.sample", description=__doc__)
    parser.add_argument("--commune", default="25000", choices=sorted(communes()), metavar="CODE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=2300)
    parser.add_argument("--month", default="2026-11")
    parser.add_argument("--out", type=Path, required=True)
    wanted = parser.parse_args()
    plan = generate(wanted.commune, wanted.seed, wanted.size, wanted.month)
    write_all(plan, wanted.out)
    sys.stdout.write(json.dumps(plan.summary, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
