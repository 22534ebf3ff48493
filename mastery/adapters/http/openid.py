"""Signing in at a provider by OpenID Connect: the protocol is Authlib's; who it is, the roster says."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import AsyncOAuth2Client
from fastapi import Request
from httpx2 import HTTPError
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry, decode
from starlette.responses import RedirectResponse, Response

from mastery.access import Person
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.settings import OpenIdConnect, Settings
from mastery.adapters.http.tenants import Tenant, Tenants

__all__ = ["SignInElsewhere"]

_STATE = "mastery_signing_in"
_SECONDS = 600
_ALGORITHMS = ["RS256", "ES256"]


class SignInElsewhere:
    """The code flow with PKCE, state and nonce; what is under way is in a signed cookie of the browser itself."""

    def __init__(self, provider: OpenIdConnect, settings: Settings, transport: Any = None) -> None:
        self._provider, self._settings, self._transport = provider, settings, transport
        self._key = hashlib.sha256(f"mastery sign-in {provider.client_secret}".encode()).digest()  # of every process
        self._described: dict[str, Any] = {}

    def _client(self, request: Request, **more: Any) -> AsyncOAuth2Client:
        back = str(request.url_for("back_from_provider"))
        return AsyncOAuth2Client(
            self._provider.client_id,
            self._provider.client_secret,
            scope="openid profile email",
            redirect_uri=back,
            code_challenge_method="S256",
            transport=self._transport,
            timeout=10,
            **more,
        )

    @asynccontextmanager
    async def _asking(self, request: Request) -> AsyncIterator[AsyncOAuth2Client]:
        """Give what asks the provider; whatever goes wrong there is a refusal in our words."""
        async with self._client(request) as client:
            try:
                yield client
            except HTTPError as fault:
                said = f"The provider cannot be asked at the moment ({type(fault).__name__})."
                raise Problem("provider-unavailable", said, headers={"retry-after": "10"}) from None
            except (AuthlibBaseError, JoseError, LookupError, TypeError, ValueError, AttributeError) as fault:
                raise Problem("not-signed-in", f"The provider did not say who you are ({fault}).") from None

    async def _description(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        if not self._described:
            address = self._provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            response = await client.request("GET", address, withhold_token=True)
            response.raise_for_status()
            described = response.json()
            if described["issuer"] != self._provider.issuer:  # OpenID Connect Discovery 1.0, section 4.3
                raise ValueError(f"it describes {described['issuer']!r}, not {self._provider.issuer!r}")
            self._described = described
        return self._described

    async def go(self, request: Request, tenant: Tenant) -> Response:
        """Return the way to the provider."""
        verifier, nonce = generate_token(48), generate_token(24)
        async with self._asking(request) as client:
            described = await self._description(client)
            address, state = client.create_authorization_url(
                described["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        way = {"tenant": tenant.name, "state": state, "verifier": verifier, "nonce": nonce}
        under_way = json.dumps({**way, "until": self._now() + _SECONDS})
        response = RedirectResponse(address, 302)
        response.set_cookie(
            _STATE, self._signed(under_way), max_age=_SECONDS, secure=self._settings.secure, httponly=True,
            samesite="lax", path=request.url.path,
        )  # fmt: skip
        return response

    def _signed(self, text: str) -> str:
        return f"{hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()}.{text.encode().hex()}"

    def _now(self) -> int:
        return int(self._settings.clock().timestamp())

    def _read(self, cookie: str) -> dict[str, Any]:
        signature, _, coded = cookie.partition(".")
        try:
            text = bytes.fromhex(coded).decode()
        except ValueError:
            text = ""
        wanted = self._signed(text).partition(".")[0]
        holds = bool(text) and hmac.compare_digest(wanted.encode(), signature.encode())
        found: dict[str, Any] = json.loads(text) if holds else {"until": 0}
        if found["until"] < self._now():
            raise Problem("not-signed-in", "This way of signing in was not begun here, or too long ago: begin anew.")
        return found

    async def who_came_back(self, request: Request, tenants: Tenants) -> tuple[Tenant, Person]:
        """Return who signed in; refuses an answer that is not to our question, and who is not in the roster."""
        under_way = self._read(request.cookies.get(_STATE, ""))
        if not hmac.compare_digest(request.query_params.get("state", "").encode(), under_way["state"].encode()):
            raise Problem("not-signed-in", "The provider answered another question: begin anew.")
        claims = await self._claims(request, under_way)
        tenant = tenants.get(under_way["tenant"])
        account = claims.get(self._provider.claim)
        known = tenant.access.rosters.current().by_account if tenant else {}
        person = known.get(account) if isinstance(account, str) else None
        if not tenant or not person:
            raise Problem("not-permitted", f"You are {account!r} at the provider, and not in the roster here.")
        return tenant, person

    async def _claims(self, request: Request, under_way: dict[str, Any]) -> dict[str, Any]:
        async with self._asking(request) as client:
            described = await self._description(client)
            token = await client.fetch_token(
                described["token_endpoint"],
                code=request.query_params.get("code", ""),
                code_verifier=under_way["verifier"],
            )
            keys = (await client.request("GET", described["jwks_uri"], withhold_token=True)).json()
            found = decode(token["id_token"], KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
            JWTClaimsRegistry(
                now=self._now(),
                leeway=60,
                iss={"essential": True, "value": described["issuer"]},
                aud={"essential": True, "value": self._provider.client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": under_way["nonce"]},
            ).validate(found.claims)
        return dict(found.claims)
