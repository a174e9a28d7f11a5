"""One copy of a service as the proxy sees it: `copy_of_a_service.py <port> <file>`.

Runs in the server that services run in. Every POST's body is one line of the file, written before the answer.
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response

from common.runtime.command_line import DrainingServer


class Web:
    """What the server tells the application."""

    draining = False


def main() -> None:
    """Serve until stopped; drain for four seconds: the proxy asks every second and believes the second no."""
    port, file = int(sys.argv[1]), Path(sys.argv[2])
    app = FastAPI()
    app.state.web = Web()

    @app.get("/readyz")
    async def readyz() -> Response:
        return Response(status_code=503 if app.state.web.draining else 200)

    @app.post("/registry/v1/things")
    async def things(request: Request) -> dict[str, str]:
        body = (await request.body()).decode()
        with file.open("a", encoding="utf-8") as stream:  # noqa: ASYNC230 - a line of a test
            stream.write(f"{body}\n")
        return {"copy": sys.argv[1]}

    config = uvicorn.Config(app, port=port, log_level="warning", timeout_keep_alive=65)
    DrainingServer(config, app, drain_seconds=4.0).run()


main()
