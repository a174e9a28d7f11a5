"""`python -m reporting api|worker|run|migrate|openapi|invariants`."""

from __future__ import annotations

from reporting.main import run

run()
