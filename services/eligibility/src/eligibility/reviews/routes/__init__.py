"""HTTP of `reviews`: drafts and differences, sweeps and what they found."""

from __future__ import annotations

from fastapi import APIRouter

from eligibility.reviews.routes.drafting import router as drafting
from eligibility.reviews.routes.simulations import router as simulations
from eligibility.reviews.routes.sweeps import router as sweeps

router = APIRouter()
router.include_router(drafting)
router.include_router(sweeps)
router.include_router(simulations)
