"""`python -m common.testing.sample run`."""

from __future__ import annotations

from common.runtime.service import cli
from common.testing.sample.service import SampleSettings, create_service

cli(create_service, SampleSettings)
