"""An issuer of test tokens: its keys lie in a file that the services' settings name."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

ISSUER = "https://issuer.test"
AUDIENCE = "ansinh"


class TestIssuer:
    """Makes tokens that the services of the test accept."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        """Make a key and write its public half where `jwks_url` points."""
        self._key = OKPKey.generate_key("Ed25519", parameters={"kid": "test", "use": "sig"})
        file = folder / "jwks.json"
        file.write_text(json.dumps({"keys": [self._key.as_dict(private=False)]}), encoding="utf-8")
        self.jwks_url = file.as_uri()

    def token(
        self,
        scopes: Iterable[str] = (),
        *,
        communes: Iterable[str] = ("*",),
        roles: Iterable[str] = (),
        subject: str = "tester",
        **claims: Any,
    ) -> str:
        """Make a token, good for an hour unless `claims` say otherwise."""
        now = int(time.time())
        content = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "name": subject,
            "client_id": subject,
            "iat": now,
            "exp": now + 3600,
            "auth_time": now,
            "scope": " ".join(scopes),
            "roles": list(roles),
            "communes": list(communes),
        }
        header = {"alg": "Ed25519", "kid": "test", "typ": "JWT"}
        return jwt.encode(header, {**content, **claims}, self._key, algorithms=["Ed25519"])
