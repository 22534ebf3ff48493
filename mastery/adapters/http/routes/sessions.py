"""Signing in: with a local account, or at a provider by OpenID Connect. A session is a cookie that no script reads."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from mastery.access import Permission
from mastery.adapters.http.asking import COOKIE, PUBLIC, AtDesk, address_of, needs, secret_of, session_of, tenant_named
from mastery.adapters.http.bodies import Body, Name, Text
from mastery.adapters.http.credentials import begin_session, digest, password_holds
from mastery.adapters.http.described import gives, refusals
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenant
from mastery.store.access import Session
from mastery.wording import instant

__all__ = ["router", "sign_in_with", "with_cookie", "without_cookie"]

router = APIRouter(tags=["sessions"])


class SignIn(Body):
    """An account of the roster and its password; `tenant` where there are several."""

    account: Name
    password: Name
    tenant: Text = ""


@router.post("/session", responses=gives("session", read=False))
@needs(PUBLIC)
def sign_in(request: Request, body: SignIn) -> Response:
    """Sign in with a local account: sets the cookie, and gives the token that requests which write show (CSRF)."""
    tenant, session, secret = sign_in_with(request, body.account, body.password, body.tenant)
    response = JSONResponse(_session(tenant.name, session), headers={"cache-control": "no-store"})
    return with_cookie(request, response, tenant, secret)


def sign_in_with(request: Request, account: str, password: str, name: str = "") -> tuple[Tenant, Session, str]:
    """Begin a session for an account of the tenant of this name; refuses a wrong password, and too many of them."""
    settings: Settings = request.app.state.settings
    tenant = tenant_named(request.app.state.tenants, name)
    named = tenant.name if tenant else name
    who = (f"account {named} {account}", f"address {address_of(request)}")
    request.app.state.allowances.begin_guess(who, settings)
    holds = tenant is not None and password_holds(tenant, account, password)
    person = tenant and tenant.access.rosters.current().by_account.get(account)
    if not tenant or not person or not holds:
        raise Problem("not-signed-in", "There is no such account with this password.")
    request.app.state.allowances.guessed_right(who)
    session, secret = begin_session(tenant, person.identifier, settings.clock() + settings.session_length)
    return tenant, session, secret


def _place(request: Request) -> str:
    """Return below which path the cookie is sent: where the service is mounted, nowhere else."""
    return request.scope.get("root_path") or "/"


def with_cookie(request: Request, response: Response, tenant: Tenant, secret: str) -> Response:
    """Return a response that sets the cookie of a session."""
    settings: Settings = request.app.state.settings
    age = int(settings.session_length.total_seconds())
    response.set_cookie(
        COOKIE, f"{tenant.name}.{secret}", max_age=age, path=_place(request), secure=settings.secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
    return response


def _session(tenant: str, session: Session) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "person": session.person,
        "csrf": session.csrf,
        "expires_at": instant(session.expires_at),
    }


@router.get("/session", responses=gives("session", read=False))
@needs(Permission.READ_RULES)
def read_session(request: Request, desk: AtDesk) -> Response:
    """Say who is signed in, until when, and the token that requests which write show."""
    session = desk.session(secret_of(request))
    if session is None:
        raise Problem("not-found", "A token was shown: there is no session.")
    return JSONResponse(_session(desk.tenant, session), headers={"cache-control": "no-store"})


@router.delete("/session", status_code=204, responses=refusals(), response_class=Response)
@needs(PUBLIC)
def sign_out(request: Request) -> Response:
    """End the session, whatever its person may still do."""
    found = session_of(request, request.app.state.tenants, request.app.state.settings)
    if found is None:
        raise Problem("not-signed-in", "There is no session to end.")
    found[0].access.sessions.end(digest(secret_of(request)))
    return without_cookie(request, Response(status_code=204))


def without_cookie(request: Request, response: Response) -> Response:
    """Return a response that takes the cookie of a session back."""
    response.delete_cookie(COOKIE, path=_place(request))
    return response


@router.get("/session/openid", status_code=302, responses=refusals(), response_class=RedirectResponse)
@needs(PUBLIC)
async def go_to_provider(request: Request, tenant: str = "") -> Response:
    """Go to the provider to sign in there (OpenID Connect, code flow with PKCE)."""
    found = tenant_named(request.app.state.tenants, tenant)
    if request.app.state.openid is None or found is None:
        raise Problem("not-found", "No provider to sign in at is set up here.")
    return await request.app.state.openid.go(request, found)  # type: ignore[no-any-return]


@router.get("/session/openid/back", status_code=303, responses=refusals(), response_class=RedirectResponse)
@needs(PUBLIC)
async def back_from_provider(request: Request) -> Response:
    """Come back from the provider: its answer names the account, and the roster the person."""
    if request.app.state.openid is None:
        raise Problem("not-found", "No provider to sign in at is set up here.")
    settings: Settings = request.app.state.settings
    tenant, person = await request.app.state.openid.who_came_back(request, request.app.state.tenants)
    _, secret = begin_session(tenant, person.identifier, settings.clock() + settings.session_length)
    return with_cookie(request, RedirectResponse(_place(request), 303), tenant, secret)
