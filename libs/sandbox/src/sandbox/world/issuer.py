"""A small OpenID Connect issuer for local use: users with generated passwords, and clients.

Production uses the province's own provider and refuses to start with this one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, HTTPException
from joserfc import jwt
from joserfc.jwk import ECKey

from sandbox.world.settings import WorldSettings

LIFETIME_SECONDS = 600
COMMUNE = ["25000"]
OTHER_COMMUNE = ["24931"]
"""Xã Đơn Dương, in the same province; its officer may see nothing of Di Linh."""
PROVINCE = ["*"]
_OFFICER = (
    "registry:read registry:write imports:write verifications:write eligibility:read "
    "dossiers:write decisions:write disbursement:read reporting:read reporting:lists "
    "activities:write issues:read issues:write"
)

USERS: dict[str, dict[str, Any]] = {
    "can_bo": {
        "name": "Cán bộ Lao động xã Di Linh",
        "roles": ["commune_officer"],
        "communes": COMMUNE,
        "scope": _OFFICER,
    },
    "chu_tich": {
        "name": "Chủ tịch UBND xã Di Linh",
        "roles": ["commune_chair"],
        "communes": COMMUNE,
        "scope": "registry:read eligibility:read decisions:sign disbursement:read reporting:read "
        "reporting:lists issues:read issues:answer",
    },
    "ke_toan": {
        "name": "Kế toán chi trả xã Di Linh",
        "roles": ["payroll_maker"],
        "communes": COMMUNE,
        "scope": "registry:read eligibility:read disbursement:read lists:write lists:approve "
        "reconciliations:write reporting:read reporting:lists reports:write",
    },
    "kiem_soat": {
        "name": "Người kiểm soát chi xã Di Linh",
        "roles": ["payroll_checker"],
        "communes": COMMUNE,
        "scope": "disbursement:read lists:approve reporting:read",
    },
    "so_y_te": {
        "name": "Chuyên viên Sở Y tế",
        "roles": ["province_viewer"],
        "communes": PROVINCE,
        "scope": "registry:read eligibility:read disbursement:read reporting:read reporting:lists activities:write reports:write "
        "law:write",
    },
    "lanh_dao_so": {
        "name": "Lãnh đạo Sở Y tế",
        "roles": ["province_approver"],
        "communes": PROVINCE,
        "scope": "eligibility:read reporting:read law:approve",
    },
    "can_bo_tinh": {
        "name": "Cán bộ hỗ trợ nhập liệu cấp tỉnh",
        "roles": ["province_officer"],
        "communes": PROVINCE,
        "scope": _OFFICER,
    },
    "can_bo_xa_khac": {
        "name": "Cán bộ Lao động một xã khác",
        "roles": ["commune_officer", "commune_chair", "payroll_maker"],
        "communes": OTHER_COMMUNE,
        "scope": f"{_OFFICER} decisions:sign lists:write lists:approve reconciliations:write "
        "reports:write",
    },
    "giu_ho_so": {
        "name": "Người giữ hồ sơ niêm phong xã Di Linh",
        "roles": ["sealed_facts_keeper"],
        "communes": COMMUNE,
        "scope": "registry:read registry:sealed_facts reporting:read reporting:sealed",
    },
    "quan_ly_chi_tra": {
        "name": "Người quản lý đơn vị chi trả cấp tỉnh",
        "roles": ["partner_maker"],
        "communes": PROVINCE,
        "scope": "disbursement:read partners:read partners:write",
    },
    "duyet_don_vi_chi_tra": {
        "name": "Người duyệt khóa và tài khoản của đơn vị chi trả",
        "roles": ["partner_checker"],
        "communes": PROVINCE,
        "scope": "disbursement:read partners:read partners:confirm",
    },
    "van_hanh": {
        "name": "Người vận hành",
        "roles": ["operator"],
        "communes": PROVINCE,
        "scope": "operations:read operations:write dead_letters:write metrics:read "
        "sessions:revoke audit:read",
    },
}
"""Sandbox people and what each may do."""

CLIENTS: dict[str, str] = {
    "portal": "portal:dossiers",
    "bank": "partners:exchange issues:write",
    "post": "partners:exchange issues:write",
    "health_insurance": "inquiries:ask inquiries:health_insurance",
    "education": "inquiries:ask inquiries:education",
    "justice": "inquiries:ask inquiries:justice",
    "treasury": "inquiries:ask inquiries:treasury",
    "registry": "population:query",
    "eligibility": "portal:statuses",
    "disbursement": "bank:lists post:lists",
}
"""Clients and their scopes."""


class Issuer:
    """Holds the signing key and the passwords; makes tokens."""

    def __init__(self, settings: WorldSettings) -> None:
        """Load the key and the passwords, or make them (mode 0600)."""
        self._settings = settings
        self.name = f"{settings.base_url()}/issuer"
        self._key = ECKey.import_key(
            json.loads(_load_or_make(settings, "issuer_key.json", _new_key))
        )
        self._passwords = _passwords(settings)

    def public_keys(self) -> dict[str, Any]:
        """Give the key set that verifies tokens."""
        return {"keys": [self._key.as_dict(private=False)]}

    def token_for_user(self, username: str, password: str) -> str:
        """Make a token for a sandbox user; 401 for a wrong name or password."""
        expected = self._passwords.get(username, "")
        user = USERS.get(username)
        if user is None or not hmac.compare_digest(expected.encode(), password.encode()):
            raise HTTPException(401, "unknown user or wrong password")
        log_in = {"auth_time": int(time.time()), "sid": secrets.token_hex(8)}
        return self._sign({"sub": username, **user, **log_in})

    def token_for_client(self, client_id: str, client_secret: str) -> str:
        """Make a token for a client; 401 for a wrong name or secret."""
        scope = CLIENTS.get(client_id)
        if scope is None or not hmac.compare_digest(
            self._settings.secret(f"client_{client_id}_secret").encode(), client_secret.encode()
        ):
            raise HTTPException(401, "unknown client or wrong secret")
        return self.own_token(client_id)

    def own_token(self, client_id: str) -> str:
        """Make a token for one of the stand-ins itself."""
        return self._sign(
            {
                "sub": f"client:{client_id}",
                "client_id": client_id,
                "name": client_id,
                "scope": CLIENTS[client_id],
                "roles": [],
                "communes": PROVINCE,
            }
        )

    def scopes_of(self, token: str) -> set[str]:
        """Verify a token that a service shows to a stand-in; 401 when it is not ours or is old."""
        try:
            claims = jwt.decode(token, self._key, algorithms=["ES256"]).claims
        except Exception as error:
            raise HTTPException(401, "the token is not ours") from error
        if claims.get("exp", 0) < time.time():
            raise HTTPException(401, "the token is too old")
        return set(str(claims.get("scope", "")).split())

    def _sign(self, claims: dict[str, Any]) -> str:
        now = int(time.time())
        return jwt.encode(
            {"alg": "ES256", "kid": self._key.kid, "typ": "at+jwt"},
            {
                "client_id": "sandbox",
                **claims,
                "iss": self.name,
                "aud": "ansinh",
                "iat": now,
                "nbf": now,
                "exp": now + LIFETIME_SECONDS,
                "jti": secrets.token_hex(8),
            },
            self._key,
        )


def _new_key() -> str:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True))


def _new_passwords() -> str:
    return json.dumps({name: secrets.token_urlsafe(12) for name in USERS}, indent=1)


def _passwords(settings: WorldSettings) -> dict[str, str]:
    """Load everybody's password; people who joined since get one now."""
    known: dict[str, str] = json.loads(_load_or_make(settings, "users.json", _new_passwords))
    if USERS.keys() - known.keys():
        known = json.loads(_new_passwords()) | known
        _write(settings.world_folder / "users.json", json.dumps(known, indent=1))
    return known


