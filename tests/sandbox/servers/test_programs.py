from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.servers.errors import StartFailedError
from sandbox.servers.keeper import Keeper, Rhythm
from sandbox.servers.paths import Home
from sandbox.servers.plan import Plan, Program, SeedFile, Step, read_plan, with_ports, write_plan
from sandbox.servers.ports import Ports
from sandbox.servers.probes import any_free_port, http_status, is_alive
from sandbox.servers.programs import ProgramRunner, run_step
from sandbox.servers.state import State

SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == '/ok' else 503); self.end_headers()
http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Answer).serve_forever()
"""
QUICK = Rhythm(watch=0.05, patience=2, first_pause=0.01, longest_pause=0.05)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(root=tmp_path, data=tmp_path / "data")
    made.create(None)
    return made


def web_program(**changes: object) -> Program:
    port = any_free_port()
    url = f"http://127.0.0.1:{port}/ok"
    settings: dict[str, object] = {
        "argv": (sys.executable, "-c", SERVER, str(port)),
        "ready_url": url,
        "live_url": url,
        "live_seconds": 0.2,
        **changes,
    }
    return Program(name="web", **settings)  # type: ignore[arg-type]  # each test changes some


async def reach(condition: Callable[[], bool], *, seconds: float = 15.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "not reached"
        await asyncio.sleep(0.02)


async def test_a_program_is_started_when_its_address_answers(home: Home) -> None:
    runner = ProgramRunner(web_program(), home, None)
    await runner.start()
    assert await http_status(str(runner.program.ready_url)) == 200
    assert await runner.healthy()
    await runner.stop()
    assert await http_status(str(runner.program.ready_url)) is None


async def test_a_program_that_ends_at_once_is_quoted(home: Home) -> None:
    program = web_program(argv=(sys.executable, "-c", "raise SystemExit('no database')"))
    with pytest.raises(StartFailedError, match=r"(?s)web ended with code 1.*no database"):
        await ProgramRunner(program, home, None).start()


async def test_a_program_that_never_becomes_ready_is_given_up(home: Home) -> None:
    started = web_program()
    not_ready = str(started.ready_url).replace("/ok", "/starting")
    program = replace(started, ready_url=not_ready, ready_seconds=0.5)
    runner = ProgramRunner(program, home, None)
    with pytest.raises(StartFailedError, match="web is not ready"):
        await runner.start()
    await runner.stop()


async def test_a_frozen_program_is_restarted(home: Home) -> None:
    runner, state = ProgramRunner(web_program(stop_seconds=0.2), home, None), State()
    keeper = Keeper(runner, state, lambda: None, QUICK)
    await keeper.start()
    frozen = state.unit("web").pid
    assert frozen is not None
    keeping = asyncio.create_task(keeper.keep())
    os.kill(frozen, signal.SIGSTOP)
    await reach(lambda: state.unit("web").status == "ready" and state.unit("web").pid != frozen)
    assert await runner.healthy()
    assert state.unit("web").restarts == 1
    keeping.cancel()
    await keeper.stop()


async def test_a_program_that_keeps_failing_is_tried_again_and_again(home: Home) -> None:
    flag = home.data / "broken"
    script = f"import os,sys; sys.exit('broken') if os.path.exists({str(flag)!r}) else None\n"
    port = any_free_port()
    program = web_program(
        argv=(sys.executable, "-c", script + SERVER, str(port)),
        ready_url=f"http://127.0.0.1:{port}/ok",
        live_url=None,
    )
    runner, state = ProgramRunner(program, home, None), State()
    keeper = Keeper(runner, state, lambda: None, QUICK)
    await keeper.start()
    flag.touch()
    keeping = asyncio.create_task(keeper.keep())
    os.kill(state.unit("web").pid or 0, signal.SIGKILL)
    await reach(lambda: state.unit("web").restarts >= 3)
    assert "broken" in state.unit("web").detail or state.unit("web").status == "restarting"
    flag.unlink()
    await reach(lambda: state.unit("web").status == "ready")
    keeping.cancel()
    await keeper.stop()


async def test_a_child_dies_with_a_killed_parent(home: Home) -> None:
    """The parent is killed outright, so that only the kernel can end the child."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import asyncio, sys, pathlib\n"
        "from sandbox.servers.processes import Launch, spawn\n"
        "async def main():\n"
        "    argv = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
        "    log = pathlib.Path(sys.argv[1])\n"
        "    child = await spawn(Launch(name='c', argv=argv, log=log, env={}))\n"
        "    print(child.identity, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n",
        str(home.logs / "c.log"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout is not None
    child = (await parent.stdout.readline()).decode().strip()
    assert is_alive(child)
    parent.kill()
    await parent.wait()
    await reach(lambda: not is_alive(child))


async def test_a_child_gets_nothing_of_the_callers_environment(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSINH_TOKEN", "not for children")
    code = "import os; print(sorted(name for name in os.environ if name.startswith('ANSINH')))"
    await run_step(Step("look", (sys.executable, "-c", code), {"ANSINH_OWN": "1"}), home, None)
    assert (home.logs / "look.log").read_text(encoding="utf-8") == "['ANSINH_OWN']\n"


async def test_a_step_that_takes_too_long_is_ended(home: Home) -> None:
    argv = (sys.executable, "-c", "import time; time.sleep(600)")
    with pytest.raises(StartFailedError, match="slow took longer than 0 s"):
        await run_step(Step("slow", argv, seconds=0.3), home, None)


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    plan = Plan(
        steps=((Step("a", ("x", "y"), {"K": "v"}),),),
        groups=((Program("p", ("z",), ready_url="http://127.0.0.1:{port:web}/ok"),),),
        folders=("f",),
        seeds=(SeedFile("f/s", "text"),),
    )
    write_plan(tmp_path / "plan.json", plan)
    assert read_plan(tmp_path / "plan.json") == plan


def test_ports_are_filled_in_everywhere_and_stay_the_same(tmp_path: Path) -> None:
    ports = Ports(tmp_path / "ports.json")
    plan = Plan(
        steps=((Step("a", ("x", "{port:web}"), {"K": "http://h:{port:web}/"}),),),
        groups=((Program("p", ("z",), ready_url="http://h:{port:other}/ok"),),),
    )
    filled = with_ports(plan, ports)
    web, other = ports.get("web"), ports.get("other")
    assert web != other
    assert filled.steps[0][0].argv == ("x", str(web))
    assert filled.steps[0][0].env == {"K": f"http://h:{web}/"}
    assert filled.groups[0][0].ready_url == f"http://h:{other}/ok"
    assert with_ports(plan, ports) == filled
