"""Chapters 4 to 6: a new dossier, its decision, and the signed list of new levels."""

from __future__ import annotations

from collections import Counter
from typing import Any

from common.contracts.benefits import told_line
from sandbox.demo.case import Case
from sandbox.demo.client import Client, DemoError
from sandbox.demo.console import chapter, line, say, table
from sandbox.demo.settled import wait_for_events
from sandbox.demo.words import CONDITIONS, DRAFT_OUTCOMES, words_of

ELIGIBILITY = "/eligibility/v1"
DEMO_DECISION = "QĐ-TCXH-01/2026"
LEVEL_DECISION = "QĐ-CM-01/2026"


def receive_dossier(client: Client, case: Case) -> None:
    """A citizen whom nobody knows files on the portal; the officer confirms who it is."""
    chapter(4, "Hồ sơ mới từ một cửa điện tử", "12/11/2026")
    applicant = case.applicant()
    number = applicant["personal_id"]
    answer = client.http.post(
        client.addresses.of("/portal/citizen/dossiers"),
        json={
            "commune_code": case.commune_code,
            "personal_id": number,
            "full_name": applicant["full_name"],
            "birth_date": applicant["birth_date"],
            "sex": applicant["sex"],
            "village": applicant["village"],
            "phone": applicant["phone"],
        },
    )
    if answer.is_error:
        raise DemoError(f"cổng dịch vụ công: {answer.text[:400]}")
    code = answer.json()["code"]
    wait_for_events(client)
    _register_owner(client, case, code)
    client.call(
        "can_bo", "PUT", f"/registry/v1/persons/{number}/payment", key=case.key("payment"),
        json={"method": "account", "bank": applicant["bank"], "account": applicant["account"]},
    )  # fmt: skip
    wait_for_events(client)
    client.call(
        "can_bo", "POST", f"{ELIGIBILITY}/dossiers/{code}/accept", key=case.key("accept"), json={}
    )
    dossier = client.get("can_bo", f"{ELIGIBILITY}/dossiers/{code}")
    say(f"hồ sơ {code}: tiếp nhận {dossier['received_at']}, hẹn trả {dossier['due_on']}")


def _register_owner(client: Client, case: Case, code: str) -> None:
    """Confirm the owner of the dossier, unless a run before this one has."""
    path = "/registry/v1/registrations"
    waiting = client.get("can_bo", path, commune_code=case.commune_code)["items"]
    for proposal in waiting:
        if proposal["dossier_code"] == code:
            client.call(
                "can_bo", "POST", f"{path}/{proposal['proposal_id']}/confirm",
                key=case.key("register"), json={},
            )  # fmt: skip
            say("Chủ hồ sơ chưa có trong hệ thống: đã tiếp nhận hồ sơ, đăng ký và gửi đối chiếu")


def sign_dossier(client: Client, case: Case) -> None:
    """The machine proposes with reasons; the commune chair signs."""
    client.clock_to(case.signed)
    chapter(5, "Quyết định hưởng trợ cấp hưu trí xã hội", "19/11/2026")
    dossiers = client.get("can_bo", f"{ELIGIBILITY}/dossiers", commune_code=case.commune_code)[
        "items"
    ]
    for dossier in dossiers:
        code = dossier["dossier_code"]
        decision = client.call(
            "can_bo", "POST", f"{ELIGIBILITY}/dossiers/{code}/propose",
            key=case.key(f"propose-{code}"), json={"number": DEMO_DECISION},
        ).json()  # fmt: skip
        explanation = _first_line(client, decision["decision_id"]).get("explanation") or {}
        for condition in explanation.get("conditions", []):
            outcome = words_of(CONDITIONS, str(condition["outcome"]))
            line(f"{outcome:<7} {condition['text']}")
        sign(client, case, decision["decision_id"])
        wait_for_events(client)
        seen = client.world(f"/portal/dossiers/{code}")
        say("cổng dịch vụ công đã nhận trạng thái: "
            + " → ".join(str(step["status"]) for step in seen["steps"]))  # fmt: skip


def sign_new_levels(client: Client, case: Case) -> None:
    """The list of new levels (khoản 4 Điều 32 Nghị định 335/2026): draft, look, sign."""
    chapter(6, "Danh sách chuyển mức hưởng mới, Chủ tịch UBND xã ký", "19/11/2026")
    draft = client.call(
        "can_bo", "POST", f"{ELIGIBILITY}/decisions", key=case.key("levels"),
        json={
            "kind": "level_review",
            "commune_code": case.commune_code,
            "number": LEVEL_DECISION,
            "pay_month": case.pay_month,
        },
    ).json()  # fmt: skip
    lines = list(client.pages("can_bo", f"{ELIGIBILITY}/decisions/{draft['decision_id']}/lines"))
    outcomes = Counter(words_of(DRAFT_OUTCOMES, line["outcome"]) for line in lines)
    table("Danh sách chuyển mức", ("Kết quả", "Số chế độ"), sorted(outcomes.items()))
    proposals = list(
        client.pages("can_bo", f"{ELIGIBILITY}/proposals", commune_code=case.commune_code)
    )
    kinds = Counter(
        (
            told_line(proposal["benefit"]).title,
            proposal["signed_coefficient"],
            proposal["lawful_coefficient"] or "chưa rõ",
            proposal["listed_amount"],
        )
        for proposal in proposals
    )
    if kinds:
        table(
            "Cần quyết định riêng: số tiền đã trả khác mức theo luật",
            ("Chế độ", "Hệ số đã ký", "Theo luật", "Đã trả", "Số"),
            [(*kind, count) for kind, count in sorted(kinds.items(), key=str)],
        )
    sign(client, case, draft["decision_id"])
    wait_for_events(client)


def sign(client: Client, case: Case, decision_id: str, signer: str = "chu_tich") -> None:
    """Sign a draft as it stands."""
    current = client.call(signer, "GET", f"{ELIGIBILITY}/decisions/{decision_id}")
    signed = client.call(
        signer, "POST", f"{ELIGIBILITY}/decisions/{decision_id}/sign",
        key=case.key(f"sign-{decision_id}"), json={},
        headers={"If-Match": current.headers["ETag"]},
    ).json()  # fmt: skip
    say(
        f"quyết định {signed['number']} ký ngày {signed['signed_on']}: {signed['lines']} trường hợp"
    )


def _first_line(client: Client, decision_id: str) -> dict[str, Any]:
    lines = client.get("can_bo", f"{ELIGIBILITY}/decisions/{decision_id}/lines")["items"]
    found: dict[str, Any] = lines[0] if lines else {}
    return found
