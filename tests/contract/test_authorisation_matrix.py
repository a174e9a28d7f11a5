"""Every route of every service, called by every role: what `authorisation.yaml` says, no more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import yaml

from common.testing.permissions import routes_without_permission
from common.web.permissions import route_permissions
from sandbox.world.issuer import CLIENTS, USERS

TABLE: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("authorisation.yaml").read_text(encoding="utf-8")
)
ROLES: dict[str, frozenset[str]] = {
    **{name: frozenset(str(user["scope"]).split()) for name, user in USERS.items()},
    **{f"client {name}": frozenset(scope.split()) for name, scope in CLIENTS.items()},
}
EVERY_SCOPE = frozenset[str]().union(*ROLES.values())
PARTNERS = ("agribank", "vnpost")
REFUSED = {401, 403}
NOT_SIGNED = re.compile(r"signature_\w+")


@dataclass(frozen=True)
class Rule:
    """What one line of the table asks of the caller."""

    open_to: str | None
    needs: frozenset[str]
    one_of: frozenset[str]
    signed: bool

    def allows(self, scopes: frozenset[str] | None) -> bool:
        """Tell whether a token with these scopes passes; None is no token at all."""
        if self.open_to == "public" or scopes is None:
            return self.open_to == "public"
        return self.needs <= scopes and (not self.one_of or bool(self.one_of & scopes))


def rule_of(entry: Any, code: str) -> Rule:
    """Read one line; `code` stands for the {code} of the address."""
    if isinstance(entry, str) and entry in {"public", "token"}:
        return Rule(entry, frozenset(), frozenset(), signed=False)
    line = entry if isinstance(entry, dict) else {"all": entry}
    assert set(line) <= {"all", "any_of", "signed"}
    needs = [line["all"]] if isinstance(line["all"], str) else line["all"]
    return Rule(
        None,
        frozenset(scope.replace("{code}", code) for scope in needs),
        frozenset(line.get("any_of", ())),
        signed=bool(line.get("signed")),
    )


def table_of(service: str) -> dict[str, Any]:
    """Give the lines of one service: its own and those of every service."""
    shared = {
        route.replace("{service}", service): entry
        for route, entry in TABLE["every_service"].items()
    }
    return {**shared, **TABLE[service]}


@dataclass(frozen=True)
class Attempt:
    """One call of one route by somebody."""

    method: str
    path: str
    who: str
    allowed: bool
    signed: bool

    def wrong(self, answer: httpx.Response) -> str | None:
        """Say what is wrong with the answer, if anything."""
        told = f"{self.who}: {self.method} {self.path} -> {answer.status_code}"
        kind = answer.headers.get("content-type", "")
        code = answer.json().get("code") if kind == "application/problem+json" else None
        if self.allowed:
            unsigned = self.signed and code is not None and NOT_SIGNED.fullmatch(code)
            return f"{told} {code}" if answer.status_code in REFUSED and not unsigned else None
        expected = (401, "token_missing") if self.who == "nobody" else (403, "scope_missing")
        return None if (answer.status_code, code) == expected else f"{told} {code}, not {expected}"


def filled(path: str, code: str) -> str:
    """Put something into the address that passes no further than it has to."""
    values = {"code": code, "partner": "agribank", "personal_id": "003151000017"}
    return re.sub(r"{(\w+)}", lambda found: values.get(found[1], str(UUID(int=1))), path)


def attempts(service: str, who: str, scopes: frozenset[str] | None) -> Iterator[Attempt]:
    """Give every call of a service for one caller; partners' routes for each partner."""
    for route, entry in table_of(service).items():
        method, path = route.split(" ")
        for code in PARTNERS if "/partners/{code}" in path else PARTNERS[:1]:
            rule = rule_of(entry, code)
            yield Attempt(method, filled(path, code), who, rule.allows(scopes), rule.signed)


