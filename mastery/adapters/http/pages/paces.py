"""Pages of a pace: how long a goal may take, for a class and for one learner. It is advice, and moves nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from attrs import evolve
from fastapi import APIRouter, Query
from starlette.responses import Response

from competencies import CompetenciesError
from mastery.access import Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.fields import BLANK
from mastery.adapters.http.pages.visiting import AtPage
from mastery.adapters.pages.links import named
from mastery.adapters.pages.spans import DateLine
from mastery.classroom import Classroom
from mastery.planning.pace import Outlook, class_pace, pace_of
from mastery.planning.pace.outlook import rate
from mastery.planning_answers.pace import class_pace_json, pace_json

__all__ = ["router"]

router = APIRouter()

Goal = Annotated[str, Query(max_length=2000)]
By = Annotated[date | None, BLANK]
_WEEKS = 12


@router.get("/classes/{group}/pace")
@needs(Permission.PLAN_CLASS)
def pace_page(
    visit: AtPage, group: str, goal: Goal = "", by: By = None, outlook: Annotated[Outlook | None, BLANK] = None
) -> Response:
    """Show how long a goal may take each of a class, from what was earned so far."""
    room = visit.room(group)
    values = {**_values(room, goal, by), "people": visit.people(room.learners), "outlook": outlook}
    table = answer = None
    try:
        if goal:
            every = class_pace(room, goal, values["by"])
            found = evolve(every, learners=tuple(one for one in every.learners if outlook in (None, one.outlook)))
            values |= {"pace": found, "counts": every.counts}
            table, answer = found.table(), class_pace_json(room, found)
    except (ValueError, CompetenciesError) as wrong:
        values["fault"] = str(wrong)
    status = 422 if values["fault"] else 200
    return visit.page("pace", values, here="pace", group=named(group), table=table, answer=answer, status=status)


@router.get("/learners/{learner}/pace")
@needs(Permission.READ_LEARNER)
def learner_pace_page(visit: AtPage, learner: str, goal: Goal = "", by: By = None) -> Response:
    """Show how long a goal may take one learner, and the smallest plan that gets there."""
    who = visit.learner(learner)
    room = visit.desk.room([who], visit.at)
    values = {**_values(room, goal, by), "people": visit.people([who]), "who": who}
    table = answer = None
    try:
        if goal:
            found = pace_of(room.progress[who], goal, values["by"], learner=who)
            values |= {"pace": found, "leg": {leg.name: leg for leg in found.legs}}
            table, answer = found.table(), pace_json(room, found)
    except (ValueError, CompetenciesError) as wrong:
        values["fault"] = str(wrong)
    status, group = 422 if values["fault"] else 200, visit.group_of(who)
    return visit.page("learner_pace", values, here="learner", group=group, table=table, answer=answer, status=status)


def _values(room: Classroom, goal: str, by: date | None) -> dict[str, Any]:
    """Return what both pages have: what is asked, with a date some weeks ahead for none, and what can be."""
    today = room.at.date()
    wanted = by or today + timedelta(weeks=_WEEKS)
    groups = [one for one in room.framework.competencies if room.framework.parts(one.identifier)]
    return {
        "room": room,
        "goal": goal,
        "by": wanted,
        "line": DateLine(today, wanted),
        "goals": groups,
        "leaves": room.rules.leaves,
        "rate": rate,
        "pace": None,
        "fault": "",
    }
