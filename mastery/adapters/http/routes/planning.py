"""What a teacher plans with: groups, rechecks, pace, requirements, figures."""

from __future__ import annotations

import io
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mastery.access import Permission
from mastery.adapters.http.asking import AtDesk, needs
from mastery.adapters.http.bodies import GroupsIn, RequirementsIn, toml_text
from mastery.adapters.http.described import gives
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.replies import AsOf, instant_named, reply
from mastery.adapters.http.routes.classes import Only
from mastery.adapters.http.routes.learners import refuse_past
from mastery.planning.figures import Membership, school_figures
from mastery.planning.groups import EarlierGroup, GroupRules, plan_groups, read_earlier
from mastery.planning.pace import class_pace
from mastery.planning.rechecks import Spread, plan_rechecks
from mastery.planning.requirements import assigned, requirements_from_toml, requirements_of
from mastery.planning_answers.figures import figures_json
from mastery.planning_answers.groups import groups_json
from mastery.planning_answers.pace import class_pace_json
from mastery.planning_answers.rechecks import rechecks_json
from mastery.planning_answers.requirements import requirements_json

__all__ = ["router"]

router = APIRouter(tags=["planning"])


@router.get("/classes/{group:path}/rechecks", responses=gives("rechecks", csv=True))
@needs(Permission.PLAN_CLASS)
def class_rechecks(
    request: Request,
    desk: AtDesk,
    group: str,
    learner: Only = None,
    days: Annotated[int, Query(ge=1, le=366)] = 14,
    per_learner: Annotated[int, Query(ge=1, le=100)] = 2,
    per_day: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    weekends: bool = False,
    as_of: AsOf = None,
) -> Response:
    """Plan the rechecks: who, on what, on which day, and which tasks would do for several."""
    room = desk.class_room(group, learner, instant_named(as_of))
    answer = plan_rechecks(room, Spread(days=days, per_learner=per_learner, per_day=per_day, weekends=weekends))
    return reply(request, rechecks_json(room, answer), answer.table(), name="rechecks")


@router.get("/classes/{group:path}/pace", responses=gives("pace-class", csv=True))
@needs(Permission.PLAN_CLASS)
def pace_of_class(
    request: Request,
    desk: AtDesk,
    group: str,
    goal: Annotated[str, Query(max_length=2000)],
    by: date,
    learner: Only = None,
    window: Annotated[int, Query(ge=7, le=366)] = 42,
    as_of: AsOf = None,
) -> Response:
    """Say how long a goal may take each of a class, from what was earned so far."""
    room = desk.class_room(group, learner, instant_named(as_of))
    refuse_past(by, room.at.date())
    answer = class_pace(room, goal, by, window=window)
    return reply(request, class_pace_json(room, answer), answer.table(), name="pace")


@router.get("/figures", responses=gives("figures", csv=True))
@needs(Permission.PLAN_CLASS)
def figures(
    request: Request,
    desk: AtDesk,
    only: Annotated[list[str] | None, Query(max_length=200)] = None,
    since: Annotated[str | None, Query(max_length=40)] = None,
    with_learners: bool = False,
    as_of: AsOf = None,
) -> Response:
    """Count where everybody whom the caller reaches is, class by class, so that the sums agree."""
    groups = sorted(desk.roster.classes if not isinstance(desk.classes, frozenset) else desk.classes)
    members = [Membership(one, group, "") for group in groups for one in desk.learners_of(group)]
    everybody = sorted({*desk.known_learners(), *(one.learner for one in members)})
    room = desk.room(everybody, instant_named(as_of))
    start = instant_named(since, "since", first=True)
    answer = school_figures(room, members, only=only or (), since=start, with_learners=with_learners)
    return reply(request, figures_json(room, answer), answer.table(), name="figures")


@router.post("/classes/{group:path}/groups", responses=gives("groups", csv=True))
@needs(Permission.PLAN_CLASS)
def class_groups(request: Request, desk: AtDesk, group: str, body: GroupsIn) -> Response:
    """Propose groups for tomorrow: who could work together on what, and who works alone. Nothing is kept."""
    learners = desk.learners_of(group, body.learners)
    strangers = sorted({name for pair in body.apart for name in pair} - {*learners})
    if strangers:
        raise Problem("unusable", f"apart: learners of this class were wanted, got {strangers[0]!r}.")
    try:
        rules = GroupRules(
            smallest=body.smallest,
            largest=body.largest,
            adults=body.adults,
            apart=body.apart,
            before=[_earlier(text) for text in body.earlier],
            seed=body.seed,
        )
    except (TypeError, ValueError) as fault:
        raise Problem("unusable", f"{fault}.") from None
    room = desk.room(learners, instant_named(body.as_of))
    answer = plan_groups(room, rules)
    return reply(request, groups_json(room, answer), answer.table(), name="groups")


def _earlier(text: str) -> tuple[EarlierGroup, ...]:
    return read_earlier(io.StringIO(text.removeprefix("\ufeff"), newline=""))


_MOST_ASKS = 1_000


@router.post("/classes/{group:path}/requirements", responses=gives("require", csv=True))
@needs(Permission.PLAN_CLASS)
def class_requirements(request: Request, desk: AtDesk, group: str, body: RequirementsIn) -> Response:
    """Say which requirements are met, which are open, and the fewest competencies that remain."""
    if sum(given is not None for given in (body.version, body.cohort, body.cohorts)) > 1:
        raise Problem("unusable", "One of version, cohort and cohorts was wanted, got more than one.")
    book = requirements_from_toml(toml_text(body.requirements), where="The requirements")
    if sum(len(version.asks) for version in book.versions) > _MOST_ASKS:
        raise Problem("too-large", f"At most {_MOST_ASKS} clauses and balances are looked through at a time.")
    room = desk.class_room(group, body.learners, instant_named(body.as_of))
    cohorts = body.cohorts and {one: body.cohorts[one] for one in room.learners if one in body.cohorts}
    versions = assigned(book, room.learners, version=body.version, cohort=body.cohort, cohorts=cohorts)
    answer = requirements_of(room, book, versions)
    return reply(request, requirements_json(room, answer), answer.table(), name="requirements")
