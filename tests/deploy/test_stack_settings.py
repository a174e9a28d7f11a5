"""The compose stack and the image say what the services understand, and nothing dangerous."""

from __future__ import annotations

import importlib
import re
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


def _fields(service: str) -> dict[str, FieldInfo]:
    module = importlib.import_module(f"{service}.settings")
    fields: dict[str, FieldInfo] = getattr(module, f"{service.capitalize()}Settings").model_fields
    return fields


@pytest.mark.parametrize("service", STREAMS)
def test_every_required_setting_is_given_and_every_secret_file_is_mounted(service: str) -> None:
    unit = SERVICES[service]
    given = {
        name.removeprefix("ANSINH_").removesuffix("_FILE").lower() for name in unit["environment"]
    }
    required = {name for name, field in _fields(service).items() if field.is_required()}
    assert required <= given
    mounted = {f"/run/secrets/{name}" for name in unit["secrets"]}
    named = {value for value in unit["environment"].values() if str(value).startswith("/run/")}
    assert named == mounted


@pytest.mark.parametrize("service", STREAMS)
def test_the_service_knows_the_addresses_keys_and_clients_of_the_stack(service: str) -> None:
    # Each service that has or will have sealed columns gets the keys for them.
    reserved = {"field_key", "blind_index_key", "client_id", "client_secret", "token_url"}
    known = set(_fields(service)) | reserved
    for name in set(SERVICES[service]["environment"]) - NOT_OF_A_SERVICE:
        setting = name.removeprefix("ANSINH_").lower()
        assert setting in known or setting.removesuffix("_file") in known, name


def test_only_the_proxy_publishes_a_port_and_everything_is_hardened() -> None:
    assert [name for name, unit in SERVICES.items() if unit.get("ports")] == ["proxy"]
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
    assert len(lasting) == 11
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
