"""Chapter 10: people move within the province; the old place stops, the new one goes on paying."""

from __future__ import annotations

from typing import Any

from common.contracts.benefits import told_line
from sandbox.demo.case import Case
from sandbox.demo.chapters_law import ELIGIBILITY, sign
from sandbox.demo.client import Client
from sandbox.demo.console import chapter, dong, say
from sandbox.demo.settled import wait_for_events

STOP_DECISION = "QĐ-TH-01/2026"
TRANSFER_DECISION = "QĐ-TN-01/2026"
HELPER, OTHER_CHAIR = "can_bo_tinh", "can_bo_xa_khac"
"""Who drafts for the new place, and who signs there."""


def follow_moves(client: Client, case: Case) -> None:
    """Record the moves; stop here and take over there, each by its own signature.

    Căn cứ: khoản 3 Điều 8, khoản 2 Điều 31 Nghị định 335/2026/NĐ-CP: no month twice, none left out.
    """
    moves = case.moves()
    if not moves:
        return
    chapter(10, "Chuyển nơi cư trú trong tỉnh", "18/12/2026")
    for one in moves:
        _record(client, case, one)
    wait_for_events(client)
    to = moves[0]["to_commune"]
    leaving = _proposed(client, case.commune_code, "moved_out")
    for proposal in leaving:
        say(
            f"đề xuất thôi hưởng tại nơi cũ từ {proposal['from_month']}: "
            f"{told_line(proposal['benefit']).title} {dong(proposal['proposed_amount'])} đồng"
        )
    _decide(
        client, case, leaving, ("can_bo", "chu_tich"),
        {
            "kind": "stop",
            "commune_code": case.commune_code,
            "number": STOP_DECISION,
            "reason": "moved",
            "event_on": moves[0]["moved_on"],
        },
    )  # fmt: skip
    arriving = _proposed(client, to, "moved_in")
    for proposal in arriving:
        say(
            f"đề xuất tiếp nhận tại xã {to} từ {proposal['from_month']}: "
            f"{told_line(proposal['benefit']).title}, "
            f"{dong(proposal['lawful_amount'])} đồng một tháng"
        )
    _decide(
        client, case, arriving, (HELPER, OTHER_CHAIR),
        {"kind": "transfer", "commune_code": to, "number": TRANSFER_DECISION},
    )  # fmt: skip


def _record(client: Client, case: Case, move: dict[str, Any]) -> None:
    """Tell the registry; who has moved already is not this commune's any more."""
    path = f"/registry/v1/persons/{move['personal_id']}"
    found = client.attempt("can_bo", "GET", path)
    if found.is_success and found.json()["commune_code"] == case.commune_code:
        client.call(
            "can_bo", "POST", f"{path}/move", key=case.key(f"move-{move['key']}"),
            json={"to_commune": move["to_commune"], "moved_on": move["moved_on"]},
            headers={"If-Match": found.headers["ETag"]},
        )  # fmt: skip
    say(f"một người chuyển đến xã {move['to_commune']} từ ngày {move['moved_on']}")


def _proposed(client: Client, commune: str, code: str) -> list[dict[str, Any]]:
    found = client.pages(HELPER, f"{ELIGIBILITY}/proposals", commune_code=commune, code=code)
    return sorted(found, key=lambda one: str(one["entitlement_id"]))


def _decide(
    client: Client,
    case: Case,
    proposals: list[dict[str, Any]],
    officers: tuple[str, str],
    body: dict[str, Any],
) -> None:
    drafter, signer = officers
    ids = [proposal["entitlement_id"] for proposal in proposals]
    draft = client.call(
        drafter, "POST", f"{ELIGIBILITY}/decisions", key=case.key(body["kind"]),
        json={**body, "entitlement_ids": ids},
    ).json()  # fmt: skip
    sign(client, case, draft["decision_id"], signer)
    wait_for_events(client)
