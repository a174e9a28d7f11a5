"""Changing routes: `@command` runs one once for each Idempotency-Key, and stores its answer.

A changing route is a plain function. The decorator adds the header Idempotency-Key to its
parameters, takes the key's lock, compares the stored fingerprint, replays a stored answer, and
stores a new one in the transaction of the change:

    @router.post("/lists", status_code=201, responses=problems(ListExists))
    @command
    async def build_list(body: BuildListRequest, session: SessionDep) -> Answer[ListView]:
        made = await service.build(session, body.month)
        return Answer(ListView.of(made), version=made.version)

Return the view alone when there is no header to send. A route that changes something without a
key (a PUT under If-Match, a signed message with an id of its own) says why in a comment
`# without a key: <reason>` above its decorator; tools/house_rules.py checks it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar, get_args, get_origin

from fastapi import BackgroundTasks, Request, Response, params
from pydantic import BaseModel

from common.database.session import AsyncSession
from common.web.deps import SessionDep
from common.web.etag import etag
from common.web.idempotency import IdempotencyDep
from common.web.idempotency_store import StoredAnswer
from common.web.uploads import Upload

P = ParamSpec("P")
T = TypeVar("T")
Body = TypeVar("Body", bound=BaseModel | None)
_ADDED = {"_session": SessionDep, "_idempotency": IdempotencyDep}
_CONTEXT = (Request, Response, BackgroundTasks)


@dataclass(frozen=True)
class Answer(Generic[Body]):
    """A body with its headers: `version` is sent as ETag, `location` as Location.

    `status` is set only where it differs from the route's status_code.
    """

    body: Body
    version: int | None = None
    location: str | None = None
    status: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers to send and to store."""
        headers = {} if self.location is None else {"Location": self.location}
        return headers if self.version is None else {**headers, "ETag": etag(self.version)}


def command(endpoint: Callable[P, Awaitable[T]]) -> Callable[..., Awaitable[Response]]:
    """Run a route once for each Idempotency-Key; the fingerprint covers what the request says."""
    signature = inspect.signature(endpoint, eval_str=True)
    said = [name for name, parameter in signature.parameters.items() if _is_said(parameter)]
    return _wrap(endpoint, lambda values: {name: _plain(values[name]) for name in said})


def keyed_command(
    digest: Callable[[Mapping[str, Any]], str],
) -> Callable[[Callable[P, Awaitable[T]]], Callable[..., Awaitable[Response]]]:
    """Do as `command`, with a fingerprint that cannot be guessed from a copy of the database.

    Args:
        digest: gives a keyed digest of the route's arguments, by name.
    """
    return lambda endpoint: _wrap(endpoint, digest)


def _wrap(
    endpoint: Callable[P, Awaitable[T]],
    fingerprint_source: Callable[[Mapping[str, Any]], Mapping[str, Any] | str],
) -> Callable[..., Awaitable[Response]]:
    @functools.wraps(endpoint)
    async def run(**values: Any) -> Response:
        session, idempotency = (values.pop(name) for name in _ADDED)

        async def produce() -> StoredAnswer:
            made = await endpoint(**values)  # type: ignore[call-arg]  # FastAPI passes by name
            return _to_store(made, idempotency.status, session)

        response: Response = await idempotency.run(session, fingerprint_source(values), produce)
        return response

    run.__signature__ = _with_key(inspect.signature(endpoint, eval_str=True))  # type: ignore[attr-defined]  # what FastAPI reads
    return run


def _is_said(parameter: inspect.Parameter) -> bool:
    """Tell whether a parameter comes from the request's body, form, query or path."""
    marks = get_args(parameter.annotation)[1:]
    if get_args(parameter.annotation)[:1] == (Upload,):
        return True
    return not (
        parameter.annotation in _CONTEXT
        or any(isinstance(mark, params.Depends | params.Header) for mark in marks)
    )


def _plain(value: Any) -> Any:
    return value.sha256 if isinstance(value, Upload) else value


def _with_key(signature: inspect.Signature) -> inspect.Signature:
    """Add the transaction and the key; the answer's model is the one inside Answer."""
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)
        for name, annotation in _ADDED.items()
    ]
    answer = signature.return_annotation
    if get_origin(answer) is Answer:
        (answer,) = get_args(answer)
    return signature.replace(
        parameters=[*signature.parameters.values(), *added], return_annotation=answer
    )


def _to_store(made: Any, status: int, session: AsyncSession) -> StoredAnswer:
    answer = made if isinstance(made, Answer) else Answer(made)
    return StoredAnswer(
        communes=session.info["scope"].setting,
        status=answer.status or status,
        headers=answer.headers,
        body="" if answer.body is None else answer.body.model_dump_json(),
    )
