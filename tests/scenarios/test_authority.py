"""Who may not: the maker of a list, the officer of another commune, the one without a token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

SERVICES = ("registry", "eligibility", "disbursement", "reporting")
STRANGER = "can_bo_xa_khac"
METHODS = ("get", "put", "post", "patch", "delete")
WITHOUT_COMMUNE = ("/eligibility/v1/portal/messages", "/disbursement/v1/ledger/transfers")
"""Lists that cannot be asked for one commune: the caller's own communes decide alone."""
SIGN_IN_AND_OUT = ("/dashboard/session", "/dashboard/sign-out", "/sessions/logout")
"""Routes of a browser that has no token yet or no more, and of the provider that ends a session."""


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["code"])


def test_the_maker_of_a_list_cannot_approve_it_and_nobody_another_content(
    story: Any, january: Any
) -> None:
    path = f"/disbursement/v1/payment-lists/{january['list_id']}"
    content = story.client.get("ke_toan", path)["content_hash"]
    body = {"content_hash": content, "reason": "tự duyệt"}
    own = story.client.attempt("ke_toan", "POST", f"{path}/approve", json=body, key="approve-own")
    assert refusal(own) == (403, "approver_is_maker")
    other = story.client.attempt(
        "kiem_soat", "POST", f"{path}/approve", key="approve-other",
        json={**body, "content_hash": "0" * 64},
    )  # fmt: skip
    assert other.status_code in {409, 412}
    sealing = story.client.attempt("ke_toan", "POST", f"{path}/seal", json={}, key="seal-early")
    assert sealing.status_code == 409
    told = story.client.get("ke_toan", path)
    assert told["approval"] is None
    assert told["deliveries"] == []


def test_the_checker_may_not_build_and_the_officer_may_not_sign(story: Any) -> None:
    body = {"commune_code": "25000", "month": "2027-01"}
    path = "/disbursement/v1/payment-lists"
    built = story.client.attempt("kiem_soat", "POST", path, json=body, key="not-mine")
    assert refusal(built) == (403, "scope_missing")
    decisions = "/eligibility/v1/decisions"
    (found, *_) = story.client.get("can_bo", decisions, commune_code="25000")["items"]
    signed = story.client.attempt(
        "can_bo", "POST", f"{decisions}/{found['decision_id']}/sign", key="not-mine", json={},
        headers={"If-Match": '"v1"'},
    )  # fmt: skip
    assert refusal(signed) == (403, "scope_missing")


def of_di_linh(story: Any) -> Iterator[str]:
    """Addresses of single things of the commune."""
    number = story.applicant["personal_id"]
    person_id = story.applicant["person_id"]
    list_id = story.payment_list["list_id"]
    yield f"/registry/v1/persons/{number}"
    yield f"/registry/v1/persons/{number}/history"
    yield f"/registry/v1/persons/by-id/{person_id}"
    yield f"/registry/v1/imports/{story.imports['beneficiary_list']['import_id']}"
    yield f"/registry/v1/imports/{story.imports['beneficiary_list']['import_id']}/rows"
    for decision in story.client.get("can_bo", "/eligibility/v1/decisions", commune_code="25000")[
        "items"
    ]:
        yield f"/eligibility/v1/decisions/{decision['decision_id']}"
        yield f"/eligibility/v1/decisions/{decision['decision_id']}/lines"
    (dossier,) = story.client.get("can_bo", "/eligibility/v1/dossiers")["items"]
    yield f"/eligibility/v1/dossiers/{dossier['dossier_code']}"
    for part in ("", "/lines", "/exceptions", "/compare", "/file?format=csv"):
        yield f"/disbursement/v1/payment-lists/{list_id}{part}"
    yield f"/disbursement/v1/persons/{person_id}/payments"


