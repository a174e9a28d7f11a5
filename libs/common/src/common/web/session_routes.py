"""Ending sessions before their tokens expire: told by the provider, or ordered by the operator."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, ConfigDict, Field

from common import audit
from common.runtime.clock import system_now
from common.web.auth import public, requires
from common.web.deps import ContextDep, SessionDep
from common.web.problems import problems
from common.web.tokens import TokenInvalid

router = APIRouter(prefix="/sessions", tags=["operations"])


class RevokeSessionRequest(BaseModel):
    """Whose tokens end: all of a person, or those of one log-in session."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"kind": "sub", "value": "can-bo-1", "reason": "mất máy"}]},
    )

    kind: Literal["sub", "sid"] = "sub"
    value: str = Field(min_length=1, max_length=255)
    reason: str = Field(min_length=3, max_length=200)


# without a key: OpenID Connect fixes this request; revoking twice is revoking once
@router.post(
    "/logout",
    operation_id="backchannel_logout",
    summary="Hệ thống đăng nhập báo một phiên đã kết thúc (OpenID Connect Back-Channel Logout)",
    responses=problems(TokenInvalid),
    dependencies=[public()],
    status_code=204,
)
async def backchannel_logout(
    context: ContextDep, logout_token: Annotated[str, Form(max_length=16_384)]
) -> Response:
    """End the session, or all sessions of the person, that a signed logout token names."""
    claims = await context.tokens.verify_logout(logout_token)
    kind = "sid" if claims.get("sid") else "sub"
    until = system_now().timestamp() + context.tokens.lifetime_max
    await context.revoked.revoke(f"{kind}:{claims[kind]}", until)
    return Response(status_code=204)


# without a key: revoking twice is revoking once
@router.post(
    "/revocations",
    operation_id="revoke_session",
    summary="Chấm dứt ngay các phiên của một người (mất thiết bị, thôi việc)",
    dependencies=[requires("sessions:revoke")],
    status_code=204,
)
async def revoke_session(
    body: RevokeSessionRequest, context: ContextDep, session: SessionDep
) -> Response:
    """End the tokens that were issued until now."""
    until = system_now().timestamp() + context.tokens.lifetime_max
    await audit.record(session, "session.revoked", "actor", body.value, {"why": body.reason})
    await context.revoked.revoke(f"{body.kind}:{body.value}", until)
    return Response(status_code=204)
