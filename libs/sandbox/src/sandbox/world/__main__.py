"""Run the stand-ins: `python -m sandbox.world`."""

from __future__ import annotations

import uvicorn

from sandbox.world.app import build_world
from sandbox.world.settings import WorldSettings


def main() -> None:
    """Serve until stopped."""
    settings = WorldSettings()
    uvicorn.run(build_world(settings), host=settings.host, port=settings.port, log_level="warning")


main()
