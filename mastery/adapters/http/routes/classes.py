"""Questions about a class: who is ready, who is stuck, what holds up, the map, what changed, what would change."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mastery import Decision, Evidence
from mastery.access import EVERYBODY, Permission, Role
from mastery.adapters.http.asking import AtDesk, needs
from mastery.adapters.http.bodies import ClassWhatIfIn
from mastery.adapters.http.described import gives
from mastery.adapters.http.facts_in import decisions_of, evidence_of, refuse_any
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.replies import AsOf, instant_named, reply
from mastery.answers import changes_json
from mastery.class_answers import blockers_json, effects_json, ready_json, stuck_json
from mastery.classroom import (
    StuckRule,
    blockers,
    changes_of_class,
    effects_of_changes,
    overview,
    who_is_ready,
    who_is_stuck,
)
from mastery.sheet_answers import map_json

__all__ = ["Only", "router"]

router = APIRouter(tags=["classes"])

Only = Annotated[
    list[str] | None, Query(alias="learner", max_length=500, description="Only these of the class. Default: all.")
]


@router.get("/classes", responses=gives("classes"))
@needs(Permission.READ_CLASS)
def list_classes(request: Request, desk: AtDesk) -> Response:
    """List the classes that the caller reaches, with how many learners each has today."""
    on = desk.now.date()
    reached = [
        one
        for one in sorted(desk.roster.classes.values(), key=lambda one: one.identifier)
        if desk.classes is EVERYBODY or one.identifier in desk.classes
    ]
    found = [
        {
            "class": one.identifier,
            "title": one.title,
            "learners": len(desk.roster.learners_of(one.identifier, on)),
            "teachers": desk.roster.members_of(one.identifier, Role.TEACHER, on),
        }
        for one in reached
    ]
    return reply(request, {"classes": found})


@router.get("/classes/{group:path}/learners", responses=gives("learners"))
@needs(Permission.READ_CLASS)
def class_learners(request: Request, desk: AtDesk, group: str) -> Response:
    """List the learners of a class today."""
    found = desk.learners_of(group)
    desk.note(found)
    return reply(request, {"learners": found, "next": None})


@router.get("/classes/{group:path}/map", responses=gives("map", csv=True))
@needs(Permission.READ_CLASS)
def class_map(
    request: Request,
    desk: AtDesk,
    group: str,
    learner: Only = None,
    only: Annotated[
        list[str] | None, Query(max_length=200, description="Of this competency or group; may be given again.")
    ] = None,
    as_of: AsOf = None,
) -> Response:
    """Show the class at a glance: learners by competencies, what comes first on the left."""
    room = desk.class_room(group, learner, instant_named(as_of))
    answer = overview(room, only or ())
    return reply(request, map_json(room, answer), answer.table(), name="map")


@router.get("/classes/{group:path}/ready/{competency:path}", responses=gives("ready", csv=True))
@needs(Permission.READ_CLASS)
def class_ready(
    request: Request, desk: AtDesk, group: str, competency: str, learner: Only = None, as_of: AsOf = None
) -> Response:
    """Say who is ready for a competency, and what the others have to meet first."""
    room = desk.class_room(group, learner, instant_named(as_of))
    answer = who_is_ready(room, competency)
    return reply(request, ready_json(room, answer), answer.table(), name="ready")


@router.get("/classes/{group:path}/stuck", responses=gives("stuck", csv=True))
@needs(Permission.READ_CLASS)
def class_stuck(
    request: Request,
    desk: AtDesk,
    group: str,
    learner: Only = None,
    attempts: Annotated[int, Query(ge=1, le=1000)] = 3,
    days: Annotated[int, Query(ge=1, le=1000)] = 7,
    opportunities: Annotated[int, Query(ge=1, le=1000)] = 10,
    idle_days: Annotated[int, Query(ge=1, le=1000)] = 14,
    waiting_days: Annotated[int, Query(ge=1, le=1000)] = 1,
    as_of: AsOf = None,
) -> Response:
    """Say who is stuck, on what, since when, and by which rule."""
    room = desk.class_room(group, learner, instant_named(as_of))
    answer = who_is_stuck(room, StuckRule(waiting_days, opportunities, attempts, days, idle_days))
    return reply(request, stuck_json(room, answer), answer.table(), name="stuck")


@router.get("/classes/{group:path}/blockers", responses=gives("blockers", csv=True))
@needs(Permission.READ_CLASS)
def class_blockers(
    request: Request,
    desk: AtDesk,
    group: str,
    learner: Only = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 5,
    as_of: AsOf = None,
) -> Response:
    """Say which competencies hold most learners up: whom each would free if it were met."""
    room = desk.class_room(group, learner, instant_named(as_of))
    answer = blockers(room, limit=limit)
    return reply(request, blockers_json(room, answer), answer.table(), name="blockers")


@router.get("/classes/{group:path}/changes", responses=gives("changes", csv=True))
@needs(Permission.READ_CLASS)
def class_changes(
    request: Request,
    desk: AtDesk,
    group: str,
    learner: Only = None,
    since: Annotated[str | None, Query(max_length=40, description="Default: a week before the end.")] = None,
    as_of: AsOf = None,
) -> Response:
    """Say what changed in a class since a moment, and what made it change."""
    until = instant_named(as_of) or desk.now
    begin = instant_named(since, "since", first=True) or until - timedelta(days=7)
    found = desk.changes(desk.learners_of(group, learner or ()), begin, until)
    table = changes_of_class(found).table()
    return reply(request, changes_json(None, begin, until, found), table, name="changes")


@router.post("/classes/{group:path}/what-if", responses=gives("what-if-class", csv=True))
@needs(Permission.IMAGINE)
def class_what_if(request: Request, desk: AtDesk, group: str, body: ClassWhatIfIn, as_of: AsOf = None) -> Response:
    """Say what pieces and decisions would do to a class. Nothing is recorded."""
    learners = desk.learners_of(group)
    evidence, refused = evidence_of(body.evidence, desk, desk.now, "imagined:evidence")
    refuse_any(refused, "evidence")
    decisions, refused = decisions_of(body.decisions, desk, desk.now, "imagined:decision")
    refuse_any(refused, "decisions")
    by_learner: dict[str, list[Evidence | Decision]] = {}
    facts: list[Evidence | Decision] = [*evidence, *decisions]
    for fact in facts:
        by_learner.setdefault(fact.learner, []).append(fact)
    beyond = sorted({*by_learner} - {*learners})
    if beyond or not by_learner:
        raise Problem("unusable", f"Pieces or decisions about learners of this class were wanted, got {beyond[:3]}.")
    room = desk.room(learners, instant_named(as_of))
    changes = (desk.what_if(learner, facts, room.at) for learner, facts in by_learner.items())
    answer = effects_of_changes(room, chain.from_iterable(changes))
    return reply(request, effects_json(room, answer), answer.table(), name="what-if")
