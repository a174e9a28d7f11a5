"""The compose stack and the image say what the services understand, and nothing dangerous."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic.fields import FieldInfo

from common.contracts.catalogue import STREAMS

ROOT = Path(__file__).parents[2]
STACK: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = STACK["services"]
NOT_OF_A_SERVICE = {"FORWARDED_ALLOW_IPS", "POLARS_MAX_THREADS"}
OURS = {name: unit for name, unit in SERVICES.items() if unit.get("command", [""])[0] == "python"}
"""Every process of our image: services, workers and jobs."""


def _fields(service: str) -> dict[str, FieldInfo]:
    module = importlib.import_module(f"{service}.settings")
    fields: dict[str, FieldInfo] = getattr(module, f"{service.capitalize()}Settings").model_fields
    return fields


@pytest.fixture(scope="module")
def made_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What deploy/make-secrets leaves: what others give is empty, as in a first installation."""
    folder = tmp_path_factory.mktemp("installation")
    (folder / "nats").mkdir()
    script = [sys.executable, str(ROOT / "deploy/make_secrets.py")]
    subprocess.run(
        [*script, "--secrets", folder / "secrets", "--nats", folder / "nats"], check=True
    )
    return folder / "secrets"


def _environment(unit: dict[str, Any], secrets: Path, mounted: Path) -> dict[str, str]:
    """Give what the container gets: variables as .env.example sets them, only its own secrets."""
    for name in unit.get("secrets", ()):
        (mounted / name).write_bytes((secrets / name).read_bytes())
    example = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text("utf-8").splitlines()
        if "=" in line and not line.startswith("#")
    )
    return {
        name: _interpolated(str(value), example).replace("/run/secrets", str(mounted))
        for name, value in unit.get("environment", {}).items()
    }


def _interpolated(text: str, values: dict[str, str]) -> str:
    return re.sub(
        r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: values.get(found[1]) or found[2] or "", text
    )


@pytest.mark.parametrize("name", OURS)
def test_every_process_starts_in_production_with_what_the_stack_gives_it(
    name: str, made_secrets: Path, tmp_path: Path
) -> None:
    unit = OURS[name]
    environment = _environment(unit, made_secrets, tmp_path)
    assert environment.get("ANSINH_ENVIRONMENT", "production") == "production"
    command = [sys.executable, *unit["command"][1:]]
    if unit["command"][2] in STREAMS:
        command.append("--only-settings")
    else:
        command.append("--help")
    done = subprocess.run(
        command,
        env={**environment, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_migration_gets_the_owner_and_no_key() -> None:
    for service in STREAMS:
        assert SERVICES[f"migrate-{service}"]["secrets"] == [f"{service}_owner_database_url"]
        for name in (service, f"{service}-worker"):
            assert not any("owner" in secret for secret in SERVICES[name]["secrets"])


@pytest.mark.parametrize("name", OURS)
def test_every_secret_file_that_is_named_is_mounted_and_the_other_way_round(name: str) -> None:
    unit = OURS[name]
    named = {
        value for value in unit["environment"].values() if str(value).startswith("/run/secrets/")
    }
    mounted = {f"/run/secrets/{secret}" for secret in unit.get("secrets", ())}
    # `databases` takes the whole folder of what is mounted.
    assert name == "databases" or named == mounted


@pytest.mark.parametrize("service", STREAMS)
def test_the_service_knows_the_addresses_keys_and_clients_of_the_stack(service: str) -> None:
    # Each service that has or will have sealed columns gets the keys for them.
    reserved = {"field_key", "blind_index_key", "client_id", "client_secret", "token_url"}
    known = set(_fields(service)) | reserved
    for name in set(SERVICES[service]["environment"]) - NOT_OF_A_SERVICE:
        setting = name.removeprefix("ANSINH_").lower()
        assert setting in known or setting.removesuffix("_file") in known, name


def test_only_the_proxy_publishes_a_port_and_everything_is_hardened() -> None:
    ports = {name: unit["ports"] for name, unit in SERVICES.items() if unit.get("ports")}
    assert {n for n, p in ports.items() if not p[0].startswith("127.0.0.1:")} == {"proxy"}
    for name, unit in SERVICES.items():
        assert unit["read_only"], name
        assert unit["cap_drop"] == ["ALL"], name
        assert unit["security_opt"] == ["no-new-privileges:true"], name
        assert unit["init"], name
        assert not str(unit["user"]).startswith(("0", "root")), name
        assert unit["mem_limit"], name
        assert unit["pids_limit"], name
        assert unit["logging"]["options"]["max-size"], name


def test_databases_and_bus_have_no_way_out_and_the_proxy_reaches_neither() -> None:
    assert STACK["networks"]["db"] == {"internal": True}
    assert STACK["networks"]["bus"] == {"internal": True}
    assert list(SERVICES["proxy"]["networks"]) == ["edge"]
    assert SERVICES["postgres"]["networks"] == ["db"]
    assert SERVICES["nats"]["networks"] == ["bus"]


def test_everything_that_runs_on_has_a_health_check_and_comes_back() -> None:
    lasting = [
        unit
        for name, unit in SERVICES.items()
        if unit.get("restart") == "unless-stopped" and name != "wal"
    ]
    assert len(lasting) == len(STREAMS) * 3 + 7
    for unit in lasting:
        assert unit["healthcheck"]["test"]


def test_every_variable_of_the_stack_is_explained() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    explained = (ROOT / "deploy/README.md").read_text("utf-8")
    variables = set(re.findall(r"\$\{(ANSINH_\w+)", text))
    assert {name for name in variables if f"`{name}`" not in explained} == set()


def test_the_image_installs_the_versions_that_were_tested() -> None:
    tested = _versions(ROOT / "requirements.lock")
    for name, version in _versions(ROOT / "deploy/requirements.lock").items():
        assert tested[name] == version


def test_the_image_has_every_dependency_of_the_four_services() -> None:
    locked = _versions(ROOT / "deploy/requirements.lock")
    for member in ("libs/common", *(f"services/{name}" for name in STREAMS)):
        text = (ROOT / member / "pyproject.toml").read_text("utf-8")
        block = re.search(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
        assert block is not None
        for name in re.findall(r'"([A-Za-z0-9_-]+)', block[1]):
            assert name.startswith("ansinh-") or name.lower() in locked, (member, name)


def _versions(lock: Path) -> dict[str, str]:
    found = re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", lock.read_text("utf-8"), re.MULTILINE)
    return dict(found)
