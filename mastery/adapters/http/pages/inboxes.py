"""The inbox of a class: what waits for an adult, each with the page where it is looked at and decided."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from mastery.access import Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.visiting import AtPage
from mastery.adapters.pages.links import named
from mastery.class_answers import inbox_json
from mastery.classroom import InboxKind, inbox

__all__ = ["router"]

router = APIRouter()
_PARTS = (
    ("decide", (InboxKind.DECIDE, InboxKind.CONFIRM)),
    ("checks", (InboxKind.CHECK,)),
    ("rechecks", (InboxKind.RECHECK,)),
)


@router.get("/classes/{group}/inbox")
@needs(Permission.READ_CLASS)
def inbox_page(visit: AtPage, group: str) -> Response:
    """List what waits for an adult: decisions first, then checks by what they open."""
    room = visit.room(group)
    found = inbox(room)
    people = visit.people(room.learners)
    place = {learner: n for n, learner in enumerate(people.listed(room.learners))}
    items = sorted(found.items, key=lambda one: (-one.opens, place[one.learner])) if visit.hidden_by else found.items
    values = {
        "room": room,
        "people": people,
        "inbox": found,
        "parts_of_it": [(key, [one for one in items if one.kind in kinds]) for key, kinds in _PARTS],
        "statement": {leaf.identifier: leaf.statement for leaf in room.rules.leaves},
        "waiting": len({one.learner for one in found.items}),
    }
    answer = inbox_json(room, found)
    return visit.page("inbox", values, here="inbox", group=named(group), table=found.table(), answer=answer)
