"""Questions about one learner, and about where many learners stand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

import mastery
from mastery import Decision, Evidence, Progress
from mastery.access import Permission
from mastery.adapters.http.asking import AtDesk, needs
from mastery.adapters.http.bodies import MOST_COMPETENCIES, BatchStates, WhatIfIn
from mastery.adapters.http.described import gives
from mastery.adapters.http.facts_in import decisions_of, evidence_of, refuse_any
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.replies import After, AsOf, Most, answered, instant_named, page, reply
from mastery.answers import changes_json, next_json, path_json, show_json, standing_json, what_if_json, why_json
from mastery.classroom import changes_of_class, conference_sheet
from mastery.fact_answers import timeline_json
from mastery.facts import in_order
from mastery.planning.pace import pace_of
from mastery.planning_answers.pace import pace_json
from mastery.sheet_answers import report_json
from mastery.wording import instant

__all__ = ["router"]

router = APIRouter(tags=["learners"])

Goal = Annotated[
    list[str] | None, Query(max_length=20, description="What to work towards: a competency, a group, or 'a; (b or c)'.")
]


@router.get("/learners", responses=gives("learners"))
@needs(Permission.READ_LEARNER)
def list_learners(request: Request, desk: AtDesk, cursor: After = None, limit: Most = 100) -> Response:
    """List the learners whom the caller reaches, by name."""
    found = [one for one in desk.known_learners() if cursor is None or one > cursor]
    shown, after = page(found, limit, str)
    desk.note(shown)
    return reply(request, {"learners": shown, "next": after})


@router.get("/learners/{learner:path}/next", responses=gives("next"))
@needs(Permission.READ_LEARNER)
def next_steps(
    request: Request,
    desk: AtDesk,
    learner: str,
    goal: Goal = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 5,
    as_of: AsOf = None,
) -> Response:
    """Say what a learner can do next, best advice first, and why."""
    progress = desk.progress(learner, instant_named(as_of))
    steps = mastery.next_steps(progress, goals=goal or ())
    return reply(request, next_json(learner, progress, steps[:limit], goal or ()))


@router.get("/learners/{learner:path}/state", responses=gives("show"))
@needs(Permission.READ_LEARNER)
def state(request: Request, desk: AtDesk, learner: str, as_of: AsOf = None) -> Response:
    """Say where a learner stands on every competency."""
    return reply(request, show_json(learner, desk.progress(learner, instant_named(as_of))))


@router.get("/learners/{learner:path}/why/{competency:path}", responses=gives("why"))
@needs(Permission.READ_LEARNER)
def why(
    request: Request,
    desk: AtDesk,
    learner: str,
    competency: str,
    limit: Annotated[int, Query(ge=1, le=100, description="How many ways out at most.")] = 5,
    as_of: AsOf = None,
) -> Response:
    """Say why a learner stands where they stand on a competency, and what opens it."""
    progress = desk.progress(learner, instant_named(as_of))
    return reply(request, why_json(learner, progress, mastery.why(progress, competency, limit=limit)))


@router.get("/learners/{learner:path}/path", responses=gives("path"))
@needs(Permission.READ_LEARNER)
def path(
    request: Request, desk: AtDesk, learner: str, to: Annotated[str, Query(max_length=2000)], as_of: AsOf = None
) -> Response:
    """Say what is still to be met on the way to a goal, in an order that works."""
    progress = desk.progress(learner, instant_named(as_of))
    return reply(request, path_json(learner, progress, mastery.route(progress, to)))


@router.get("/learners/{learner:path}/timeline", responses=gives("timeline"))
@needs(Permission.READ_LEARNER)
def timeline(
    request: Request, desk: AtDesk, learner: str, cursor: After = None, limit: Most = 100, as_of: AsOf = None
) -> Response:
    """List what was recorded of a learner in the order in which it happened: evidence, decisions, credit earned."""
    progress = desk.progress(learner, instant_named(as_of))

    def place(fact: mastery.Evidence | mastery.Decision | mastery.Award) -> str:
        return f"{fact.observed_at.isoformat(timespec='microseconds')} {fact.key}"

    facts = sorted((fact for fact in progress.facts if fact.observed_at <= progress.at), key=in_order)
    shown, after = page([fact for fact in facts if cursor is None or place(fact) > cursor], limit, place)
    return reply(request, timeline_json(learner, progress, shown, after))


@router.get("/learners/{learner:path}/report", responses=gives("report"))
@needs(Permission.READ_LEARNER)
def report(
    request: Request,
    desk: AtDesk,
    learner: str,
    goal: Goal = None,
    weeks: Annotated[int, Query(ge=1, le=520)] = 6,
    as_of: AsOf = None,
) -> Response:
    """Say on one page where a learner stands, what comes next, what waits, and what is not known."""
    progress = desk.progress(learner, instant_named(as_of))
    sheet = conference_sheet(progress, learner=learner, goals=goal or (), weeks=weeks)
    return reply(request, report_json(progress, sheet))


@router.get("/learners/{learner:path}/pace", responses=gives("pace", csv=True))
@needs(Permission.READ_LEARNER)
def pace(
    request: Request,
    desk: AtDesk,
    learner: str,
    goal: Annotated[str, Query(max_length=2000)],
    by: date,
    window: Annotated[int, Query(ge=7, le=366)] = 42,
    as_of: AsOf = None,
) -> Response:
    """Say how long a goal may take a learner, from what was earned so far, and the smallest plan to a date."""
    room = desk.room([learner], instant_named(as_of))
    refuse_past(by, room.at.date())
    answer = pace_of(room.progress[learner], goal, by, learner=learner, window=window)
    return reply(request, pace_json(room, answer), answer.table(), name="pace")


def refuse_past(by: date, today: date) -> None:
    """Refuse a date that is not ahead."""
    if by <= today:
        raise Problem("unusable", f"by: a date after {today} was wanted, got {by}.")


@router.get("/learners/{learner:path}/changes", responses=gives("changes", csv=True))
@needs(Permission.READ_LEARNER)
def learner_changes(
    request: Request,
    desk: AtDesk,
    learner: str,
    since: Annotated[str | None, Query(max_length=40, description="Default: a week before the end.")] = None,
    as_of: AsOf = None,
) -> Response:
    """Say what changed for a learner since a moment, and what made it change."""
    until = instant_named(as_of) or desk.now
    begin = instant_named(since, "since", first=True) or until - timedelta(days=7)
    found = desk.changes([learner], begin, until)
    table = changes_of_class(found).table()
    return reply(request, changes_json(learner, begin, until, found), table, name="changes")


@router.post("/states:batch", responses=gives("states", read=False))
@needs(Permission.READ_LEARNER)
def states(desk: AtDesk, body: BatchStates) -> Response:
    """Say where up to 200 learners stand on up to 50 competencies."""
    room = desk.room(body.learners, instant_named(body.as_of))
    named = body.competencies or [leaf.identifier for leaf in room.framework.leaves]
    if len(named) > MOST_COMPETENCIES:
        raise Problem("unusable", f"competencies: at most {MOST_COMPETENCIES} at a time: name them.")
    found = [room.framework.competency(name) for name in named]

    def row(learner: str, progress: Progress) -> dict[str, object]:
        return {"learner": learner, "states": [standing_json(c, progress.standing(c.identifier)) for c in found]}

    return answered(
        {
            "as_of": instant(room.at),
            "framework": room.framework.version,
            "policy": room.policy.version,
            "learners": [row(learner, progress) for learner, progress in room],
        }
    )


@router.post("/what-if", responses=gives("what-if", read=False))
@needs(Permission.IMAGINE)
def what_if(desk: AtDesk, body: WhatIfIn) -> Response:
    """Say what pieces and decisions would change for a learner. Nothing is recorded."""
    named = [*(one.learner for one in body.evidence), *(one.learner for one in body.decisions)]
    if {*named} != {body.learner}:
        raise Problem("unusable", f"Pieces or decisions about {body.learner!r} were wanted, and about nobody else.")
    evidence, refused = evidence_of(body.evidence, desk, desk.now, "imagined:evidence")
    refuse_any(refused, "evidence")
    decisions, refused = decisions_of(body.decisions, desk, desk.now, "imagined:decision")
    refuse_any(refused, "decisions")
    facts: list[Evidence | Decision] = [*evidence, *decisions]
    latest = max([desk.now, *(fact.observed_at for fact in facts)])
    found = desk.what_if(body.learner, facts, desk.now)
    return answered(what_if_json(body.learner, desk.progress(body.learner, latest), facts, found))