def test_the_officer_of_another_commune_finds_nothing_of_this_one(story: Any) -> None:
    for path in of_di_linh(story):
        assert story.client.attempt("can_bo_tinh", "GET", path).status_code == 200, path
        answer = story.client.attempt(STRANGER, "GET", path)
        assert answer.status_code in {403, 404}, f"{path}: {answer.status_code}"
        assert story.applicant["full_name"] not in answer.text
    file = f"/disbursement/v1/payment-lists/{story.payment_list['list_id']}/file"
    own = story.client.attempt("ke_toan", "GET", file, params={"partner": "agribank"})
    assert own.status_code == 200
    other = story.client.attempt(STRANGER, "GET", file, params={"partner": "agribank"})
    assert other.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/registry/v1/persons",
        "/registry/v1/verifications",
        "/eligibility/v1/decisions",
        "/eligibility/v1/dossiers",
        "/eligibility/v1/entitlements",
        "/eligibility/v1/proposals",
        "/eligibility/v1/portal/messages",
        "/disbursement/v1/payment-lists",
        "/disbursement/v1/reconciliations",
        "/disbursement/v1/recoveries",
        "/disbursement/v1/ledger/transfers",
    ],
)
def test_lists_of_another_commune_are_empty_or_refused(story: Any, path: str) -> None:
    where = {} if path in WITHOUT_COMMUNE else {"commune_code": "25000"}
    mine = story.client.get("can_bo_tinh", path, **where)
    assert mine["items"]
    asked = story.client.attempt(STRANGER, "GET", path, params=where)
    assert asked.status_code == 403 or asked.json()["items"] == []
    # Without a commune: their own, where there is nothing; some lists want one to be named.
    everything = story.client.attempt(STRANGER, "GET", path)
    assert everything.status_code == 422 or everything.json()["items"] == []


def test_figures_of_another_commune_are_refused_and_not_added_up(story: Any) -> None:
    where = {"commune_code": "25000", "month": "2026-12"}
    for path in ("/reporting/v1/indicators", "/reporting/v1/dashboard"):
        answer = story.client.attempt(STRANGER, "GET", path, params=where)
        assert refusal(answer) == (404, "commune_not_found")
    own = story.client.get(STRANGER, "/reporting/v1/indicators", month="2026-12")
    assert own["total"]["people"] == own["total"]["total"] == 0
    report = {"kind": "monthly_payment", **where}
    made = story.client.attempt(STRANGER, "POST", "/reporting/v1/reports", json=report, key="spy")
    assert made.status_code == 404
    balances = story.client.get(STRANGER, "/disbursement/v1/ledger/balances", month="2026-12")
    assert all(account["debits"] == account["credits"] == 0 for account in balances["accounts"])


def test_the_officer_of_another_commune_changes_nothing_here(story: Any) -> None:
    commune = {"commune_code": "25000"}
    file = story.case.workbook
    form = {**commune, "kind": "beneficiary_list", "list_month": "2026-11", "paid_since": "2026-07"}
    tries: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/registry/v1/imports",
         {"data": form, "files": {"file": (file.name, file.read_bytes())}}),
        ("POST", "/registry/v1/verifications", {"json": commune}),
        ("POST", "/disbursement/v1/payment-lists", {"json": {**commune, "month": "2027-01"}}),
        ("POST", "/disbursement/v1/reconciliations", {"json": {**commune, "month": "2026-12"}}),
        ("POST", "/eligibility/v1/decisions",
         {"json": {**commune, "kind": "level_review", "number": "X", "pay_month": "2026-12"}}),
        ("PUT", f"/registry/v1/persons/{story.applicant['personal_id']}/payment",
         {"json": {"method": "cash"}}),
    ]  # fmt: skip
    events = {service: story.stage.events(service) for service in SERVICES}
    for number, (method, path, more) in enumerate(tries):
        answer = story.client.attempt(STRANGER, method, path, key=f"stranger-{number}", **more)
        assert answer.status_code in {403, 404}, f"{path}: {answer.status_code} {answer.text[:200]}"
    assert {service: story.stage.events(service) for service in SERVICES} == events


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_refuses_those_without_a_token(stage: Any, service: str) -> None:
    http, address = stage.client.http, stage.client.addresses.of(f"/{service}")
    described = http.get(f"{address}/openapi.json").json()
    asked = 0
    for path, operations in described["paths"].items():
        if path.endswith(SIGN_IN_AND_OUT) or "/public/" in path:
            continue
        for method in operations.keys() & set(METHODS):
            place = stage.client.addresses.of(path.replace("{", "").replace("}", ""))
            answer = http.request(method.upper(), place)
            asked += 1
            assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
            assert answer.headers["content-type"].startswith("application/problem+json")
    assert asked > 10


def test_a_token_of_a_stranger_issuer_is_refused(story: Any) -> None:
    token = story.client.token("can_bo")
    head, body, signature = token.split(".")
    forged = f"{head}.{body}.{signature[::-1]}"
    answer = story.client.http.get(
        story.client.addresses.of("/registry/v1/persons"),
        headers={"Authorization": f"Bearer {forged}"},
    )
    assert answer.status_code == 401
