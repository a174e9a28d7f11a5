from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.servers.daemon import down, up
from sandbox.servers.done_steps import source_fingerprint
from sandbox.servers.errors import StartFailedError
from sandbox.servers.paths import Home
from sandbox.servers.plan import Plan, Program, Step

WRITE = "import sys; print(sys.argv[1])"
BROKEN = Program(
    name="broken",
    argv=(sys.executable, "-c", "raise SystemExit('broken')"),
    ready_url="http://127.0.0.1:9/",
    unprivileged=False,
)


def plan(fingerprint: str | None, *programs: Program) -> Plan:
    argv = (sys.executable, "-c", WRITE, str(fingerprint))
    step = Step("count", argv, unprivileged=False, fingerprint=fingerprint)
    return Plan(steps=((step,),), groups=(programs,) if programs else ())


@pytest.fixture
def home(lasting_home: Home) -> Iterator[Home]:
    down(lasting_home)
    (lasting_home.logs / "count.log").unlink(missing_ok=True)
    yield lasting_home
    down(lasting_home)


def runs(home: Home) -> list[str]:
    return (home.logs / "count.log").read_text(encoding="utf-8").split()


def test_a_step_runs_again_only_when_something_changed_or_the_last_start_failed(
    home: Home,
) -> None:
    for wanted, expected in ((("a", "a"), ["a"]), (("b",), ["a", "b"])):
        for fingerprint in wanted:
            up(home, plan(fingerprint))
            down(home)
        assert runs(home) == expected
    with pytest.raises(StartFailedError, match="broken ended"):
        up(home, plan("b", BROKEN))
    assert runs(home) == ["a", "b"]
    up(home, plan("b"))
    assert runs(home) == ["a", "b", "b"]
    down(home)
    up(home, plan(None))
    assert runs(home) == ["a", "b", "b", "None"]


def test_the_fingerprint_of_sources_follows_every_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "fingerprinted"
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    before = source_fingerprint(("fingerprinted",))
    assert source_fingerprint(("fingerprinted",)) == before
    (package / "migrations" / "0002.sql").write_text("SELECT 1", encoding="utf-8")
    added = source_fingerprint(("fingerprinted",))
    (package / "migrations" / "0002.sql").write_text("SELECT 12", encoding="utf-8")
    assert len({before, added, source_fingerprint(("fingerprinted",))}) == 3