def _load_or_make(settings: WorldSettings, name: str, make: Callable[[], str]) -> str:
    path = settings.world_folder / name
    if not path.exists():
        _write(path, make())
    return path.read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    """Replace a private file as a whole."""
    unfinished = path.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.rename(path)


def _basic(header: str | None) -> tuple[str, str] | None:
    if not header or not header.startswith("Basic "):
        return None
    try:
        text = base64.b64decode(header[6:], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, _, secret = text.partition(":")
    return name, secret


def issuer_router(issuer: Issuer) -> APIRouter:
    """Give the routes of the issuer."""
    router = APIRouter(prefix="/issuer", tags=["issuer"])

    @router.get("/.well-known/openid-configuration")
    def configuration() -> dict[str, Any]:
        return {
            "issuer": issuer.name,
            "jwks_uri": f"{issuer.name}/jwks",
            "token_endpoint": f"{issuer.name}/token",
            "grant_types_supported": ["password", "client_credentials"],
        }

    @router.get("/jwks")
    def keys() -> dict[str, Any]:
        return issuer.public_keys()

    @router.post("/token")
    def token(
        grant_type: Annotated[str, Form()],
        username: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        client_id: Annotated[str, Form()] = "",
        client_secret: Annotated[str, Form()] = "",
        authorization: Annotated[str | None, Header()] = None,
    ) -> dict[str, Any]:
        if grant_type == "password":
            made = issuer.token_for_user(username, password)
        elif grant_type == "client_credentials":
            named = _basic(authorization) or (client_id, client_secret)
            made = issuer.token_for_client(*named)
        else:
            raise HTTPException(400, "unsupported_grant_type")
        return {"access_token": made, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS}

    return router
