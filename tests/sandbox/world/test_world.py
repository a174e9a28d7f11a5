"""The stand-ins of the outside world: they keep their own books and refuse what is wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.world.app import build_world
from sandbox.world.issuer import USERS, Issuer
from sandbox.world.partner import Failure, PartnerProfile
from sandbox.world.settings import WorldSettings
from sandbox.world.signing import Signer

PAIN = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>L1</MsgId><NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum></GrpHdr>
<PmtInf><PmtInfId>L1</PmtInfId><ReqdExctnDt><Dt>2026-12-01</Dt></ReqdExctnDt>
<DbtrAcct><Id><Othr><Id>0099</Id></Othr></Id></DbtrAcct><ChrgBr>DEBT</ChrgBr>{transfers}</PmtInf>
</CstmrCdtTrfInitn></Document>"""
TRANSFER = """<CdtTrfTxInf><PmtId><EndToEndId>{ref}</EndToEndId></PmtId>
<Amt><InstdAmt Ccy="VND">{amount}</InstdAmt></Amt><Cdtr><Nm>NGUYEN VAN A</Nm></Cdtr>
<CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct></CdtTrfTxInf>"""


def pain_list(amounts: dict[str, int], *, stated: int | None = None) -> bytes:
    transfers = "".join(
        TRANSFER.format(ref=ref, amount=amount, account=f"1000{n}")
        for n, (ref, amount) in enumerate(amounts.items())
    )
    total = sum(amounts.values()) if stated is None else stated
    return PAIN.format(count=len(amounts), total=total, transfers=transfers).encode()


@dataclass
class World:
    app: FastAPI
    http: httpx.AsyncClient
    settings: WorldSettings
    seed: str

    async def token(self, client: str) -> dict[str, str]:
        answer = await self.http.post(
            "/issuer/token",
            data={
                "grant_type": "client_credentials",
                "client_id": client,
                "client_secret": self.settings.secret(f"client_{client}_secret"),
            },
        )
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def send(self, reference: str, content: bytes) -> httpx.Response:
        request = self.http.build_request(
            "POST",
            "/bank/lists",
            content=content,
            headers={
                **await self.token("disbursement"),
                "Content-Type": "application/xml",
                "X-List-Reference": reference,
            },
        )
        return await self.http.send(Signer("disbursement", self.seed).sign(request))


@pytest.fixture
def settings(tmp_path: Path) -> WorldSettings:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for client in ("portal", "bank", "post", "registry", "eligibility", "disbursement"):
        (secrets / f"client_{client}_secret").write_text(f"secret-of-{client}\n")
    for signer in ("bank", "post", "disbursement"):
        key = Ed25519PrivateKey.generate()
        seed = base64.b64encode(key.private_bytes_raw()).decode()
        (secrets / f"{signer}_signing_key").write_text(seed)
        public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
        (secrets / f"{signer}_verify_key").write_text(public)
    citizens = tmp_path / "population.json"
    citizens.write_text(json.dumps([{"SoDinhDanh": "003151000017", "SoCMND": None}]))
    return WorldSettings(
        world_folder=tmp_path / "world",
        secrets_folder=secrets,
        business_clock_file=tmp_path / "clock",
        population_files=(citizens,),
        public_url="http://world",
    )


@pytest.fixture
async def world(settings: WorldSettings) -> AsyncIterator[World]:
    app = build_world(settings)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://world") as http:
        yield World(app, http, settings, settings.secret("disbursement_signing_key"))


async def test_a_token_for_a_user_verifies_against_the_published_keys(world: World) -> None:
    passwords = json.loads((world.settings.world_folder / "users.json").read_text())
    assert (world.settings.world_folder / "users.json").stat().st_mode & 0o077 == 0
    answer = await world.http.post(
        "/issuer/token",
        data={"grant_type": "password", "username": "can_bo", "password": passwords["can_bo"]},
    )
    keys = KeySet.import_key_set((await world.http.get("/issuer/jwks")).json())
    claims = jwt.decode(answer.json()["access_token"], keys, algorithms=["ES256"]).claims
    assert claims["communes"] == ["25000"]
    assert "imports:write" in claims["scope"].split()
    wrong = await world.http.post(
        "/issuer/token",
        data={"grant_type": "password", "username": "can_bo", "password": "guess"},
    )
    assert wrong.status_code == 401


async def test_people_who_joined_since_get_a_password_and_the_others_keep_theirs(
    settings: WorldSettings,
) -> None:
    settings.world_folder.mkdir(parents=True, exist_ok=True)
    users = settings.world_folder / "users.json"
    users.write_text(json.dumps({"can_bo": "kept"}), encoding="utf-8")
    Issuer(settings)
    passwords = json.loads(users.read_text(encoding="utf-8"))
    assert passwords["can_bo"] == "kept"
    assert passwords.keys() == USERS.keys()
    assert len(set(passwords.values())) == len(USERS)
    assert users.stat().st_mode & 0o077 == 0


