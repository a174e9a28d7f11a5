"""`python -m disbursement api|worker|run|migrate|openapi|invariants`."""

from __future__ import annotations

from disbursement.main import run

run()
