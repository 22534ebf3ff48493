"""`access:check`: may this learner enter this page? What a learning platform asks on every one of them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mastery.access import Permission
from mastery.adapters.http.asking import AtDesk, needs
from mastery.adapters.http.bodies import AccessCheck
from mastery.adapters.http.described import gives
from mastery.adapters.http.replies import answered, instant_named
from mastery.entry import entry
from mastery.fact_answers import entry_json

__all__ = ["router"]

router = APIRouter(tags=["access"])


@router.post("/access:check", responses=gives("entry", read=False))
@needs(Permission.CHECK_ACCESS)
async def check_access(desk: AtDesk, body: AccessCheck) -> Response:
    """Say whether a learner may enter the work on a competency, its check or what lies beyond, and why."""
    at = instant_named(body.as_of)
    progress = desk.at_hand(body.learner) if at is None else None
    if progress is None:  # it may take a while: others are not to wait for it
        progress = await run_in_threadpool(desk.progress, body.learner, at)
    return answered(entry_json(body.learner, progress, entry(progress, body.competency, body.to)))
