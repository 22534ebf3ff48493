"""Whether gates treat subgroups alike. The subgroups come with the request, for its report, and are kept nowhere."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from mastery import PlanError
from mastery.access import Permission
from mastery.adapters.http.asking import AtDesk, needs
from mastery.adapters.http.bodies import FairnessIn
from mastery.adapters.http.described import gives
from mastery.adapters.http.desk import ALL
from mastery.adapters.http.replies import instant_named, reply
from mastery.goals import leaves_named
from mastery.planning.fairness import FairnessRules, Subgroups, audit_gates
from mastery.planning_answers.fairness import fairness_json

__all__ = ["router"]

router = APIRouter(tags=["planning"])


@router.post("/reports/fairness", responses=gives("fair", csv=True))
@needs(Permission.COMPARE_SUBGROUPS)
def fairness(request: Request, desk: AtDesk, body: FairnessIn) -> Response:
    """Compare pass rates, attempts, days and overrides at each gate by subgroup, over everybody."""
    room = desk.room(desk.learners_of(ALL), instant_named(body.as_of))
    only, faults = leaves_named(room.framework, body.gates) if body.gates else (None, [])
    if faults:
        raise PlanError("These gates cannot be looked at", faults)
    subgroups = Subgroups(body.column, {learner: name for learner, name in body.of.items() if name})
    answer = audit_gates(room, subgroups, FairnessRules(least=body.least), only=only)
    return reply(request, fairness_json(room, answer), answer.table(), name="fairness")
