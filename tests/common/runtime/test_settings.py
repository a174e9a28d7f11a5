from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr, ValidationError

from common.runtime.settings import ServiceSettings

REQUIRED: dict[str, Any] = {"province_code": "68", "database_url": "postgresql://a:b@localhost/c"}


class Settings(ServiceSettings):
    service: ClassVar[str] = "registry"

    partner_key: SecretStr
    limit: int


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_PROVINCE_CODE", "68")
    monkeypatch.setenv("ANSINH_DATABASE_URL", "postgresql://a:b@localhost/c")
    monkeypatch.setenv("ANSINH_PARTNER_KEY", "k")
    monkeypatch.setenv("ANSINH_LIMIT", "3")
    settings = Settings()
    assert (settings.province_code, settings.limit) == ("68", 3)
    assert settings.environment == "production"


def test_any_setting_may_stand_in_a_file_without_its_line_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, content in (("PARTNER_KEY", " s3cret\n"), ("DATABASE_URL", "postgresql://x\r\n")):
        file = tmp_path / name
        file.write_text(content, encoding="utf-8")
        monkeypatch.setenv(f"ANSINH_{name}_FILE", str(file))
        monkeypatch.setenv(f"ANSINH_{name}", "the file wins")
    settings = Settings(province_code="68", limit=1)
    assert settings.partner_key.get_secret_value() == "s3cret"
    assert settings.database_url.get_secret_value() == "postgresql://x"
    assert "s3cret" not in repr(settings)


def test_a_secret_file_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_PARTNER_KEY_FILE", "/nowhere/key")
    with pytest.raises(FileNotFoundError):
        Settings(**REQUIRED, limit=1)


@pytest.mark.parametrize(
    "setting",
    [
        {"business_clock_file": "/tmp/clock"},  # noqa: S108 - only named
        {"oidc_issuer": "http://issuer.example/issuer"},
        {"oidc_issuer": "https://localhost:8190/issuer"},
        {"oidc_jwks_url": "http://127.0.0.1:8190/issuer/jwks"},
        {"oidc_jwks_url": "https://127.0.0.1:8190/issuer/jwks"},
    ],
)
def test_production_refuses_what_belongs_to_the_sandbox(setting: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**REQUIRED, partner_key="k", limit=1, **setting)
    Settings(**REQUIRED, partner_key="k", limit=1, environment="sandbox", **setting)


def test_a_refused_setting_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**REQUIRED, partner_key="k", limit="hunter2")
    assert "hunter2" not in str(caught.value)


def test_settings_for_documents_need_no_environment() -> None:
    settings = Settings.for_documents()
    assert settings.service == "registry"
    assert settings.limit == 0
    assert settings.run_api
