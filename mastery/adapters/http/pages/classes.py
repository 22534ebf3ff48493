"""Pages about a class: today and the map."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from mastery.access import Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.visiting import AtPage
from mastery.adapters.pages.links import named
from mastery.adapters.pages.map_cells import MapCells
from mastery.class_answers import blockers_json
from mastery.classroom import InboxKind, Pattern, blockers, inbox, overview, who_is_stuck
from mastery.sheet_answers import map_json

__all__ = ["router"]

router = APIRouter()
_SHOWN = 5

Only = Annotated[list[str] | None, Query(max_length=200)]


@router.get("/classes/{group}")
@needs(Permission.READ_CLASS)
def today(visit: AtPage, group: str) -> Response:
    """Show what a teacher wants to know in the morning: what to teach, who waits, who is stuck, what changed."""
    room = visit.room(group)
    found = blockers(room, limit=3)
    flags = who_is_stuck(room).flags
    waiting = inbox(room).items
    values = {
        "room": room,
        "people": visit.people(room.learners),
        "blockers": found.blockers,
        "decide": [item for item in waiting if item.kind in (InboxKind.DECIDE, InboxKind.CONFIRM)],
        "checks": [item for item in waiting if item.kind is InboxKind.CHECK],
        "stuck": [flag for flag in flags if flag.pattern is not Pattern.WAITING_ON_ADULT],
        "rechecks": [item for item in waiting if item.kind is InboxKind.RECHECK],
        "since": last_monday(room.at),
        "shown": _SHOWN,
    }
    answer = blockers_json(room, found)
    return visit.page("today", values, here="today", group=named(group), table=found.table(), answer=answer)


@router.get("/classes/{group}/changed")
@needs(Permission.READ_CLASS)
def changed(visit: AtPage, group: str) -> Response:
    """Give the part of today that takes longest, for the page to fill in: how much changed since Monday."""
    learners = visit.desk.learners_of(named(group))
    changes = visit.desk.changes(learners, last_monday(visit.moment), visit.moment)
    return visit.part("changed", {"group": named(group), "changed": Counter(one.kind.value for one in changes)})


def last_monday(at: datetime) -> datetime:
    """Return when the Monday before a time began (UTC): of a Monday, the one a week before."""
    days = at.weekday() or 7
    return datetime.combine(at.date() - timedelta(days=days), time.min, at.tzinfo)


@router.get("/classes/{group}/map")
@needs(Permission.READ_CLASS)
def class_map(visit: AtPage, group: str, only: Only = None) -> Response:
    """Show the class at a glance: learners by competencies, what comes first on the left."""
    room, chosen = visit.room(group), [one for one in only or () if one]
    answer = overview(room, chosen)
    people = visit.people(room.learners)
    cells = MapCells(answer, visit.links)
    order = {learner: n for n, learner in enumerate(people.listed(room.learners))}
    values = {
        "room": room,
        "people": people,
        "map": answer,
        "starts": cells.starts,
        "used": cells.used,
        "row_cells": lambda row: cells.row(row, people.address(row.learner)),
        "strands": [one for one in room.framework.competencies if room.framework.parts(one.identifier)],
        "rows": sorted(answer.rows, key=lambda row: order[row.learner]),
        "only": chosen[0] if len(chosen) == 1 else "",
    }
    return visit.page(
        "map", values, here="map", group=named(group), table=answer.table(), answer=map_json(room, answer)
    )
