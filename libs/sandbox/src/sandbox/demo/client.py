"""HTTP as the demo's people use it: tokens, idempotency keys, long work, waiting for events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

TOKEN_MARGIN_SECONDS = 60
PATIENCE_SECONDS = 180.0
PAUSE_SECONDS = 0.15
SERVICES = ("registry", "eligibility", "disbursement", "reporting")


class DemoError(Exception):
    """Something did not go as the main story tells it; the message is for the person who waits."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything answers."""

    registry: str
    eligibility: str
    disbursement: str
    reporting: str
    world: str

    def of(self, path: str) -> str:
        """Give the address of the service whose name begins the path; the world for the others."""
        name = path.split("/", 2)[1]
        base: str = getattr(self, name) if name in SERVICES else self.world
        return base + path


@dataclass
class Client:
    """One person's or several people's calls; `as_user` says who acts."""

    addresses: Addresses
    passwords: dict[str, str]
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=120.0))
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    def token(self, user: str) -> str:
        """Get a token for a sandbox user, or the one from before while it is good."""
        token, until = self._tokens.get(user, ("", 0.0))
        if time.monotonic() > until:
            answer = self.http.post(
                self.addresses.of("/issuer/token"),
                data={
                    "grant_type": "password",
                    "username": user,
                    "password": self.passwords[user],
                },
            )
            content = _checked(answer).json()
            token = str(content["access_token"])
            until = time.monotonic() + float(content["expires_in"]) - TOKEN_MARGIN_SECONDS
            self._tokens[user] = (token, until)
        return token

    def call(self, user: str, method: str, path: str, **more: Any) -> httpx.Response:
        """Call a service as a user; a problem answer becomes a `DemoError`."""
        return _checked(self.attempt(user, method, path, **more))

    def attempt(
        self, user: str, method: str, path: str, *, key: str | None = None, **more: Any
    ) -> httpx.Response:
        """Call a service as a user and give whatever it answers."""
        headers = {"Authorization": f"Bearer {self.token(user)}", **more.pop("headers", {})}
        if key:
            headers["Idempotency-Key"] = key
        tries = 20
        while True:
            answer = self.http.request(method, self.addresses.of(path), headers=headers, **more)
            tries -= 1
            if (
                tries == 0
                or answer.status_code not in {409, 503}
                or "Retry-After" not in answer.headers
            ):
                return answer
            time.sleep(min(float(answer.headers["Retry-After"]), 2.0))

    def get(self, user: str, path: str, **params: Any) -> Any:
        """Read JSON as a user."""
        return self.call(user, "GET", path, params=params).json()

    def pages(self, user: str, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Read every item of a paged list."""
        cursor: str | None = None
        while True:
            page = self.get(
                user, path, limit=1000, **params, **({"cursor": cursor} if cursor else {})
            )
            yield from page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def finish(
        self, user: str, path: str, progress: Callable[[int, int], None] | None = None
    ) -> dict[str, Any]:
        """Wait for a long operation, showing how far it is; a failed one is a `DemoError`."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            operation: dict[str, Any] = self.get(user, path)
            if progress:
                progress(int(operation.get("done") or 0), int(operation.get("total") or 0))
            if operation["state"] == "succeeded":
                return operation
            if operation["state"] in {"failed", "cancelled"}:
                problem = operation.get("problem") or {}
                raise DemoError(f"{operation['state']}: {problem.get('detail') or problem}")
            time.sleep(PAUSE_SECONDS)
        raise DemoError(f"{path}: chưa xong sau {PATIENCE_SECONDS:.0f} giây")

    def confirm_layout(self, user: str, receipt: dict[str, Any], key: str) -> dict[str, Any]:
        """Confirm how a list is read, as an officer does who sees its layout for the first time."""
        if receipt["state"] != "needs_mapping":
            return receipt
        path = f"/registry/v1/imports/{receipt['import_id']}/mapping"
        confirmed: dict[str, Any] = self.call(user, "PUT", path, key=key, json={}).json()
        return confirmed

    def clock_to(self, instant: str) -> str:
        """Move the business clock forward; gives where it stands."""
        answer = self.http.post(self.addresses.of("/clock"), json={"now": instant})
        return str(_checked(answer).json()["now"])

    def world(self, path: str) -> Any:
        """Ask a stand-in what it knows."""
        return _checked(self.http.get(self.addresses.of(path))).json()


def wait_until(question: Callable[[], bool], what: str) -> None:
    """Ask until the answer is yes.

    Raises:
        DemoError: it never became yes; `what` says what was waited for.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not question():
        if time.monotonic() > deadline:
            raise DemoError(f"chờ quá lâu: {what}")
        time.sleep(PAUSE_SECONDS)


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    where = f"{answer.request.method} {answer.request.url.path}"
    try:
        problem = answer.json()
        text = f"{problem.get('code')}: {problem.get('detail') or problem.get('title') or problem}"
    except (ValueError, AttributeError):
        text = answer.text[:300]
    raise DemoError(f"{where} -> {answer.status_code} {text}")
