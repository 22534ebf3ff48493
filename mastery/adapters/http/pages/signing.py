"""Signing in and out by a form."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from mastery.adapters.http.asking import PUBLIC, form_of, needs, secret_of, session_of
from mastery.adapters.http.credentials import digest
from mastery.adapters.http.pages.refusals import bare_page
from mastery.adapters.http.problems import PROBLEMS, Problem
from mastery.adapters.http.routes.sessions import sign_in_with, with_cookie, without_cookie

__all__ = ["router"]

router = APIRouter()


@router.get("/sign-in")
@needs(PUBLIC)
def sign_in_form(request: Request) -> Response:
    """Ask for an account and its password."""
    return _form(request, request.query_params.get("next", ""))


def _form(request: Request, after: str, account: str = "", fault: Problem | None = None) -> Response:
    state = request.app.state
    several = state.tenants.only() is None
    values = {
        "after": after,
        "account": account,
        "fault": fault and fault.detail,
        "several": several,
        "openid": state.openid is not None and not several,
    }
    return bare_page(request, "sign_in", values, 200 if fault is None else PROBLEMS[fault.kind].status)


@router.post("/sign-in")
@needs(PUBLIC)
def sign_in_here(request: Request, form: dict[str, str] = Depends(form_of)) -> Response:  # noqa: B008 - FastAPI's way
    """Sign in, and go to where the visitor wanted to be."""
    account, after = form.get("account", ""), form.get("next", "")
    try:
        tenant, _, secret = sign_in_with(request, account, form.get("password", ""), form.get("tenant", ""))
    except Problem as fault:
        return _form(request, after, account, fault)
    return with_cookie(request, RedirectResponse(_ours(request, after), 303), tenant, secret)


def _ours(request: Request, after: str) -> str:
    """Return an address of ours: never one of another host, whatever a link said."""
    root: str = request.scope.get("root_path", "")
    is_ours = after.startswith("/") and not after.startswith(("//", "/\\")) and after.isprintable()
    return root + (after if is_ours else "/")


@router.post("/sign-out")
@needs(PUBLIC)
def sign_out_here(request: Request, form: dict[str, str] = Depends(form_of)) -> Response:  # noqa: B008 - as above
    """End the session."""
    state = request.app.state
    found = session_of(request, state.tenants, state.settings, form.get("csrf", ""))
    if found is not None:
        found[0].access.sessions.end(digest(secret_of(request)))
    address = f"{request.scope.get('root_path', '')}/sign-in"
    return without_cookie(request, RedirectResponse(address, 303))
