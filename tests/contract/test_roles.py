"""Roles can do what the runbook tells them to do, and what is not of their trade they cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.web.rate_limits import RateLimits
from sandbox.world.issuer import CLIENTS, USERS

ROOT = Path(__file__).parents[2]
SERVICES = ("registry", "eligibility", "disbursement", "reporting")
TABLE: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("authorisation.yaml").read_text(encoding="utf-8")
)
PAGES = ("docs/runbook.md", "deploy/README.md")
CALL = re.compile(r"\b(GET|POST|PUT)\s+(/[\w{}<>/-]*/v1/[\w{}/-]+)")
ROLE = re.compile(r"`role: (\w+)[`;]?|\(`role: (\w+)`")


def routes() -> dict[str, Any]:
    """Every route with its line of the table."""
    shared = {
        route.replace("{service}", service): entry
        for service in SERVICES
        for route, entry in TABLE["every_service"].items()
    }
    return shared | {route: entry for name in SERVICES for route, entry in TABLE[name].items()}


def needs(entry: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Scopes that a route needs all of, and those of which it needs one."""
    line = entry if isinstance(entry, dict) else {"all": entry}
    every = [line["all"]] if isinstance(line["all"], str) else line["all"]
    return frozenset(every), frozenset(line.get("any_of", ()))


def may_call(scopes: frozenset[str]) -> set[str]:
    """The routes that are reached by scopes, without those that are open to every token."""
    found = set()
    for route, entry in routes().items():
        every, one_of = needs(entry)
        if every <= scopes and (not one_of or one_of & scopes):
            found.add(route)
    return found


def scopes_of(user: str) -> frozenset[str]:
    """Scopes of a person of the trial installation."""
    return frozenset(str(USERS[user]["scope"]).split())


def steps() -> Iterator[tuple[str, str, str]]:
    """Page, role and route of each call that the pages tell somebody to make."""
    for page in PAGES:
        role = ""
        for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                role = ""
            named = [first or second for first, second in ROLE.findall(line)]
            calls = CALL.findall(line)
            if named:
                role = named[0]
            for method, path in calls:
                for service in SERVICES if "<service>" in path else ("",):
                    yield page, role, f"{method} {path.replace('<service>', service)}"


@pytest.mark.parametrize(("page", "role", "route"), sorted(set(steps())))
def test_whom_a_page_tells_to_call_may_call(page: str, role: str, route: str) -> None:
    assert role in USERS, f"{page}: {route} names no role"
    entry = routes()[route]
    if entry not in {"public", "token"}:
        assert route in may_call(scopes_of(role))


def test_the_pages_tell_of_calls() -> None:
    assert len(list(steps())) > 15


OPERATOR = {
    f"{call} /{service}/v1/{path}"
    for service in SERVICES
    for call, path in (
        ("GET", "events/standing"),
        ("GET", "dead-letters"),
        ("POST", "dead-letters/requeue"),
        ("POST", "dead-letters/{letter_id}/requeue"),
        ("POST", "dead-letters/{letter_id}/discard"),
        ("POST", "sessions/revocations"),
        ("GET", "audit/accesses"),
    )
}


def test_the_operator_may_operate_and_sees_nobody() -> None:
    assert may_call(scopes_of("van_hanh")) == OPERATOR


def test_a_partner_reaches_its_own_exchange_and_nothing_else() -> None:
    for name in ("bank", "post"):
        found = may_call(frozenset(CLIENTS[name].split()))
        assert found
        # A partner may tell of a difficulty in the issue register, too.
        found.discard("POST /eligibility/v1/issues")
        assert all("/disbursement/v1/partners/{code}/" in route for route in found), found


def test_the_portal_reaches_dossiers_and_nothing_of_money() -> None:
    found = may_call(frozenset(CLIENTS["portal"].split()))
    assert found
    assert all(" /eligibility/v1/" in route for route in found), found
    assert not [route for route in found if "/law" in route or "/decisions" in route]


READ_ONLY = ("lanh_dao_so", "kiem_soat")
WORD_OF_A_SECOND_PERSON = re.compile(
    r"/(accept|confirm|reject|refuse|approve|approval|overrides?|decide|seal|take-back|release|renew|void-approval|{decision})$"
)
STORES_NOTHING = {
    "POST /eligibility/v1/simulations",
    "POST /eligibility/v1/evaluations",
    "POST /eligibility/v1/evaluations/one-off",
}


@pytest.mark.parametrize("user", READ_ONLY)
def test_who_gives_the_second_word_starts_nothing(user: str) -> None:
    changing = {route for route in may_call(scopes_of(user)) if not route.startswith("GET ")}
    assert changing
    changing -= STORES_NOTHING
    assert {route for route in changing if not WORD_OF_A_SECOND_PERSON.search(route)} == set()


def test_every_route_with_a_limit_of_its_own_exists() -> None:
    named = {
        operation["operationId"]
        for service in SERVICES
        for path in json.loads((ROOT / f"docs/openapi/{service}.json").read_text("utf-8"))[
            "paths"
        ].values()
        for operation in path.values()
    }
    assert RateLimits().routes.keys() <= named
