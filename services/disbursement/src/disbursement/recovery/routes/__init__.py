"""Recovery over HTTP: cases, what comes back, decisions, what nobody collected."""

from fastapi import APIRouter

from disbursement.recovery.routes.cases import router as cases
from disbursement.recovery.routes.decisions import router as decisions
from disbursement.recovery.routes.returns import router as returns

router = APIRouter()
for part in (cases, decisions, returns):
    router.include_router(part)
