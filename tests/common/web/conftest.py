from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from fastapi import APIRouter, Depends, FastAPI, Form, Request, Response, UploadFile
from joserfc import jwt
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from common.database.infrastructure import infrastructure_v1, row_level_security
from common.database.session import Database
from common.kernel.errors import NotFound
from common.runtime.clock import BusinessClock
from common.testing.keys import public_key_base64
from common.testing.servers import PostgresServer
from common.web.app import create_app
from common.web.auth import Actor, public, requires
from common.web.commands import Answer, command, keyed_command
from common.web.context import AppContext, context_of
from common.web.deps import ReadSessionDep, SessionDep
from common.web.etag import IfMatch, check_version, etag
from common.web.paging import Page, PageParams
from common.web.problems import problems
from common.web.signatures import SignedMessage, verify_request
from common.web.tokens import OidcSettings, TokenVerifier
from common.web.uploads import Upload, receive, uploaded

PARTNER_SEED = "S" * 43 + "="
ISSUER = "https://issuer.example/ansinh"


def _tables(connection: Connection, role: str) -> None:
    context = MigrationContext.configure(connection, opts={"app_role": role})
    operations = Operations(context)
    infrastructure_v1(operations)
    operations.execute(
        "CREATE TABLE thing (id uuid PRIMARY KEY, commune_code text NOT NULL, name text NOT NULL,"
        " version integer NOT NULL DEFAULT 1,"
        " CONSTRAINT thing_name UNIQUE (name) DEFERRABLE INITIALLY DEFERRED)"
    )
    row_level_security(operations, "thing")


async def _make_database(superuser: str, url: str, name: str) -> None:
    admin = await asyncpg.connect(superuser)
    await admin.execute(f"CREATE ROLE {name}_app LOGIN PASSWORD 'app'")
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
                f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}_app"
            )
        )
        await connection.run_sync(_tables, f"{name}_app")
    await engine.dispose()


@dataclass(frozen=True)
class Place:
    """One database for all tests here; each test finds it empty."""

    superuser_url: str
    app_url: str


@pytest.fixture(scope="session")
def place(servers: PostgresServer) -> Place:
    name = f"web_{uuid4().hex[:12]}"
    superuser_url = servers.superuser_url(name)
    asyncio.run(_make_database(servers.superuser_url(), superuser_url, name))
    app_url = make_url(superuser_url).set(username=f"{name}_app", password="app")
    return Place(superuser_url, app_url.render_as_string(hide_password=False))


@pytest.fixture
def superuser_url(place: Place) -> str:
    return place.superuser_url


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    """The database as the app role sees it: infrastructure and one table, all empty."""
    opened = Database(place.app_url, pool_size=10, clock=BusinessClock())
    await opened.open()
    yield opened
    await opened.close()
    admin = await asyncpg.connect(place.superuser_url)
    for table in ("thing", "idempotency", "signature_nonce"):
        await admin.execute(f"DELETE FROM {table}")
    await admin.close()


@dataclass
class Issuer:
    """A test issuer whose keys stand in a file."""

    key: OKPKey
    jwks: Path

    def token(self, scopes: str = "things:read things:write", **claims: Any) -> str:
        now = int(time.time())
        body = {
            "iss": ISSUER,
            "aud": "ansinh",
            "sub": "can-bo-1",
            "name": "Cán bộ",
            "client_id": "cli",
            "scope": scopes,
            "communes": ["25000"],
            "iat": now,
            "exp": now + 300,
        } | claims
        body = {name: value for name, value in body.items() if value is not None}
        header = {"alg": "Ed25519", "kid": self.key.kid, "typ": "at+jwt"}
        return jwt.encode(header, body, self.key, ["Ed25519"])

    def headers(self, scopes: str = "things:read things:write", **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(scopes, **claims)}"}


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    import json

    key = OKPKey.generate_key("Ed25519", parameters={"kid": "k1", "use": "sig"})
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    return Issuer(key, jwks)


