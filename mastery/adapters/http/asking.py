"""Who asks, and whether they may: every route says what it needs, and an app with one that does not never starts."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute

from mastery.access import Caller, Permission, Role, may
from mastery.adapters.http.credentials import Presented, digest
from mastery.adapters.http.desk import Desk
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenant, Tenants

__all__ = [
    "COOKIE",
    "CSRF",
    "PUBLIC",
    "AtDesk",
    "Public",
    "address_of",
    "desk_of",
    "form_of",
    "needed",
    "needs",
    "refuse_undeclared",
    "secret_of",
    "session_of",
    "tenant_named",
    "token_caller",
]

COOKIE = "mastery_session"
CSRF = "x-csrf-token"
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 2_000
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_WHOEVER = "Send a token (Authorization: Bearer ...) or sign in."


class Public:
    """Of a route: anybody may call it, and it shows nothing of anybody."""


PUBLIC: Final = Public()
Handler = TypeVar("Handler", bound=Callable[..., Any])
_NEEDS = "mastery_needs"


def needs(permission: Permission | Public) -> Callable[[Handler], Handler]:
    """Declare what a route needs of whoever calls it: a permission, or PUBLIC."""

    def declare(handler: Handler) -> Handler:
        setattr(handler, _NEEDS, permission)
        return handler

    return declare


def needed(route: Any) -> Permission | Public | None:
    """Return what a route declares; None where it declares nothing."""
    return getattr(getattr(route, "endpoint", None), _NEEDS, None)


async def desk_of(request: Request) -> Desk:
    """Return the desk of whoever asks; refuses who is unknown, asks too much, or may not do what the route does."""
    state = request.app.state
    settings: Settings = state.settings
    tenant, caller = await _caller(request, state.tenants, settings)
    state.allowances.spend(caller, settings, tenant.name)
    permission = needed(request.scope["route"])
    if not isinstance(permission, Permission):
        raise Problem("not-permitted", "This route is closed: it does not say who may call it.")
    if not may(caller, permission):
        roles = ", ".join(sorted(caller.roles)) or "none"
        raise Problem("not-permitted", f"{permission} was wanted; your roles ({roles}) and scopes do not give it.")
    route = request.scope["route"]
    roster = tenant.access.rosters.current()
    return Desk(tenant, caller, permission, roster, settings.clock(), route.name)


AtDesk = Annotated[Desk, Depends(desk_of)]


async def _caller(request: Request, tenants: Tenants, settings: Settings) -> tuple[Tenant, Caller]:
    headers = request.headers.getlist("authorization")
    scheme, _, text = headers[0].partition(" ") if len(headers) == 1 else ("", "", "")  # of two, who knows which holds
    if headers:
        found = token_caller(text.strip(), tenants, settings) if scheme.lower() == "bearer" else None
    else:
        found = session_of(request, tenants, settings, await _shown_csrf(request))
    if found is None:
        raise Problem("not-signed-in", _WHOEVER, headers={"www-authenticate": 'Bearer realm="mastery"'})
    return found


def token_caller(text: str, tenants: Tenants, settings: Settings) -> tuple[Tenant, Caller] | None:
    """Return the caller whose token this is, if it holds now."""
    presented = Presented.read(text)
    tenant = presented and tenants.get(presented.tenant)
    kept = tenant and presented and tenant.access.tokens.find(presented.id)
    if not tenant or not presented or not kept:
        return None
    token, hashed = kept
    now = settings.clock()
    if not hmac.compare_digest(hashed, digest(presented.secret)) or not token.holds(now):
        return None
    via = f"token {token.id}"
    if not token.person:
        return tenant, Caller(f"integration {token.name}", {Role.INTEGRATION}, token.scopes, token.classes, via)
    roles = tenant.access.rosters.current().roles_of(token.person, now.date())
    return tenant, Caller(token.person, roles, token.scopes, token.classes, via)


async def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form that was sent, the last of each name; refuses what is no form."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
        raise Problem("unsupported-type", "A form of a page was wanted.")
    try:
        text = (await request.body()).decode()
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise Problem("bad-request", "The form cannot be read: it is no UTF-8, or has too many fields.") from None


async def _shown_csrf(request: Request) -> str:
    """Return what shows that a request that writes comes from our own pages: a header, or a field of a form."""
    header = request.headers.get(CSRF, "")
    is_form = request.headers.get("content-type", "").startswith(_FORM)
    return header if header or request.method in _READS or not is_form else (await form_of(request)).get("csrf", "")


def session_of(
    request: Request, tenants: Tenants, settings: Settings, csrf: str | None = None
) -> tuple[Tenant, Caller] | None:
    """Return the caller who is signed in; a request that writes shows that it comes from our own pages."""
    name = request.cookies.get(COOKIE, "").partition(".")[0]
    tenant = tenants.get(name)
    now = settings.clock()
    session = tenant and tenant.access.sessions.find(digest(secret_of(request)), now)
    if not tenant or not session:
        return None
    if request.method not in _READS and not hmac.compare_digest(
        (request.headers.get(CSRF, "") if csrf is None else csrf).encode(), session.csrf.encode()
    ):
        raise Problem("not-permitted", f"A request that writes wants the header {CSRF} of this session.")
    roles = tenant.access.rosters.current().roles_of(session.person, now.date())
    return tenant, Caller(session.person, roles, None, None, "session")


def secret_of(request: Request) -> str:
    """Return the secret of the session that a request shows, or an empty text."""
    return request.cookies.get(COOKIE, "").partition(".")[2]


def tenant_named(tenants: Tenants, name: str) -> Tenant | None:
    """Return the tenant of this name; without one, the only one that there is."""
    return tenants.get(name) if name else tenants.only()


def address_of(request: Request) -> str:
    """Return from where a request comes."""
    return request.client.host if request.client else "?"


def refuse_undeclared(app: FastAPI, shown: Iterable[str] = ("/openapi.json",)) -> None:
    """Raise RuntimeError where a route does not say what it needs, or says so and lets in who does not have it."""
    faults = []
    for route in app.routes:
        path = getattr(route, "path", repr(route))
        permission = needed(route)
        if path in shown and not isinstance(route, APIRoute):
            continue
        if not isinstance(route, APIRoute) or permission is None:
            faults.append(f"{path} declares no permission: say @needs(...)")
        elif isinstance(permission, Permission) and not _stands_at_desk(route):
            faults.append(f"{path} needs {permission} and asks for no desk: take one as AtDesk")
    if faults:
        raise RuntimeError("This service does not start: " + "; ".join(faults))


def _stands_at_desk(route: APIRoute) -> bool:
    waiting, calls = [route.dependant], []
    while waiting:
        dependant = waiting.pop()
        calls.append(dependant.call)
        waiting += dependant.dependencies
    return desk_of in calls
