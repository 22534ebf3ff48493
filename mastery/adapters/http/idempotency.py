"""Idempotency-Key: a request that is sent again is answered as it was, and does nothing twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Header
from starlette.responses import Response

from competencies import CompetenciesError
from mastery import MasteryError
from mastery.adapters.http.desk import Desk
from mastery.adapters.http.problems import PROBLEMS, Problem, problem_of
from mastery.adapters.http.settings import Settings

__all__ = ["IdempotencyKey", "once"]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern="^[ -~]+$",
        description="Sent again with the same body, the request is answered as it was the first time.",
    ),
]


def once(
    desk: Desk, key: str | None, settings: Settings, content: str, work: Callable[[datetime, str], Response]
) -> Response:
    """Do the work of a request, or answer as it was answered before.

    `work` is given the time that the request counts as sent at, and the beginning of the keys of its facts: both are
    those of the first attempt, so that one which was cut off between the store and the answer records nothing twice.
    """
    if key is None:
        return work(desk.now, "")
    requests, who = desk.requests, f"{desk.caller.name} {desk.caller.via}"
    digest = hashlib.blake2b(f"{desk.route} {content}".encode(), digest_size=16).digest()
    known = requests.begin(who, key, digest, desk.now, desk.now - settings.remember_requests)
    if known.digest != digest:
        raise Problem("key-reused", f"The idempotency key {key!r} came with another request: give each its own.")
    if known.status is not None and known.body is not None:
        _look_again(desk, known.body)
        headers = {"cache-control": "no-store", "idempotency-replayed": "true"}
        return Response(known.body, known.status, headers, "application/json")
    stem = hashlib.blake2b(f"{who} {key}".encode(), digest_size=12).hexdigest()
    try:
        response = work(known.began_at, f"request-{stem}")
    except (Problem, MasteryError, CompetenciesError) as fault:
        if PROBLEMS[problem_of(fault).kind].status < HTTPStatus.INTERNAL_SERVER_ERROR:
            requests.forget(who, key)  # it was refused and did nothing: mended, it may come again
        raise  # anything else may have been recorded: it is to come again as it was, at the time that it had
    requests.answer(who, key, response.status_code, bytes(response.body))
    return response


def _look_again(desk: Desk, body: bytes) -> None:
    """Refuse an answer about learners whom the caller no longer reaches, and note the others anew."""
    receipt = json.loads(body)
    told = {one["learner"] for part in ("awards", "changes") for one in receipt.get(part, ())}
    desk.refuse_unreached(told)
    desk.note(told)
