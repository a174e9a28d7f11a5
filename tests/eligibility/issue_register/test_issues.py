"""The register of difficulties, feedback and complaints: kinds, clocks, steps."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from eligibility.issue_register.domain import KINDS, STEPS, IssueStepRefused, after, allowed_steps

WRITE = ["issues:read", "issues:write"]
ANSWER = ["issues:read", "issues:answer"]
RAISED = {
    "commune_code": "25000",
    "kind": "complaint",
    "source": "citizen",
    "subject": "Khiếu nại quyết định thôi hưởng",
    "content": "Tôi vẫn sống tại địa phương.",
}


async def _raise(office: Any, **more: Any) -> Any:
    return await office.post("/issues", {**RAISED, **more}, scopes=WRITE)


async def _step(office: Any, issue: Any, step: str, note: str = "Theo quy định") -> Any:
    return await office.post(
        f"/issues/{issue['issue_id']}/steps",
        {"step": step, "note": note},
        who="chu_tich",
        scopes=ANSWER,
        **{"If-Match": f'"v{issue["version"]}"'},
    )


async def test_a_complaint_is_accepted_within_ten_days_and_answered_within_thirty(
    office: Any,
) -> None:
    issue = (await _raise(office)).json()
    assert (issue["state"], issue["due_on"]) == ("received", "2026-11-29")
    refused = await _step(office, issue, "answer")
    assert (refused.status_code, refused.json()["code"]) == (409, "issue_step_refused")
    assert refused.json()["allowed"] == ["accept", "close"]
    accepted = (await _step(office, issue, "accept")).json()
    assert (accepted["state"], accepted["due_on"]) == ("accepted", "2026-12-19")
    answered = (await _step(office, accepted, "answer", "Giữ nguyên chế độ.")).json()
    assert (answered["state"], answered["due_on"]) == ("answered", None)
    headers = office.headers("can_bo", WRITE)
    shown = await office.client.get(f"/eligibility/v1/issues/{issue['issue_id']}", headers=headers)
    assert [step["state"] for step in shown.json()["steps"]] == ["received", "accepted", "answered"]
    assert shown.json()["steps"][-1]["note"] == "Giữ nguyên chế độ."
    stale = await _step(office, accepted, "close")
    assert stale.status_code == 412


async def test_what_is_overdue_comes_first_and_can_be_asked_for(office: Any) -> None:
    late = (await _raise(office)).json()
    feedback = {"kind": "service_feedback", "source": "citizen", "subject": "Chi trả chu đáo"}
    later = (await _raise(office, **feedback)).json()
    office.clock.set("2026-11-30T09:00")
    headers = office.headers("can_bo", WRITE)
    listed = await office.client.get("/eligibility/v1/issues?limit=1", headers=headers)
    first = listed.json()
    assert [item["issue_id"] for item in first["items"]] == [late["issue_id"]]
    rest = await office.client.get(
        "/eligibility/v1/issues", params={"cursor": first["next_cursor"]}, headers=headers
    )
    assert [item["issue_id"] for item in rest.json()["items"]] == [later["issue_id"]]
    overdue = await office.client.get("/eligibility/v1/issues?overdue=true", headers=headers)
    assert [item["issue_id"] for item in overdue.json()["items"]] == [late["issue_id"]]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"kind": "gossip"}, 422, "issue_kind_unknown"),
        ({"kind": "complaint", "source": "partner"}, 422, "issue_kind_unknown"),
        ({"commune_code": "24931"}, 404, "outside_communes"),
        ({"subject": "a\u202eb"}, 422, "invalid_input"),
        ({"content": ""}, 422, "invalid_input"),
    ],
)
async def test_wrong_entries_are_refused(
    office: Any, more: dict[str, Any], status: int, code: str
) -> None:
    answer = await _raise(office, **more)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_another_commune_sees_nothing(office: Any) -> None:
    issue = (await _raise(office)).json()
    headers = office.headers("khac", [*WRITE, *ANSWER], communes=("24931",))
    path = f"/eligibility/v1/issues/{issue['issue_id']}"
    assert (await office.client.get(path, headers=headers)).status_code == 404
    assert (await office.client.get("/eligibility/v1/issues", headers=headers)).json()[
        "items"
    ] == []


@pytest.mark.parametrize(
    ("kind", "state"), list(product(KINDS, ("received", "accepted", "answered", "closed")))
)
def test_every_pair_of_states_and_steps(kind: str, state: Any) -> None:
    """From a state exactly the allowed steps lead on; nothing follows a closed entry."""
    allowed = set(allowed_steps(KINDS[kind], state))
    for step in STEPS:
        if step in allowed:
            assert after(KINDS[kind], state, step) == STEPS[step][1]
        else:
            with pytest.raises(IssueStepRefused):
                after(KINDS[kind], state, step)
    assert (state == "closed") == (not allowed)
    assert ("accept" in allowed) == (state == "received" and kind == "complaint")
