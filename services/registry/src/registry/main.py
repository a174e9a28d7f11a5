"""The registry as a service: its rooms in corridor order."""

from __future__ import annotations

from common.events.dispatch import Dispatcher
from common.runtime.service import Service
from registry.areas.handlers import HANDLERS as AREAS
from registry.areas.routes import router as areas
from registry.circumstances.handlers import HANDLERS as CIRCUMSTANCES
from registry.circumstances.routes import router as circumstances
from registry.disability.routes import router as disability
from registry.households.handlers import HANDLERS as HOUSEHOLDS
from registry.households.routes import households, poverty_lists, residence
from registry.households.routes import router as household_classes
from registry.invariants import INVARIANTS
from registry.lists.handlers import HANDLERS as INTAKE
from registry.lists.routes import payments
from registry.lists.routes import router as imports
from registry.notices.handlers import HANDLERS as NOTICES
from registry.notices.routes import notices
from registry.persons.routes import router as persons
from registry.quality.handlers import HANDLERS as QUALITY
from registry.quality.routes import router as quality
from registry.registrations.handlers import HANDLERS as REGISTRATIONS
from registry.registrations.routes import router as registrations
from registry.representation.handlers import HANDLERS as REPRESENTATION
from registry.representation.routes import router as representations
from registry.sealed_facts.handlers import HANDLERS as SEALED_FACTS
from registry.sealed_facts.routes import router as sealed_facts
from registry.settings import RegistrySettings
from registry.verification.handlers import HANDLERS as VERIFICATION
from registry.verification.routes import checks, tasks
from registry.worker import JOBS, PERIODIC


def create_service(settings: RegistrySettings) -> Service:
    """Put the registry together."""
    return Service(
        name="registry",
        settings=settings,
        dispatcher=Dispatcher(
            [
                AREAS,
                HOUSEHOLDS,
                CIRCUMSTANCES,
                SEALED_FACTS,
                REPRESENTATION,
                VERIFICATION,
                NOTICES,
                REGISTRATIONS,
                INTAKE,
                QUALITY,
            ]
        ),
        routers=[
            persons,  # First: routes are tried in this order, and these are asked for most.
            areas,
            household_classes,
            households,
            poverty_lists,
            residence,
            circumstances,
            sealed_facts,
            disability,
            representations,
            checks,
            tasks,
            notices,
            registrations,
            imports,
            payments,
            quality,
        ],
        jobs=JOBS,
        periodic=PERIODIC,
        invariants=INVARIANTS,
        title="An Sinh: sổ đăng ký (registry)",
    )
