"""What changed, for programs that keep up: pages behind a cursor, and the same as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from mastery import Change, StoreError
from mastery.access import Permission
from mastery.adapters.http.asking import AtDesk, desk_of, needs
from mastery.adapters.http.described import gives, refusals
from mastery.adapters.http.desk import Desk
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.replies import reply
from mastery.adapters.http.settings import Settings
from mastery.answers import told_json

__all__ = ["router"]

router = APIRouter(tags=["changes"])

_HEARTBEAT_SECONDS = 15.0
_TROUBLE_SECONDS = 1.0
_LARGEST = 2**62


def _position(cursor: str | None) -> int:
    """Return the position that a cursor means: the beginning where there is none."""
    if cursor is None or cursor == "":
        return 0
    if not (cursor.isascii() and cursor.isdigit()) or int(cursor) > _LARGEST:
        raise Problem("unusable", "cursor: the `next` of an earlier answer was wanted.")
    return int(cursor)


Cursor = Annotated[
    str | None,
    Query(max_length=20, description="Go on behind this: `next` of the answer before. `now`: only what is new."),
]


@router.get("/changes", responses=gives("changes-page"))
@needs(Permission.READ_CHANGES)
def changes(
    request: Request, desk: AtDesk, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> Response:
    """Tell what recording changed, in the order in which it was recorded, each with its cause.

    `limit` counts facts, which change nothing, one thing or several. What time alone changes (credit that falls due)
    is told by the changes of a learner or a class. Whoever keeps the cursor misses nothing.
    """
    start = desk.position if cursor == "now" else _position(cursor)
    found, reached = desk.changes_after(start, limit)
    more = reached < desk.position
    return reply(request, {"changes": [told_json(one) for one in found], "next": str(reached), "more": more})


_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An event for each change, its id a cursor.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    **refusals(),
}


@router.get("/changes/stream", responses=_STREAM, response_class=StreamingResponse)
@needs(Permission.READ_CHANGES)
async def stream(
    request: Request,
    desk: AtDesk,
    cursor: Cursor = None,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> Response:
    """Send changes as they are recorded (server-sent events). Last-Event-ID or a cursor goes on where one was.

    Without either only what is new is sent. The stream ends when the token or session no longer holds.
    """
    given = last_event_id or cursor
    start = await run_in_threadpool(lambda: desk.position) if given in (None, "now") else _position(given)
    settings: Settings = request.app.state.settings
    end = request.app.state.streams.enter(desk.caller, settings, desk.tenant)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_events(request, start, settings, end), 200, headers, "text/event-stream")


async def _events(request: Request, start: int, settings: Settings, end: Callable[[], None]) -> AsyncIterator[str]:
    """Yield events; each round stands at the desk anew, so that who may no longer see sees no more."""
    position, quiet = start, 0.0
    try:
        yield f"retry: 2000\nid: {position}\n\n"
        while not request.app.state.closing.is_set():
            try:
                desk = await desk_of(request)
                found, reached = await run_in_threadpool(_next, desk, position)
            except StoreError:  # it cannot be read, or not be noted who sees it: that may pass
                yield ": still here\n\n"
                await asyncio.sleep(_TROUBLE_SECONDS)
                continue
            except Problem as fault:
                if fault.kind == "too-many-requests":
                    await asyncio.sleep(1)
                    continue
                yield f"event: end\ndata: {json.dumps({'detail': fault.detail})}\n\n"
                return
            if found:
                yield _event(found, reached)
            elif reached != position:  # nothing of it is theirs to see: who comes back need not go there again
                yield f"id: {reached}\n\n"
            elif quiet >= _HEARTBEAT_SECONDS:
                yield ": still here\n\n"
            if reached == position:
                quiet = 0.0 if quiet >= _HEARTBEAT_SECONDS else quiet + settings.poll_seconds
                await asyncio.sleep(settings.poll_seconds)
            position = reached
    finally:
        end()


def _next(desk: Desk, position: int) -> tuple[list[Change], int]:
    return ([], position) if desk.position == position else desk.changes_after(position, 100)


def _event(found: list[Change], reached: int) -> str:
    """Return the events of a page: its last one has the cursor, so that a page that breaks off is sent again."""
    lines = [f"event: change\ndata: {json.dumps(told_json(one), ensure_ascii=False)}\n" for one in found]
    lines[-1] += f"id: {reached}\n"
    return "\n".join(lines) + "\n"
