"""Settings of reporting: what every service has, nothing more."""

from __future__ import annotations

from typing import ClassVar

from common.runtime.settings import ServiceSettings


class ReportingSettings(ServiceSettings):
    """Read from the environment, `ANSINH_*`."""

    service: ClassVar[str] = "reporting"

    port: int = 8104
