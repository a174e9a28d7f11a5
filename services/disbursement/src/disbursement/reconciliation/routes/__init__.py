"""Reconciliation over HTTP: the match, explanations, settlement, closing."""

from fastapi import APIRouter

from disbursement.reconciliation.routes.explaining import router as explaining
from disbursement.reconciliation.routes.matching import router as matching

router = APIRouter()
for part in (matching, explaining):
    router.include_router(part)