def call_all(service: Any, calls: Sequence[tuple[Attempt, frozenset[str] | None]]) -> list[str]:
    """Make the calls with an empty body; give what went otherwise than the table says."""
    requests = []
    for attempt, scopes in calls:
        headers = {"Idempotency-Key": "x", "If-Match": '"v1"'}
        if scopes is not None:
            headers["Authorization"] = f"Bearer {service.token(sorted(scopes))}"
        requests.append(service.request(attempt.method, attempt.path, headers=headers))
    answers = service.call_all(requests)
    found = [attempt.wrong(answer) for (attempt, _), answer in zip(calls, answers, strict=True)]
    return [text for text in found if text is not None]


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_each_role_may_call_exactly_what_the_table_says(service: Any, role: str) -> None:
    scopes = ROLES.get(role)
    calls = [(attempt, scopes) for attempt in attempts(service.name, role, scopes)]
    assert call_all(service, calls) == []


def test_each_scope_of_the_table_is_needed_and_together_they_are_enough(service: Any) -> None:
    calls = []
    for route, entry in table_of(service.name).items():
        method, path = route.split(" ")
        rule = rule_of(entry, "agribank")
        chosen = rule.needs | frozenset(sorted(rule.one_of)[:1])
        variants = {"exactly those": chosen, "none": frozenset[str]()}
        variants |= {f"all but {one}": EVERY_SCOPE - {one} for one in rule.needs}
        variants["without any of one_of"] = EVERY_SCOPE - rule.one_of
        for who, scopes in variants.items():
            allowed = rule.allows(scopes)
            attempt = Attempt(method, filled(path, "agribank"), who, allowed, rule.signed)
            calls.append((attempt, scopes))
    assert call_all(service, calls) == []


def test_the_table_names_every_route_and_no_other(service: Any) -> None:
    routes = {f"{item.method} {item.path}" for item in route_permissions(service.app)}
    assert routes == set(table_of(service.name))


def test_no_route_forgot_to_say_who_may_call_it(service: Any) -> None:
    assert routes_without_permission(service.app) == []


def test_only_health_documents_sessions_and_pages_for_citizens_are_public(service: Any) -> None:
    """What is public is read here, not in a table that somebody may widen with the route."""
    public = {item.path for item in route_permissions(service.app) if item.public}
    session = {"/reporting/v1/dashboard/session", "/reporting/v1/dashboard/sign-out"}
    health = {"/livez", "/readyz", "/startupz", "/metrics", f"/{service.name}/docs"}
    health |= {"/problems/{code}"}
    # The provider's own signed word; whoever cannot sign is refused.
    logout = {f"/{service.name}/v1/sessions/logout"}
    # For citizens: nothing of a person, and of a dossier status and dates by code and digits.
    citizens = {
        "/eligibility/v1/public/procedures",
        "/eligibility/v1/public/procedures/{code}",
        "/eligibility/v1/public/dossier-status",
    }
    own = {"reporting": session, "eligibility": citizens}.get(service.name, set())
    assert public == health | logout | own


@pytest.mark.parametrize(
    ("one", "other"),
    [("decisions:write", "decisions:sign"), ("registry:write", "lists:approve"),
     ("imports:write", "decisions:sign"), ("decisions:sign", "lists:write"),
     ("partners:write", "partners:confirm"), ("law:write", "law:approve")],
)  # fmt: skip
def test_no_role_holds_both_hands_of_a_four_eyes_rule(one: str, other: str) -> None:
    """The sandbox's one user of several roles stands for a small commune, and is not meant."""
    single = [name for name, user in USERS.items() if len(user["roles"]) == 1]
    assert [name for name in single if {one, other} <= ROLES[name]] == []


def test_each_scope_that_a_route_needs_is_held_by_some_role() -> None:
    needed = {
        scope
        for name in ("registry", "eligibility", "disbursement", "reporting")
        for entry in table_of(name).values()
        for code in PARTNERS
        for scope in rule_of(entry, code).needs | rule_of(entry, code).one_of
    }
    assert needed <= EVERY_SCOPE
