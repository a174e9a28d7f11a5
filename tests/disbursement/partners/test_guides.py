"""The guides say what the code does: every code stands there, and the test vector verifies."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from common.web.signatures import verify_message
from disbursement.partners.domain import REASONS
from disbursement.partners.messages.iso20022 import STATUSES
from disbursement.partners.messages.lines import LINE_PROBLEMS

GUIDES = Path(__file__).resolve().parents[3] / "docs" / "guides"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_guide_for_banks_names_every_code(language: str) -> None:
    text = (GUIDES / f"bank.{language}.md").read_text(encoding="utf-8")
    missing = [code for code in (*REASONS, *LINE_PROBLEMS, *STATUSES) if f"`{code}`" not in text]
    assert missing == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_test_vector_of_the_guide_verifies(language: str) -> None:
    text = (GUIDES / f"bank.{language}.md").read_text(encoding="utf-8")
    found = re.search(r"```\nseed: .*?\npublic key: (\S+)\nPOST (\S+)\n(.*?)\n\n(\{.*?\})\n```",
                      text, re.DOTALL)  # fmt: skip
    assert found is not None
    key, url, lines, body = found.groups()
    headers = dict(line.split(": ", 1) for line in lines.splitlines())
    with time_machine.travel(datetime(2026, 12, 2, 2, 1, tzinfo=UTC), tick=False):
        message = verify_message("POST", url, headers, body.encode(), {"test-key": key}.get)
    assert message.body == body.encode()


@pytest.mark.parametrize("name", ["bank", "post-office", "treasury"])
def test_each_guide_is_one_page_in_both_languages(name: str) -> None:
    for language in ("vi", "en"):
        assert (GUIDES / f"{name}.{language}.md").read_text(encoding="utf-8").count("\n") < 110
