"""Pages with one question about a class each: what holds it up, who is stuck, what changed."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from mastery.access import Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.visiting import AtPage
from mastery.adapters.pages.links import named
from mastery.class_answers import blockers_json
from mastery.classroom import blockers

__all__ = ["router"]

router = APIRouter()
_NAMED = 28


@router.get("/classes/{group}/blockers")
@needs(Permission.READ_CLASS)
def blockers_page(visit: AtPage, group: str) -> Response:
    """Show what holds a class up: what would free most learners comes first."""
    room = visit.room(group)
    found = blockers(room)
    values = {
        "room": room,
        "people": visit.people(room.learners),
        "blockers": found,
        "now": [one for one in found.blockers if one.frees],
        "later": [one for one in found.blockers if not one.frees],
        "most": _NAMED,
    }
    return visit.page(
        "blockers",
        values,
        here="blockers",
        group=named(group),
        table=found.table(),
        answer=blockers_json(room, found),
    )
