"""Refusals for whoever asked: a page that says what to do for a person in a browser, problem details for a program."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from mastery.adapters.http.pages.safety import html_response
from mastery.adapters.http.pages.static import static_address
from mastery.adapters.http.problems import PROBLEMS, Problem, plain_text, problem_response
from mastery.adapters.pages.links import Links
from mastery.adapters.pages.rendering import render

__all__ = ["bare_page", "refusal"]


def refusal(request: Request, fault: Problem) -> Response:
    """Return a problem as a page where a person in a browser asked for one; who is not signed in is sent to do that."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    if path.startswith("/v1/") or "text/html" not in request.headers.get("accept", ""):
        return problem_response(fault)
    if fault.kind == "not-signed-in" and path != "/sign-in":
        back = path + ("?" + request.url.query if request.url.query else "")
        query = urlencode({"next": back}) if request.method == "GET" and path != "/" else ""
        address = f"{request.scope.get('root_path', '')}/sign-in{'?' if query else ''}{query}"
        return RedirectResponse(address, 303, {"cache-control": "no-store"})
    values = {"title": PROBLEMS[fault.kind].title, "kind": fault.kind, "detail": plain_text(fault.detail)}
    return bare_page(request, "problem", values, PROBLEMS[fault.kind].status)


def bare_page(request: Request, template: str, values: Mapping[str, object], status: int = 200) -> Response:
    """Return a page for who may not be signed in: it has no menu."""
    links = Links(request.scope.get("root_path", ""))
    chrome = {"links": links, "static": lambda name: static_address(links.root, name)}
    return html_response(render(f"{template}.html", {**chrome, **values}), status)
