"""One real installation in which the main story is told once; every chapter then asks it questions.

The story's commune has Di Linh's code and a few hundred generated people. What must be true of them
stands in the generator's plan, which was made without any service.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from common.contracts.benefits import CATALOGUE, told_line
from sandbox.demo.case import Case, case_of
from sandbox.demo.client import Addresses, Client
from sandbox.demo.settled import wait_for_events
from sandbox.demo.story import run_demo
from sandbox.sample import generate, write_all
from sandbox.servers import daemon
from sandbox.servers.accounts import unprivileged_account
from sandbox.servers.composition import an_sinh
from sandbox.servers.connections import superuser_database_url
from sandbox.servers.environment import Environment
from sandbox.servers.paths import Home
from sandbox.servers.ports import Ports
from sandbox.servers.secret_files import SecretFiles

COMMUNE = "25000"
SEED = 11
PEOPLE = 300
SERVICES = ("registry", "eligibility", "disbursement", "reporting")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


GOING_ON = (
    "test_curious_clerk",
    "test_twenty_communes",
    "test_sealed_facts",
    "test_who_moves",
    "test_guides",
)
"""These go on with the installation where the story ended; the others look at how it ended."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what goes on come after what looks back, whatever order the tests are drawn in."""
    own = [at for at, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    ordered = sorted((items[at] for at in own), key=lambda item: _turn(item.path.stem))
    for at, item in zip(own, ordered, strict=True):
        items[at] = item


def _turn(module: str) -> int:
    return GOING_ON.index(module) + 1 if module in GOING_ON else 0


@dataclass(frozen=True)
class Stage:
    """A running installation, asked as its users and its outside world ask it."""

    home: Home
    client: Client

    def import_file(self, user: str, file: Path, **form: str) -> dict[str, Any]:
        """Send a file to the registry; gives the receipt (import, operation, state)."""
        media = XLSX if file.suffix == ".xlsx" else "text/csv"
        answer = self.client.call(
            user,
            "POST",
            "/registry/v1/imports",
            data=form,
            files={"file": (file.name, file.read_bytes(), media)},
            key=f"scenario-{form['commune_code']}-{file.name}-{time.monotonic_ns()}",
        )
        return self.client.confirm_layout(
            user, answer.json(), f"scenario-mapping-{answer.json()['import_id']}"
        )

    def finish(self, user: str, receipt: Mapping[str, Any]) -> dict[str, Any]:
        """Wait for an import and give what the registry says of it."""
        self.client.finish(user, f"/registry/v1/operations/{receipt['operation_id']}")
        told: dict[str, Any] = self.client.get(user, f"/registry/v1/imports/{receipt['import_id']}")
        return told

    def rows_of(self, user: str, import_id: str) -> dict[int, dict[str, Any]]:
        """Give every row of an import by its number in the file."""
        rows = self.client.pages(user, f"/registry/v1/imports/{import_id}/rows")
        return {row["row_number"]: row for row in rows}

    def query(self, database: str, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        """Look into a database as its superuser: only for what must not be there."""
        return asyncio.run(self._query(database, sql, arguments))

    async def _query(
        self, database: str, sql: str, arguments: tuple[Any, ...]
    ) -> list[dict[str, Any]]:
        port = Ports(self.home.run / "ports.json").get("postgres")
        url = superuser_database_url(SecretFiles(self.home.secrets), port, database)
        connection = await asyncpg.connect(url)
        try:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]
        finally:
            await connection.close()

    def contents(self, database: str) -> str:
        """Give every row of every table of a database as text; bytes as hexadecimal digits."""
        tables = self.query(
            database,
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name"
            " FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
        )
        texts = [
            row["line"]
            for table in tables
            for row in self.query(database, f"SELECT t::text AS line FROM {table['name']} t")
        ]
        return "\n".join(texts)

    def events(self, service: str) -> int:
        """Count the events that a service ever wrote."""
        (row,) = self.query(service, "SELECT count(*) AS n FROM outbox")
        return int(row["n"])

    def port_of(self, unit: str) -> int:
        """Give the port on which a service listens."""
        return Ports(self.home.run / "ports.json").get(unit)

    def environment(self, service: str) -> dict[str, str]:
        """Give a service's settings as the supervisor gives them."""
        ports = Ports(self.home.run / "ports.json").all()
        return {
            name: re.sub(r"\{port:(\w+)\}", lambda found: str(ports[found[1]]), value)
            for name, value in Environment(self.home).of_service(service).items()
        }


def _with_own_ports(home: Home) -> None:
    """Choose ports now, so that two installations that start at once never want the same."""
    home.create_root()
    Ports(home.run / "ports.json").keep_off_preferred()


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The four services, their servers and the stand-ins, under a real supervisor."""
    # Not pytest's own folder: the account of the servers must be able to reach it.
    folder = Path(tempfile.mkdtemp(prefix="ansinh-scenarios-"))
    folder.chmod(0o755)
    home = daemon.installation(folder / "home")
    _with_own_ports(home)
    try:
        state = daemon.up(home, an_sinh(home, unprivileged_account()))
        urls = {name: unit.url for name, unit in state.units.items() if unit.url}
        users = json.loads((home.data / "world" / "users.json").read_text(encoding="utf-8"))
        addresses = Addresses(**{name: urls[name] for name in (*SERVICES, "world")})
        client = Client(addresses, users)
        try:
            yield Stage(home, client)
        finally:
            client.http.close()
    finally:
        daemon.reset(home)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Story:
    """The story as it was told, and the plan that it must agree with."""

    stage: Stage
    case: Case
    plan: dict[str, Any]
    output: Path
    figures: dict[str, Any]

    @property
    def client(self) -> Client:
        """The users of the installation."""
        return self.stage.client

    def tell_again(self, output: Path) -> dict[str, Any]:
        """Tell the same story once more."""
        return dict(run_demo(self.client.addresses, self.client.passwords, output, self.case))

    @cached_property
    def neutral_code(self) -> str:
        """What this installation says instead of a group whose name would reveal."""
        file = self.stage.environment("registry")["ANSINH_NEUTRAL_GROUP_CODE_FILE"]
        return Path(file).read_text(encoding="utf-8").strip()

    def by_true_benefit(
        self, items: Iterable[dict[str, Any]]
    ) -> dict[tuple[str, str], dict[str, Any]]:
        """Key what names an entitlement by person and true benefit: answers tell the label only."""
        rows = self.stage.query("eligibility", "SELECT entitlement_id, benefit FROM entitlement")
        true = {str(row["entitlement_id"]): row["benefit"] for row in rows}
        found = list(items)
        keyed = {(item["person_id"], true[item["entitlement_id"]]): item for item in found}
        assert len(keyed) == len(found)
        return keyed

    def group(self, code: str) -> str:
        """Give the group of a planned row as it is told outside the sealed scope."""
        known = CATALOGUE.groups.get(code)
        return told_line(known.benefit if known else "social_allowance", code).group

    @cached_property
    def carers(self) -> dict[str, str]:
        """The registry's id of everybody in the plan who is paid for somebody else, by key."""
        own = {p["personal_id"]: p["person_id"] for p in self.people.values() if p["personal_id"]}
        wanted = {row["payee"] for _, row in self.accepted} - {None}
        planned = [*self.plan["carers"], *self.plan["people"]]
        return {p["key"]: own[p["truth"]["personal_id"]] for p in planned if p["key"] in wanted}

    @property
    def strangers(self) -> set[str]:
        """The carers who are on the list for nobody but the person they care for."""
        keys = {carer["key"] for carer in self.plan["carers"]}
        return {person_id for key, person_id in self.carers.items() if key in keys}

    @property
    def accepted(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Every planned person with each row that goes in."""
        for person in self.plan["people"]:
            for row in person["rows"]:
                if row["outcome"] == "accepted":
                    yield person, row

    @cached_property
    def imports(self) -> dict[str, dict[str, Any]]:
        """The two imports by kind, found by the bytes of their files."""
        digests = {
            hashlib.sha256(file.read_bytes()).hexdigest()
            for file in (self.case.workbook, self.case.deaths)
        }
        found = self.stage.query("registry", "SELECT import_id, file_sha256 FROM intake_import")
        told = [
            self.client.get("can_bo", f"/registry/v1/imports/{row['import_id']}")
            for row in found
            if row["file_sha256"] in digests
        ]
        return {one["kind"]: one for one in told}

    @cached_property
    def rows(self) -> dict[int, dict[str, Any]]:
        """What became of each row of the list."""
        return self.stage.rows_of("can_bo", self.imports["beneficiary_list"]["import_id"])

    def person_id(self, row: Mapping[str, Any]) -> str:
        """Give the person that a planned row became."""
        return str(self.rows[row["row"]]["person_id"])

    @cached_property
    def people(self) -> dict[str, dict[str, Any]]:
        """Everybody whom the registry knows in the commune."""
        found = self.client.pages("can_bo", "/registry/v1/persons", commune_code=COMMUNE)
        return {person["person_id"]: person for person in found}

    @cached_property
    def applicant(self) -> dict[str, Any]:
        """The citizen of the new dossier, with the registry's id."""
        told = self.case.applicant()
        known = self.client.get("can_bo", f"/registry/v1/persons/{told['personal_id']}")
        return {**told, "person_id": known["person_id"]}

    @cached_property
    def payment_list(self) -> dict[str, Any]:
        """The list of December."""
        path = "/disbursement/v1/payment-lists"
        (found,) = self.client.get("ke_toan", path, commune_code=COMMUNE, month="2026-12")["items"]
        told: dict[str, Any] = self.client.get("ke_toan", f"{path}/{found['list_id']}")
        return told

    def of_list(self, part: str, list_id: str = "") -> list[dict[str, Any]]:
        """Give `lines`, `exceptions` (with true benefits) or `compare` of a list, by default December's."""
        path = f"/disbursement/v1/payment-lists/{list_id or self.payment_list['list_id']}/{part}"
        found = self.client.pages("ke_toan", path)
        tables = {
            "lines": ("payment_list_line", "line_id"),
            "exceptions": ("payment_list_exception", "exception_id"),
        }
        return self.with_true_benefits(found, *tables[part]) if part in tables else list(found)

    def with_true_benefits(
        self, items: Iterable[dict[str, Any]], table: str, key: str
    ) -> list[dict[str, Any]]:
        """Put the true benefit into answers of disbursement, which tell the label only."""
        rows = self.stage.query("disbursement", f"SELECT {key}, benefit FROM {table}")
        true = {str(row[key]): row["benefit"] for row in rows}
        return [{**item, "benefit": true[item[key]]} for item in items]

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of the December list."""
        return self.of_list("lines")

    @cached_property
    def indicators(self) -> dict[str, Any]:
        """What reporting says of December."""
        told: dict[str, Any] = self.client.get(
            "ke_toan", "/reporting/v1/indicators", commune_code=COMMUNE, month="2026-12"
        )
        return told


@pytest.fixture(scope="session")
def story(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Tell the main story once, over a generated commune with every kind of dirt."""
    folder = tmp_path_factory.mktemp("story")
    write_all(generate(COMMUNE, seed=SEED, size=PEOPLE), folder / "sample")
    known = json.loads((folder / "sample" / "population.json").read_text(encoding="utf-8"))
    stage.client.http.post(
        stage.client.addresses.of("/population/citizens"), json=known
    ).raise_for_status()
    # Who moves away is no longer this commune's to look at: that chapter is told at the end.
    case = replace(case_of(folder / "sample"), moves_told=False)
    plan = json.loads((folder / "sample" / "plan.json").read_text(encoding="utf-8"))
    client = stage.client
    figures = run_demo(client.addresses, client.passwords, folder / "output", case)
    return Story(stage, case, plan, folder / "output", dict(figures))


@pytest.fixture(scope="session")
def settle(stage: Stage) -> Callable[[], None]:
    """Wait until no service owes another an event."""
    return lambda: wait_for_events(stage.client)


@pytest.fixture(scope="session")
def january(story: Story) -> dict[str, Any]:
    """The next list, built by the same maker and not yet approved."""
    answer = story.client.call(
        "ke_toan",
        "POST",
        "/disbursement/v1/payment-lists",
        json={"commune_code": COMMUNE, "month": "2027-01"},
        key="scenario-january",
    )
    built: dict[str, Any] = answer.json()
    return built
