"""Pages that look ahead: rechecks day by day, and how long a goal may take."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from mastery.access import Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.fields import BLANK
from mastery.adapters.http.pages.visiting import AtPage
from mastery.adapters.pages.links import named
from mastery.planning.rechecks import Spread, plan_rechecks
from mastery.planning_answers.rechecks import rechecks_json

__all__ = ["router"]

router = APIRouter()


@router.get("/classes/{group}/rechecks")
@needs(Permission.PLAN_CLASS)
def rechecks_page(
    visit: AtPage,
    group: str,
    days: Annotated[int, Query(ge=1, le=366)] = 14,
    per_learner: Annotated[int, Query(ge=1, le=100)] = 2,
    per_day: Annotated[int | None, Query(ge=1, le=10_000), BLANK] = None,
    weekends: bool = False,
) -> Response:
    """Show the rechecks day by day, and the fewest tasks that would do for them."""
    room = visit.room(group)
    rules = Spread(days=days, per_learner=per_learner, per_day=per_day, weekends=weekends)
    plan = plan_rechecks(room, rules)
    values = {
        "room": room,
        "people": visit.people(room.learners),
        "plan": plan,
        "rules": rules,
        "days": list(plan.by_day()),
        "changed": rules != Spread(days=14),
    }
    answer = rechecks_json(room, plan)
    return visit.page("rechecks", values, here="rechecks", group=named(group), table=plan.table(), answer=answer)
