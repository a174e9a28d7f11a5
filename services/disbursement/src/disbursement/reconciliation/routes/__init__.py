"""Reconciliation over HTTP: the match, explanations, settlement, closing."""

from fastapi import APIRouter

from disbursement.reconciliation.routes.budget import router as budget
from disbursement.reconciliation.routes.explaining import router as explaining
from disbursement.reconciliation.routes.matching import router as matching

router = APIRouter()
for part in (matching, explaining, budget):
    router.include_router(part)
