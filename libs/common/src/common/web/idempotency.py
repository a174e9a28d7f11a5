"""Commands that may be repeated: one Idempotency-Key, one effect, the same answer again.

The stored answer lives in the transaction of the change, so there is neither an effect without
its answer nor an answer without its effect. A refusal is not stored: its transaction rolls back,
and the same key may be tried again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from pydantic_core import to_jsonable_python

from common.database.session import WHOLE_PROVINCE, AsyncSession
from common.kernel.errors import Conflict, Forbidden, InvalidInput, PreconditionRequired
from common.web import idempotency_store as store
from common.web.auth import ActorDep

KEY_CHARACTERS_MAX = 255


class IdempotencyKeyRequired(
    PreconditionRequired, code="idempotency_key_required", title="Thiếu tiêu đề Idempotency-Key"
):
    """A command that creates or moves something came without an Idempotency-Key."""


class IdempotencyKeyInvalid(
    InvalidInput, code="idempotency_key_invalid", title="Idempotency-Key không hợp lệ"
):
    """The Idempotency-Key is empty, too long or not printable ASCII."""


class IdempotencyKeyReused(
    InvalidInput,
    code="idempotency_key_reused",
    title="Idempotency-Key đã dùng cho một yêu cầu khác",
):
    """The key was used before with another route or body."""


class AnswerOutsideCommunes(
    Forbidden,
    code="answer_outside_communes",
    title="Kết quả đã lưu thuộc địa bàn mà tài khoản không còn phụ trách",
):
    """The stored answer was given for communes that are no longer the caller's."""


class IdempotencyRunning(
    Conflict, code="idempotency_key_in_use", title="Yêu cầu với Idempotency-Key này đang được xử lý"
):
    """The first request with this key is still being worked on."""


@dataclass(frozen=True)
class Idempotency:
    """One command's key: a value of its own per program, person and text, and the route called.

    `status` is the route's status code of success.
    """

    caller: store.Caller
    key: str
    route: str
    status: int

    async def run(
        self,
        session: AsyncSession,
        fingerprint_source: Mapping[str, Any] | str,
        produce: Callable[[], Awaitable[store.StoredAnswer]],
    ) -> Response:
        """Answer a command once, however often it is sent.

        Args:
            session: the request's write transaction.
            fingerprint_source: what the request says, by name (of a file its hash); compared in
                canonical form, not as bytes.
            produce: does the work; called only when no answer is stored.

        Raises:
            IdempotencyRunning: another transaction holds the key (409, Retry-After 1).
            IdempotencyKeyReused: the key belongs to another body or route (422).
            AnswerOutsideCommunes: the caller's communes have changed since the first answer (403).
        """
        if not await store.try_lock(session, self.caller, self.key):
            raise IdempotencyRunning(retry_after=1)
        fingerprint = fingerprint_of(self.route, fingerprint_source)
        communes = session.info["scope"].communes
        stored = await store.find(session, self.caller, self.key)
        if stored is not None:
            first, answer = stored
            if first != fingerprint:
                raise IdempotencyKeyReused
            if not _covers(communes, answer.communes):
                raise AnswerOutsideCommunes
            return _response(answer, replayed=True)
        made = await produce()
        await store.save(session, self.caller, self.key, (self.route, fingerprint), made)
        return _response(made, replayed=False)


def fingerprint_of(route: str, source: Mapping[str, Any] | str) -> str:
    """Hash a command in canonical form: the order of members and blanks do not matter."""
    plain = to_jsonable_python(source)
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{route}\n{text}".encode()).hexdigest()


async def forget_old(session: AsyncSession, *, older_than: timedelta) -> int:
    """Remove stored answers (35 days for money, 7 days otherwise); gives how many."""
    return await store.forget(session, older_than)


def _response(answer: store.StoredAnswer, *, replayed: bool) -> Response:
    headers = dict(answer.headers)
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(
        content=answer.body,
        status_code=answer.status,
        headers=headers,
        media_type="application/json" if answer.body else None,
    )


def read_idempotency(
    request: Request,
    actor: ActorDep,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Khóa do bên gọi sinh cho mỗi lệnh; gửi lại cùng khóa nhận lại cùng kết quả"
        ),
    ] = None,
) -> Idempotency:
    """Read the key; its scope is the caller (client and person), never the whole system.

    Raises:
        IdempotencyKeyRequired: there is none (400).
        IdempotencyKeyInvalid: it is not 1 to 255 printable ASCII characters (422).
    """
    if idempotency_key is None:
        raise IdempotencyKeyRequired("Mỗi lệnh tạo mới cần một Idempotency-Key riêng, ví dụ UUID.")
    key = idempotency_key.strip()
    if not 1 <= len(key) <= KEY_CHARACTERS_MAX or not (key.isascii() and key.isprintable()):
        raise IdempotencyKeyInvalid("Khóa gồm từ 1 đến 255 ký tự ASCII in được.")
    return Idempotency(
        caller=store.Caller(actor.client_id, actor.subject),
        key=key,
        route=f"{request.method} {request.url.path}",
        status=request.scope["route"].status_code or 200,
    )


def _covers(today: frozenset[str] | None, then: str) -> bool:
    """Tell whether today's communes hold all those under which an answer was given."""
    return today is None or (then != WHOLE_PROVINCE and set(then.split(",")) <= {*today, ""})


IdempotencyDep = Annotated[Idempotency, Depends(read_idempotency)]
