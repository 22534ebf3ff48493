"""`access:check`: may this learner enter this page? What a learning platform asks on every one of them."""

from __future__ import annotations

from fastapi import APIRouter
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
def check_access(desk: AtDesk, body: AccessCheck) -> Response:
    """Say whether a learner may enter the work on a competency, its check or what lies beyond, and why."""
    progress = desk.progress(body.learner, instant_named(body.as_of))
    return answered(entry_json(body.learner, progress, entry(progress, body.competency, body.to)))
