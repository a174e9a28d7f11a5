from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from common.runtime.settings import ServiceSettings
from sandbox.servers.composition import FIRST_INSTANT, an_sinh
from sandbox.servers.connections import write_connections
from sandbox.servers.environment import Environment
from sandbox.servers.paths import Home
from sandbox.servers.plan import Plan, Program, Step, with_ports
from sandbox.servers.ports import Ports
from sandbox.servers.secret_files import SERVICES, SecretFiles, create_secrets


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(root=tmp_path, data=tmp_path / "data")
    made.create(None)
    write_connections(create_secrets(made.secrets, None), 5432, None)
    return made


@pytest.fixture
def plan(home: Home) -> Plan:
    return with_ports(an_sinh(home, None), Ports(home.run / "ports.json"))


def programs(plan: Plan) -> dict[str, Program]:
    return {program.name: program for group in plan.groups for program in group}


def settings_of(service: str) -> type[ServiceSettings]:
    module = importlib.import_module(f"{service}.settings")
    found: type[ServiceSettings] = getattr(module, f"{service.capitalize()}Settings")
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_understands_its_whole_environment(
    plan: Plan, home: Home, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = programs(plan)[service].env
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = settings_of(service)()
    assert settings.database_url.get_secret_value().startswith(f"postgresql://{service}_app:")
    assert settings.nats_nkey_seed_file == home.secrets / f"nats_{service}.nk"
    assert settings.environment == "sandbox"
    unset = {
        name
        for name, field in type(settings).model_fields.items()
        if "url" in name and not getattr(settings, name) and field.default == ""
    }
    assert unset == set()


def test_migrations_get_the_owner_and_services_do_not(plan: Plan) -> None:
    owners = {step.name for step in plan.steps[0] if "ANSINH_OWNER_DATABASE_URL_FILE" in step.env}
    assert owners == {f"migrate-{service}" for service in SERVICES}
    assert not any("OWNER" in name for program in programs(plan).values() for name in program.env)


def test_no_secret_stands_in_any_environment_or_command(plan: Plan, home: Home) -> None:
    secrets = {
        file.read_text(encoding="utf-8").strip()
        for file in home.secrets.iterdir()
        if not file.name.endswith(("verify_key", "public_key"))
    }
    entries: list[Program | Step] = [*programs(plan).values()]
    entries += [step for group in plan.steps for step in group]
    texts = [text for entry in entries for text in (*entry.env.values(), *entry.argv)]
    assert len(texts) > 50
    assert [text for text in texts if any(secret in text for secret in secrets)] == []


def test_every_named_file_exists_or_is_made_at_the_start(plan: Plan, home: Home) -> None:
    named = {
        Path(value)
        for program in programs(plan).values()
        for name, value in program.env.items()
        if name.endswith("_FILE")
    }
    seeds = {home.data / seed.path for seed in plan.seeds}
    assert {path for path in named if not path.exists()} == seeds
    assert [seed.text for seed in plan.seeds] == [FIRST_INSTANT]


def test_each_service_gets_only_its_own_private_keys(home: Home) -> None:
    files = SecretFiles(home.secrets)
    for service in SERVICES:
        values = set(Environment(home).of_service(service).values())
        for other in SERVICES:
            if other != service:
                foreign = {
                    str(files.path(f"{other}_{kind}"))
                    for kind in ("app_database_url", "field_key", "signing_key", "app_password")
                } | {str(files.path(f"nats_{other}.nk"))}
                assert values.isdisjoint(foreign)
