"""Answers as they go out: JSON as the command line prints it or CSV, with an ETag, and the places where lists go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request
from starlette.responses import Response

from mastery.adapters.http.problems import SAFE, Problem
from mastery.answers import json_text
from mastery.classroom import Table, csv_text
from mastery.facts import LAST_YEAR
from mastery.moments import moment_of

__all__ = ["After", "AsOf", "Most", "answered", "instant_named", "page", "reply"]

AsOf = Annotated[
    str | None,
    Query(
        description="Look at this time (ISO 8601; a date alone is its end in UTC). Default: now.",
        max_length=40,
        examples=["2026-03-16T08:00:00Z"],
    ),
]
Most = Annotated[int, Query(alias="limit", ge=1, le=1000, description="How many at most.")]
After = Annotated[
    str | None, Query(alias="cursor", max_length=600, description="Go on behind this: `next` of the answer before.")
]
One = TypeVar("One")
_FIRST_YEAR = 1900  # whoever looks weeks and years back from a time stays in our calendar


def instant_named(text: str | None, name: str = "as_of", *, first: bool = False) -> datetime | None:
    """Return the time that a caller means; in a query a plus that was not escaped came as a space."""
    if text is None:
        return None
    try:
        when = moment_of(text.strip().replace(" ", "+") if "T" in text else text.strip(), first=first)
        if not _FIRST_YEAR <= when.year < LAST_YEAR:
            raise ValueError(f"a time from {_FIRST_YEAR} to {LAST_YEAR - 1} was wanted, got {text!r}")
        return when
    except ValueError as fault:
        raise Problem("unusable", f"{name}: {fault}.", errors=[{"at": name, "detail": str(fault)}]) from None


def reply(request: Request, value: Any, table: Table | None = None, *, name: str = "answer") -> Response:
    """Return an answer in the form that is asked for; with its ETag, so that who has it already gets no more than that.

    The tag leaves out `as_of`: an answer about now is another only when something in it is.
    """
    if _wants_csv(request):
        if table is None:
            raise Problem("not-acceptable", "This answer is no table: ask for application/json.")
        body, media = csv_text(table).encode(), "text/csv; charset=utf-8"
        tagged = body
    else:
        text, media = json_text(value), "application/json"
        body = text.encode()
        fixed = "as_of" in request.query_params or not isinstance(value, dict) or "as_of" not in value
        tagged = body if fixed else text.replace(f'"as_of": {json.dumps(value["as_of"])}', "", 1).encode()
    tag = f'W/"{hashlib.blake2b(tagged, digest_size=12).hexdigest()}"'
    vary = {"vary": "Accept, Authorization, Cookie"}
    headers = {"etag": tag, "cache-control": "private, no-cache", **vary, **SAFE}
    if _is_known(request, tag):
        return Response(status_code=304, headers=headers)
    if media.startswith("text/csv"):
        headers["content-disposition"] = f'attachment; filename="{name}.csv"'
    return Response(body, 200, headers, media)


def answered(value: Any, status: int = 200) -> Response:
    """Return what came of a request that writes."""
    return Response(json_text(value).encode(), status, {"cache-control": "no-store", **SAFE}, "application/json")


def _wants_csv(request: Request) -> bool:
    accepted = [part.split(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")]
    return "text/csv" in accepted and "application/json" not in accepted


def _is_known(request: Request, tag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    tags = {one.strip().removeprefix("W/") for one in known.split(",")}
    return known.strip() == "*" or tag.removeprefix("W/") in tags


def page(found: Sequence[One], most: int, place: Any) -> tuple[list[One], str | None]:
    """Return the first `most` of what was found, which has one to spare, and the place behind which it goes on."""
    shown = list(found[:most])
    return shown, place(shown[-1]) if len(found) > most and shown else None
