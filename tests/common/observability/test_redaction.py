from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import IntegrityError

from common.observability.logging import configure_logging, redact_until_configured
from common.observability.redaction import REDACTED, redact_text, redact_value

PERSONAL_ID, CMND, ACCOUNT = "079201012345", "250123456", "9704229876543210"
NAME = "Nguyễn Thị Dấu Vết"
MARKERS = (PERSONAL_ID, CMND, ACCOUNT, NAME)


Read = Callable[[], tuple[str, list[dict[str, Any]]]]


@contextmanager
def _written(capsys: pytest.CaptureFixture[str]) -> Iterator[Read]:
    """Configure logging as a service does; give what was written, also as parsed lines."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    configure_logging("registry")

    def read() -> tuple[str, list[dict[str, Any]]]:
        text = capsys.readouterr().out
        return text, [json.loads(line) for line in text.splitlines()]

    try:
        yield read
    finally:
        root.handlers[:], root.level = before
        structlog.reset_defaults()
        redact_until_configured()


def _fail(message: str) -> None:
    raise ValueError(message)


def test_no_marker_survives_by_whatever_way_it_comes(capsys: pytest.CaptureFixture[str]) -> None:
    with _written(capsys) as read:
        own, library = structlog.get_logger("own"), logging.getLogger("some.library")
        for marker in MARKERS[:3]:
            own.info(
                "read", text=f"người {marker} đã", items=[marker, {"x": (marker,)}], raw=marker
            )
            own.info(f"event {marker}")
            own.info("number", value=int(marker))
            library.warning("row %s failed", marker)
            library.warning("extra", extra={"row": marker})
            try:
                _fail(f"bad {marker}")
            except ValueError:
                own.exception("broken")
                library.exception("broken too")
        for key in (
            "name",
            "full_name",
            "personal_id",
            "account_number",
            "Authorization",
            "hiv_status",
        ):
            own.info("keyed", **{key: NAME})
        text, lines = read()
        assert all(marker not in text for marker in MARKERS)
        assert len(lines) == 27
        assert lines[0]["text"] == "người ***345 đã"
        assert lines[0]["service"] == "registry"


def test_errors_that_quote_values_are_written_without_their_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with _written(capsys) as read:

        class Person(BaseModel):
            age: int

        log = structlog.get_logger("own")
        try:
            Person.model_validate({"age": NAME})
        except ValidationError:
            log.exception("invalid")
        try:
            try:
                [].pop()
            except IndexError as cause:
                raise IntegrityError(f"INSERT {NAME}", {"n": NAME}, cause) from cause
        except IntegrityError:
            log.exception("database")
        text, lines = read()
        assert NAME not in text
        assert "ValidationError" in lines[0]["exception"]
        assert "IntegrityError" in lines[1]["exception"]
        assert "test_redaction.py" in lines[1]["exception"]


def test_ids_times_hashes_money_and_counts_stay_readable(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with _written(capsys) as read:
        person = UUID("019a9f7e-5a10-7c3e-8a51-123456789012")
        structlog.get_logger("own").info(
            "payment_settled",
            person_id=person,
            on="2026-11-20T08:00:00.123456+07:00",
            sha="5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
            total_amount=1_242_000_000,
            rows=2300,
            ok=True,
        )
        line = read()[1][0]
        assert line["person_id"] == str(person)
        assert line["on"] == "2026-11-20T08:00:00.123456+07:00"
        assert line["sha"].startswith("5f70bf18a086007016e948b04aed3b82103a36")
        assert (line["total_amount"], line["rows"], line["ok"]) == (1_242_000_000, 2300, True)
        assert line["event"] == "payment_settled"
        assert line["level"] == "info"


def test_access_lines_of_the_server_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    with _written(capsys) as read:
        logging.getLogger("uvicorn.access").info("GET /registry/v1/persons/%s", PERSONAL_ID)
        logging.getLogger("httpx").info("HTTP Request: GET http://x/%s", PERSONAL_ID)
        logging.getLogger("uvicorn.error").info("started")
        assert [line["event"] for line in read()[1]] == ["started"]


def test_a_readable_form_is_redacted_too(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    configure_logging("registry", json=False)
    structlog.get_logger("own").info("read", text=PERSONAL_ID)
    root.handlers[:], root.level = before
    structlog.reset_defaults()
    redact_until_configured()
    text = capsys.readouterr().out
    assert "***345" in text
    assert PERSONAL_ID not in text


def test_a_program_that_configured_nothing_is_redacted_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import common.observability  # noqa: F401 - importing is what is tested

    secret_local = PERSONAL_ID
    try:
        _fail(f"bad {secret_local}")
    except ValueError:
        structlog.get_logger("own").exception("broken", full_name=NAME)
    text = capsys.readouterr().out
    assert "ValueError: bad ***345" in text
    assert all(marker not in text for marker in MARKERS)


@given(st.from_regex(r"[0-9]{6,19}", fullmatch=True), st.sampled_from([" ", ", số ", "\n", ":"]))
def test_any_account_or_id_in_a_sentence_is_masked(number: str, glue: str) -> None:
    masked = redact_text(f"tài khoản{glue}{number}{glue}hết")
    assert number not in masked
    assert masked == f"tài khoản{glue}***{number[-3:]}{glue}hết"


@pytest.mark.parametrize("text", ["9704 2298 7654 3210", "079-201-012-345", "079.201.012345"])
def test_numbers_written_in_groups_are_masked(text: str) -> None:
    assert redact_text(text).startswith("***")


@pytest.mark.parametrize("text", ["2026-11-20", "08:00:15", "12 345", "v2", "trang 12345"])
def test_short_numbers_and_dates_stay(text: str) -> None:
    assert redact_text(text) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_redacting_twice_changes_nothing_more_and_any_shape_is_taken(value: Any) -> None:
    once = redact_value(value)
    assert redact_value(once) == once
    json.dumps(once)


def test_sensitive_keys_are_removed_at_any_depth() -> None:
    value = {"rows": [{"ho_ten": NAME, "ok": 1}], "bank_account": {"x": 1}, "token": None}
    assert redact_value(value) == {
        "rows": [{"ho_ten": REDACTED, "ok": 1}],
        "bank_account": REDACTED,
        "token": None,
    }
