"""Payroll over HTTP: lists; slips, the calendar, approvers' limits."""

from fastapi import APIRouter

from disbursement.payroll.routes.lists import SEALERS
from disbursement.payroll.routes.lists import router as lists
from disbursement.payroll.routes.office import router as office

__all__ = ["SEALERS", "router"]

router = APIRouter()
for part in (lists, office):
    router.include_router(part)
