"""Refusals as problem details (RFC 9457): a type that programs read, a title, a status, and what to do in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import frozen
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

import mastery
from competencies import CompetenciesError, UnknownCompetency

__all__ = ["PROBLEMS", "Kind", "Problem", "problem_of", "problem_response", "take_problems"]

MEDIA_TYPE = "application/problem+json"
SAFE = {"x-content-type-options": "nosniff"}
"""What every answer carries: a browser takes it for what it says it is."""
_LONGEST = 2_000


@frozen
class Kind:
    """A kind of refusal: its status and its title."""

    status: int
    title: str


PROBLEMS: Mapping[str, Kind] = {
    "bad-request": Kind(400, "The request cannot be read"),
    "not-signed-in": Kind(401, "A token or a session is wanted"),
    "not-permitted": Kind(403, "This is not yours to see or do"),
    "not-found": Kind(404, "There is no such thing"),
    "unknown-competency": Kind(404, "There is no such competency"),
    "method-not-allowed": Kind(405, "This cannot be done here"),
    "not-acceptable": Kind(406, "This cannot be given in that form"),
    "key-conflict": Kind(409, "The key is in use for something else"),
    "rules-changed": Kind(409, "Another framework or policy is in force"),
    "changed-meanwhile": Kind(412, "It has changed meanwhile"),
    "too-large": Kind(413, "The request is too large"),
    "unsupported-type": Kind(415, "The body is of a type that is not read"),
    "unusable": Kind(422, "The request cannot be used as it is"),
    "key-reused": Kind(422, "The idempotency key came with another request"),
    "condition-wanted": Kind(428, "Say what you have seen, with If-Match"),
    "too-many-requests": Kind(429, "Too many requests"),
    "internal": Kind(500, "Something went wrong here"),
    "provider-unavailable": Kind(503, "The provider to sign in at does not answer"),
    "store-unavailable": Kind(503, "The records cannot be used at the moment"),
}
"""Every kind of refusal by its short name; the type of a problem is urn:mastery:problem: and that name."""


class Problem(Exception):
    """A refusal: its kind, what to do in words, faults one by one, headers that go with it, the key it is about."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
        about: str = "",
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.errors, self.headers, self.about = kind, detail, errors, headers, about


def problem_response(fault: Problem) -> Response:
    """Return a problem as a response."""
    kind = PROBLEMS[fault.kind]
    content: dict[str, Any] = {
        "type": f"urn:mastery:problem:{fault.kind}",
        "title": kind.title,
        "status": kind.status,
        "detail": plain_text(fault.detail),
    }
    if fault.errors:
        content["errors"] = [{name: plain_text(text) for name, text in error.items()} for error in fault.errors]
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {"cache-control": "no-store", **SAFE, **fault.headers}
    return Response(body, kind.status, headers, MEDIA_TYPE)


_UNSHOWABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def plain_text(text: str) -> str:
    """Return a text of ours that may quote a caller's: not too long, without what would turn or break a line."""
    shown = _UNSHOWABLE.sub("\ufffd", text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} ..."


def problem_of(fault: Exception) -> Problem:
    """Return the problem that one of our own errors is."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, UnknownCompetency):
        return Problem("unknown-competency", str(fault))
    if isinstance(fault, mastery.KeyConflict):
        return Problem("key-conflict", str(fault))
    if isinstance(fault, mastery.AdoptionConflict):
        return Problem("rules-changed", str(fault))
    if isinstance(fault, mastery.StoreError):
        return Problem("store-unavailable", _without_path(str(fault)), headers={"retry-after": "5"})
    faults = getattr(fault, "faults", ())
    return Problem("unusable", str(fault), errors=[{"detail": str(one)} for one in faults][:100])


def _without_path(text: str) -> str:
    """Return what is said of a database without where it lies: that is for whoever runs the service."""
    said, found = re.subn(r"The database at .*? cannot be", "The database cannot be", text, count=1, flags=re.DOTALL)
    if not found and re.search("database|folder", text):
        return "The records cannot be used at the moment; /readyz says in a word why."
    return re.sub(r"\S+(?=-(wal|shm)\b)", "the file", said)


_BY_STATUS = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 406: "not-acceptable", 413: "too-large",
              415: "unsupported-type"}  # fmt: skip
_WHERE = {"body": "the body", "query": "the query", "path": "the path", "header": "the headers"}


Told = Callable[[Request, Problem], Response]


def take_problems(app: FastAPI, told: Told) -> None:
    """Let every error of an app be answered as a problem, `told` in the form that suits who asked."""

    async def ours(request: Request, fault: Exception) -> Response:
        return told(request, problem_of(fault))

    async def unread(request: Request, fault: RequestValidationError) -> Response:
        errors = [_error(one) for one in fault.errors()[:100]]
        unreadable = any(one.get("type") == "json_invalid" for one in fault.errors())
        kind = "bad-request" if unreadable else "unusable"
        return told(request, Problem(kind, _told(errors), errors=errors))

    async def others(request: Request, fault: HTTPException) -> Response:
        kind = _BY_STATUS.get(fault.status_code, "bad-request" if fault.status_code < 500 else "internal")
        return told(request, Problem(kind, f"{fault.detail}.", headers=dict(fault.headers or {})))

    for kind in (Problem, mastery.MasteryError, CompetenciesError):
        app.add_exception_handler(kind, ours)
    app.exception_handler(RequestValidationError)(unread)
    app.exception_handler(HTTPException)(others)


def _error(one: Mapping[str, Any]) -> dict[str, str]:
    where, *path = [part for part in one["loc"] if part not in ("one", "many")]
    pointer = "".join(f"/{part}" for part in path)
    return {"in": _WHERE.get(str(where), str(where)), "at": pointer or "/", "detail": str(one["msg"])}


def _told(errors: Sequence[Mapping[str, str]]) -> str:
    first = f"In {errors[0]['in']} at {errors[0]['at']}: {errors[0]['detail']}."
    return first if len(errors) == 1 else f"{first} And {len(errors) - 1} more: see errors."
