"""Routes of persons."""

from fastapi import APIRouter

from registry.persons.routes.commands import router as commands
from registry.persons.routes.moves import router as moves
from registry.persons.routes.people import router as people

router = APIRouter()
router.include_router(people)
router.include_router(commands)
router.include_router(moves)