class NewThing(BaseModel):
    """What a thing is made of."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, examples=["bàn"])
    commune_code: str = Field(default="25000", pattern=r"^\d{5}$")
    size: int = Field(default=1, ge=0)


class Thing(BaseModel):
    """A thing as it is shown."""

    id: UUID
    name: str
    version: int


class ThingNotFound(NotFound):
    """No such thing."""

    code = "test_thing_not_found"
    title = "Không tìm thấy"


def signed_body(keys: Callable[[Request, str], str | None]) -> Any:
    """Make the dependency that verifies a signed request before its route runs.

    Use: `message: Annotated[SignedMessage, signed_body(partner_key)]`, then, in the route's
    transaction, `await message.accept(session)`. A route with a parsed body has both.

    Args:
        keys: (request, key id) -> base64 public key or None; find the settings with
            `context_of(request).settings`.
    """

    async def verified(request: Request) -> SignedMessage:
        return await verify_request(request, lambda key_id: keys(request, key_id))

    return Depends(verified)


router = APIRouter(tags=["Thử nghiệm"])
Reader = Annotated[Actor, requires("things:read")]
Writer = Annotated[Actor, requires("things:write")]


async def _insert(session: Any, new: NewThing) -> Thing:
    thing = Thing(id=uuid4(), name=new.name, version=1)
    await session.execute(
        text("INSERT INTO thing (id, commune_code, name) VALUES (:id, :commune, :name)"),
        {"id": thing.id, "commune": new.commune_code, "name": new.name},
    )
    return thing


@router.post("/things", status_code=201)
async def create_thing(new: NewThing, session: SessionDep, actor: Writer) -> Thing:
    return await _insert(session, new)


@router.post("/things/once", status_code=201)
@command
async def create_thing_once(new: NewThing, session: SessionDep, actor: Writer) -> Answer[Thing]:
    thing = await _insert(session, new)
    return Answer(thing, location=f"/demo/v1/things/{thing.id}")


@router.post("/things/sealed", status_code=204)
@keyed_command(lambda values: f"keyed {values['new'].size}")
async def create_sealed_thing(new: NewThing, session: SessionDep, actor: Writer) -> None:
    await _insert(session, new)


@router.post("/things/file", status_code=202)
@command
async def create_thing_from_file(
    upload: Annotated[Upload, uploaded("Tệp")],
    size: Annotated[int, Form()],
    session: SessionDep,
    actor: Writer,
    version: IfMatch,
    note: str = "",
) -> Answer[Thing]:
    made = await _insert(session, NewThing(name=upload.path.read_text(), size=size))
    return Answer(made, version=version, status=200 if note else None)


@router.get("/things")
async def list_things(
    session: ReadSessionDep, page: Annotated[PageParams, Depends()], actor: Reader, q: str = ""
) -> Page[Thing]:
    name, last = page.after or ("", str(UUID(int=0)))
    rows = await session.execute(
        text(
            "SELECT id, name, version FROM thing WHERE (name, id) > (:name, cast(:id AS uuid))"
            " AND name LIKE :q || '%' ORDER BY name, id LIMIT :n"
        ),
        {"name": name, "id": last, "q": q, "n": page.fetch},
    )
    return page.of(
        rows.all(),
        key=lambda row: (row.name, str(row.id)),
        item=lambda row: Thing(id=row.id, name=row.name, version=row.version),
    )


@router.get("/things/{thing_id}", responses=problems(ThingNotFound))
async def get_thing(
    thing_id: UUID, session: ReadSessionDep, actor: Reader, response: Response
) -> Thing:
    row = (
        await session.execute(
            text("SELECT id, name, version FROM thing WHERE id = :id"), {"id": thing_id}
        )
    ).one_or_none()
    if row is None:
        raise ThingNotFound
    response.headers["ETag"] = etag(row.version)
    return Thing(id=row.id, name=row.name, version=row.version)


@router.put("/things/{thing_id}")
async def rename_thing(
    thing_id: UUID, new: NewThing, expected: IfMatch, session: SessionDep, actor: Writer
) -> Thing:
    version = await session.scalar(
        text(
            "UPDATE thing SET name = :name, version = version + 1 WHERE id = :id"
            " AND version = :version RETURNING version"
        ),
        {"id": thing_id, "name": new.name, "version": expected},
    )
    if version is None:
        current = await session.scalar(
            text("SELECT version FROM thing WHERE id = :id"), {"id": thing_id}
        )
        check_version(current or 0, expected)
    return Thing(id=thing_id, name=new.name, version=version or 0)


@router.post("/files", dependencies=[requires("things:write")])
async def upload_file(file: UploadFile) -> dict[str, Any]:
    async with receive(file, size_max=1000) as upload:
        return {
            "size": upload.size,
            "sha256": upload.sha256,
            "same": upload.path.read_bytes().decode(errors="replace")[:10],
        }


@router.get("/broken", dependencies=[public()])
async def broken() -> None:
    raise RuntimeError("secret 079201012345 inside")


@router.post("/partner", status_code=202)
async def partner(
    message: Annotated[
        SignedMessage, signed_body(lambda request, key: context_of(request).settings.keys.get(key))
    ],
    session: SessionDep,
    actor: Annotated[Actor, requires("partner:bank")],
    note: str = "",
) -> dict[str, int]:
    await message.accept(session)
    return {"bytes": len(message.body)}


@dataclass
class DemoSettings:
    """Settings of the test service."""

    keys: dict[str, str]
    public_url: str = ""


MakeClient = Callable[..., Awaitable[httpx.AsyncClient]]


def make_app(database: Database, issuer: Issuer, **changes: Any) -> FastAPI:
    oidc = OidcSettings(issuer=ISSUER, audience="ansinh", jwks_url=issuer.jwks.as_uri())
    context = AppContext(
        service="demo",
        title="Dịch vụ thử",
        database=database,
        clock=BusinessClock(),
        settings=DemoSettings({"bank-1": public_key_base64(PARTNER_SEED)}),
        tokens=changes.pop("tokens", None) or TokenVerifier(oidc),
        cursor_key=b"k" * 32,
        started=True,
        **changes,
    )
    return create_app(context, routers=[router])


Issuer.make_app = staticmethod(make_app)  # type: ignore[attr-defined]  # for tests of another app


@pytest.fixture
def app(database: Database, issuer: Issuer) -> FastAPI:
    return make_app(database, issuer)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://demo.test") as opened:
        yield opened
