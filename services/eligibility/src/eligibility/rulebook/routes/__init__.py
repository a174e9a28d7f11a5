"""HTTP of `rulebook`: read the law by date, judge one-off benefits, change the province's own law."""

from __future__ import annotations

from fastapi import APIRouter

from eligibility.rulebook.routes.changes import router as changes
from eligibility.rulebook.routes.reading import FRESH
from eligibility.rulebook.routes.reading import router as reading

router = APIRouter()
router.include_router(reading)
router.include_router(changes)

__all__ = ["FRESH", "router"]
