"""Signing in at a provider: the way there and back, and every answer of a provider that is not to be believed."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from attrs import define, field
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from service_world import NOW, Service, mark, named, opened, settings
from starlette.testclient import TestClient

from mastery.adapters.http.asking import COOKIE
from mastery.adapters.http.openid import SignInElsewhere
from mastery.adapters.http.settings import OpenIdConnect

ISSUER = "https://provider.test"
OURS = OpenIdConnect(issuer=ISSUER, client_id="mastery", client_secret="a secret of the client")  # noqa: S106
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
STRANGE = RSAKey.generate_key(2048, {"kid": "one"})
CURVE = ECKey.generate_key("P-256", {"kid": "two"})
ACCOUNT = f"teacher-a {mark('north', 'account', 'teacher-a')}"
Claims = dict[str, Any]


def signed(claims: Claims) -> str:
    """Return an ID token as a good provider signs it."""
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)


def unsigned(claims: Claims) -> str:
    """Return an ID token that nobody has signed."""
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in ({"alg": "none"}, claims)]
    return f"{b'.'.join(parts).decode()}."


def signed_with_what_is_public(claims: Claims) -> str:
    """Return an ID token that is signed by HS256, its secret the public key."""
    public = OctKey.import_key(KEY.as_pem(private=False))
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims, public, algorithms=["HS256"])


@define
class Provider:
    """A small provider: what it says can be changed in any place."""

    claims: Claims = field(factory=dict)
    sign: Callable[[Claims], str] = signed
    described: dict[str, Any] = field(factory=dict)
    instead: dict[str, httpx2.Response | Exception] = field(factory=dict)
    asked: dict[str, str] = field(factory=dict)
    """What the browser was sent here with."""

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """Answer the service."""
        path = request.url.path
        found = self.instead.get(path)
        if isinstance(found, Exception):
            raise found
        if found is not None:
            return found
        if path.endswith("openid-configuration"):
            ends = {"authorization_endpoint": "/go", "token_endpoint": "/token", "jwks_uri": "/keys"}
            places = {name: ISSUER + place for name, place in ends.items()}
            return httpx2.Response(200, json={"issuer": ISSUER, **places, **self.described})
        if path == "/keys":
            return httpx2.Response(200, json={"keys": [key.as_dict(private=False) for key in (KEY, CURVE)]})
        return self._token(dict(parse_qsl(request.content.decode())), request)

    def _token(self, sent: dict[str, str], request: httpx2.Request) -> httpx2.Response:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        known = base64.b64encode(f"{OURS.client_id}:{OURS.client_secret}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {known}"
        assert (sent["code"], sent["redirect_uri"]) == ("the code", self.asked["redirect_uri"])
        assert challenge.rstrip(b"=").decode() == self.asked["code_challenge"]
        now = int(NOW.timestamp())
        usual = {
            "iss": ISSUER,
            "aud": "mastery",
            "sub": "1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked["nonce"],
        }
        told = {**usual, "preferred_username": ACCOUNT, **self.claims}
        token = self.sign({name: value for name, value in told.items() if value is not None})
        return httpx2.Response(200, json={"access_token": "x", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def served(provider: Provider) -> Iterator[Service]:
    """Both tenants, and the provider at which people sign in."""
    with opened() as found:
        chosen = settings(openid=OURS)
        found.ask.app.state.openid = SignInElsewhere(OURS, chosen, httpx2.MockTransport(provider.answer))
        yield found
        found.ask.app.state.openid, found.ask.app.state.settings = None, settings()


def browser(served: Service) -> TestClient:
    """Return a browser of its own."""
    return TestClient(served.ask.app, base_url="https://school.test", follow_redirects=False)


def go(client: TestClient, provider: Provider, tenant: str = "north") -> Any:
    """Set out for the provider."""
    told = client.get(f"/v1/session/openid?tenant={tenant}")
    if told.status_code == 302:
        provider.asked = {name: value[0] for name, value in parse_qs(urlsplit(told.headers["location"]).query).items()}
    return told


def back(client: TestClient, provider: Provider, **more: str) -> Any:
    """Come back from there."""
    return client.get(
        f"/v1/session/openid/back?{urlencode({'code': 'the code', 'state': provider.asked['state'], **more})}"
    )


def refused(answer: Any, kind: str = "not-signed-in") -> bool:
    """Whether nobody was let in, and why in the documented form."""
    assert answer.headers["content-type"] == "application/problem+json", answer.content
    assert COOKIE not in answer.headers.get("set-cookie", "")
    return bool(answer.json()["type"] == f"urn:mastery:problem:{kind}")


def test_there_and_back(served: Service, provider: Provider) -> None:
    """The browser is sent with state, nonce and challenge; who comes back is signed in as the person of the account."""
    client = browser(served)
    told = go(client, provider)
    cookie = told.headers["set-cookie"].lower()
    assert told.headers["location"].startswith(f"{ISSUER}/go?")
    assert all(
        flag in cookie for flag in ("httponly", "secure", "samesite=lax", "max-age=600", "path=/v1/session/openid")
    )
    assert (provider.asked["response_type"], provider.asked["code_challenge_method"]) == ("code", "S256")
    assert (provider.asked["client_id"], "openid" in provider.asked["scope"].split()) == ("mastery", True)
    assert provider.asked["redirect_uri"] == "https://school.test/v1/session/openid/back"
    assert min(len(provider.asked[name]) for name in ("state", "nonce", "code_challenge")) >= 24
    came = back(client, provider)
    assert (came.status_code, came.headers["location"]) == (303, "/")
    session = client.get("/v1/session").json()
    assert (session["tenant"], session["person"]) == ("north", named("teacher-a"))
    assert client.get(f"/v1/learners/{named('oak')}/state").status_code == 200
    assert OURS.client_secret not in repr(OURS) + repr(told.headers) + repr(came.headers)


def test_every_way_is_another(served: Service, provider: Provider) -> None:
    """State, nonce and challenge are new each time."""
    seen = [(go(browser(served), provider), dict(provider.asked))[1] for _ in range(3)]
    for name in ("state", "nonce", "code_challenge"):
        assert len({asked[name] for asked in seen}) == 3


ODD_CLAIMS: dict[str, Claims] = {
    "no issuer": {"iss": None},
    "another issuer": {"iss": "https://elsewhere.test"},
    "no audience": {"aud": None},
    "another audience": {"aud": "elsewhere"},
    "other audiences": {"aud": ["elsewhere", "else"]},
    "no nonce": {"nonce": None},
    "another nonce": {"nonce": "x" * 24},
    "no end": {"exp": None},
    "ended": {"exp": int(NOW.timestamp()) - 61},
    "ended years ago": {"exp": 1},
    "not yet": {"nbf": int(NOW.timestamp()) + 3_600},
    "an end that is none": {"exp": "tomorrow"},
}


@pytest.mark.parametrize("what", ODD_CLAIMS)
def test_a_token_that_says_another_thing_lets_nobody_in(served: Service, provider: Provider, what: str) -> None:
    """Issuer, audience, nonce and times are what they should be, by the clock of the service, or nobody is let in."""
    client = browser(served)
    go(client, provider)
    provider.claims = ODD_CLAIMS[what]
    assert refused(back(client, provider))


SIGNERS: dict[str, Callable[[Claims], str]] = {
    "none": unsigned,
    "HS256 with what is public": signed_with_what_is_public,
    "a strange key": lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, STRANGE),
    "an unknown key": lambda claims: jwt.encode({"alg": "RS256", "kid": "three"}, claims, STRANGE),
    "another way": lambda claims: jwt.encode({"alg": "PS256", "kid": "one"}, claims, KEY, algorithms=["PS256"]),
    "no signature": lambda claims: signed(claims).rpartition(".")[0] + ".",
    "other claims": lambda claims: ".".join(
        [
            signed(claims).split(".")[0],
            unsigned({**claims, "preferred_username": "x"}).split(".")[1],
            signed(claims).split(".")[2],
        ]
    ),
    "no token": lambda claims: "token",
    "nothing": lambda claims: "",
}


@pytest.mark.parametrize("how", SIGNERS)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(served: Service, provider: Provider, how: str) -> None:
    """Unsigned, signed by another key or in another way, or changed since: it is not believed."""
    client = browser(served)
    go(client, provider)
    provider.sign = SIGNERS[how]
    assert refused(back(client, provider))


def test_a_token_signed_on_a_curve_is_believed(served: Service, provider: Provider) -> None:
    """ES256 by a key of the provider is as good as RS256; a token for others too, if we are among them, as well."""
    client = browser(served)
    go(client, provider)
    provider.sign = lambda claims: jwt.encode({"alg": "ES256", "kid": "two"}, claims, CURVE)
    provider.claims = {"aud": ["mastery"], "exp": int(NOW.timestamp()) - 30}  # a minute for clocks that differ
    assert back(client, provider).status_code == 303


@pytest.mark.parametrize(
    "account", ["who is not here", "", None, True, 1, ["teacher-a"], {"a": 1}, ACCOUNT.upper(), f" {ACCOUNT}"]
)
def test_who_is_not_in_the_roster_is_let_in_nowhere(served: Service, provider: Provider, account: object) -> None:
    """The claim is the name of an account of the tenant that one set out from, letter by letter."""
    client = browser(served)
    go(client, provider)
    provider.claims = {"preferred_username": account}
    assert refused(back(client, provider), "not-permitted")
    go(client, provider, "south")
    provider.claims = {"preferred_username": ACCOUNT}
    assert refused(back(client, provider), "not-permitted"), "in the south the account has another name"


def test_an_answer_to_another_question_is_none(served: Service, provider: Provider) -> None:
    """Without the cookie, with that of another way, too late, or with another state, nobody is let in."""
    victim, other = browser(served), browser(served)
    go(other, provider)
    theirs = dict(provider.asked)
    assert refused(back(victim, provider)), "a browser that never set out"
    go(victim, provider)
    for state in (theirs["state"], "", "\u202e", f"{provider.asked['state']}x"):
        assert refused(back(victim, provider, state=state))
    cookie = next(one for one in victim.cookies.jar if one.name == "mastery_signing_in").value or ""
    signature, _, coded = cookie.strip('"').partition(".")
    changed = bytes.fromhex(coded).replace(b"north", b"south").hex()
    for value in (
        f"{signature}.{changed}",
        f".{coded}",
        f"{signature}.",
        signature,
        f"\xe9.{coded}",
        f"{signature}.zz",
        "",
        ".",
    ):
        headers = [("cookie", f"mastery_signing_in={value}")]
        target = f"/v1/session/openid/back?code=x&state={provider.asked['state']}"
        assert served.ask("GET", target, headers=headers).kind == "not-signed-in", value
    later = settings(openid=OURS, clock=lambda: NOW + timedelta(seconds=601))
    served.ask.app.state.openid = SignInElsewhere(OURS, later, httpx2.MockTransport(provider.answer))
    assert refused(back(victim, provider)), "too long ago"


FAILURES: dict[str, httpx2.Response | Exception] = {
    "an error": httpx2.Response(500, text="sorry"),
    "no connection": httpx2.ConnectError("no route"),
    "no answer in time": httpx2.ReadTimeout("late"),
    "no JSON": httpx2.Response(200, text="<html>"),
    "nothing": httpx2.Response(200),
    "a list": httpx2.Response(200, json=[]),
    "null": httpx2.Response(200, json=None),
    "an empty object": httpx2.Response(200, json={}),
    "a refusal": httpx2.Response(400, json={"error": "invalid_grant", "error_description": "\u202eno"}),
    "elsewhere": httpx2.Response(302, headers={"location": "https://elsewhere.test"}),
    "keys that are none": httpx2.Response(200, json={"keys": [{"kty": "x"}, 1], "id_token": 1}),
}


@pytest.mark.parametrize("place", ["/.well-known/openid-configuration", "/token", "/keys"])
@pytest.mark.parametrize("what", FAILURES)
def test_a_provider_that_fails_is_told_in_words(served: Service, provider: Provider, what: str, place: str) -> None:
    """Wherever the provider fails, nobody is let in, nothing breaks here, and the secret is told nobody."""
    client = browser(served)
    go(client, provider)
    served.ask.app.state.openid._described = {}
    provider.instead = {place: FAILURES[what]}
    told = back(client, provider)
    assert refused(told) or refused(told, "provider-unavailable")
    assert OURS.client_secret not in told.text
    if place.endswith("configuration"):
        told = go(browser(served), provider)
        assert refused(told) or refused(told, "provider-unavailable")


def test_a_description_of_another_provider_is_not_believed(served: Service, provider: Provider) -> None:
    """The provider that describes itself has the name that was set here (OpenID Connect Discovery, 4.3)."""
    provider.described = {"issuer": "https://elsewhere.test"}
    provider.claims = {"iss": "https://elsewhere.test"}
    assert refused(go(browser(served), provider))


def test_without_a_provider_or_tenant_there_is_no_way(served: Service, provider: Provider) -> None:
    """Where several tenants are, one is named; where no provider is set up, there is none."""
    for tenant in ("", "nowhere", "\u202e"):
        assert refused(go(browser(served), provider, tenant), "not-found")
    served.ask.app.state.openid = None
    assert refused(go(browser(served), provider), "not-found")
    assert served.ask("GET", "/v1/session/openid/back?code=x&state=y").kind == "not-found"