async def test_the_clock_moves_forward_only(world: World) -> None:
    later, earlier = "2027-01-05T08:00:00+07:00", "2026-11-12T08:00:00+07:00"
    await world.http.post("/clock", json={"now": later})
    answer = await world.http.post("/clock", json={"now": earlier})
    assert datetime.fromisoformat(answer.json()["now"]) == datetime.fromisoformat(later)


async def test_a_citizen_is_found_by_number_and_the_unknown_have_no_node(world: World) -> None:
    query = {
        "MaYeuCau": "q1", "MaDVC": "1.014027", "MaCanBo": "officer", "HoVaTen": "A",
        "NgayThangNamSinh": {"Nam": "1951"}, "SoDinhDanh": "003151000017",
    }  # fmt: skip
    url, headers = "/population/TraCuuThongTinCongDan", await world.token("registry")
    found = await world.http.post(url, json=query, headers=headers)
    assert found.json()["CongdanCollection"]["CongDan"][0]["SoDinhDanh"] == "003151000017"
    unknown = await world.http.post(
        url, json={**query, "SoDinhDanh": "003151000018"}, headers=headers
    )
    assert "CongDan" not in unknown.json()["CongdanCollection"]
    assert (await world.http.post(url, json=query)).status_code == 401
    other = await world.token("portal")
    assert (await world.http.post(url, json=query, headers=other)).status_code == 403


async def test_the_same_list_twice_is_booked_once_and_other_bytes_are_refused(
    world: World,
) -> None:
    content = pain_list({"E1": 740_000, "E2": 1_350_000})
    first = await world.send("L1", content)
    again = await world.send("L1", content)
    assert first.status_code == again.status_code == 202
    assert first.json() == again.json()
    assert first.json()["sum"] == 2_090_000
    other = await world.send("L1", pain_list({"E1": 740_000}))
    assert (other.status_code, other.json()["detail"]["code"]) == (409, "reference_reused")
    books = (await world.http.get("/bank/books")).json()
    assert sum(outcome["total"] for outcome in books["outcomes"]) == 2_090_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pain_list({"E1": 740_000}, stated=740_001), "totals_differ"),
        (pain_list({"E1": 0}), "amount_not_positive"),
        (pain_list({"E1": 5}).replace(b"DEBT", b"CRED"), "unreadable_list"),
        (b"<Document/>", "unreadable_list"),
        (b"not xml", "unreadable_list"),
        (pain_list({"E1": 5}).replace(b'"VND"', b'"USD"'), "unreadable_list"),
        (pain_list({"E1": 5}).replace(b">5<", b">5.5<"), "unreadable_list"),
    ],
)
async def test_a_wrong_list_is_refused_and_noted(world: World, content: bytes, code: str) -> None:
    answer = await world.send("L2", content)
    assert (answer.status_code, answer.json()["detail"]["code"]) == (422, code)
    books = (await world.http.get("/bank/books")).json()
    assert books["refusals"] == [{"code": code, "times": 1}]
    assert books["lists"] == []


async def test_a_reference_is_never_paid_twice_even_in_another_list(world: World) -> None:
    await world.send("L1", pain_list({"E1": 740_000}))
    answer = await world.send("L9", pain_list({"E1": 740_000}))
    assert answer.json()["detail"]["code"] == "already_ordered"
    books = (await world.http.get("/bank/books")).json()
    assert books["refusals"] == [{"code": "already_ordered", "times": 1}]
    assert [book["reference"] for book in books["lists"]] == ["L1"]


async def test_an_unsigned_or_changed_list_is_refused(world: World) -> None:
    content = pain_list({"E1": 740_000})
    headers = {
        **await world.token("disbursement"),
        "Content-Type": "application/xml",
        "X-List-Reference": "L1",
    }
    unsigned = await world.http.post("/bank/lists", content=content, headers=headers)
    assert unsigned.status_code == 401
    request = world.http.build_request("POST", "/bank/lists", content=content, headers=headers)
    signed = Signer("disbursement", world.seed).sign(request)
    changed = await world.http.post(
        "/bank/lists", content=pain_list({"E1": 940_000}), headers=dict(signed.headers)
    )
    assert changed.status_code == 401


async def test_a_lost_answer_leaves_the_list_booked(world: World) -> None:
    await world.http.post("/bank/mood", json={"drop_answers": 1})
    lost = await world.send("L1", pain_list({"E1": 740_000}))
    assert lost.status_code == 504
    inquiry = await world.http.get("/bank/lists/L1", headers=await world.token("disbursement"))
    assert inquiry.json()["status"] == "received"
    never = await world.http.get("/bank/lists/L7", headers=await world.token("disbursement"))
    assert never.status_code == 404


def test_whom_a_partner_fails_depends_on_the_payee_only() -> None:
    profile = PartnerProfile(
        "p", "c", "bank", "Ngân hàng", "csv", (Failure("failed", "AC01", 100),)
    )
    outcomes = [profile.outcome_for(f"payee {n}") for n in range(5000)]
    assert outcomes == [profile.outcome_for(f"payee {n}") for n in range(5000)]
    failed = sum(outcome == "failed" for outcome, _, _ in outcomes)
    assert 400 < failed < 600
    assert {day for _, _, day in outcomes} == {0, 1, 2, 3}
