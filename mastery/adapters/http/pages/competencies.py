"""One competency in a class: who can begin, who is how far from it, who has met it; and what it asks for."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from competencies.gate import bits
from mastery.access import Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.visiting import AtPage
from mastery.adapters.pages.links import named
from mastery.class_answers import ready_json
from mastery.classroom import Classroom, Distance, who_is_ready
from mastery.facts import MILLION
from mastery.rulebook import Rule

__all__ = ["router"]

router = APIRouter()


@router.get("/classes/{group}/competencies/{competency}")
@needs(Permission.READ_CLASS)
def competency_page(visit: AtPage, group: str, competency: str) -> Response:
    """Say who is ready for a competency, who is one or two away and of what, and who has met it."""
    room = visit.room(group)
    found = who_is_ready(room, named(competency))
    about = room.framework.competency(found.competency)
    rule = _rule(room, about.identifier)
    people = visit.people(room.learners)
    order = {learner: n for n, learner in enumerate(people.listed(room.learners))}
    values = {
        "room": room,
        "people": people,
        "about": about,
        "parts_of": room.framework.parts(about.identifier),
        "at_distance": [(one, sorted(found.at(one), key=lambda row: order[row.learner])) for one in Distance],
        "rule": rule,
        "pass_mark": rule and rule.checks_at_first.pass_mark / MILLION,
        "requirement": room.framework.text(room.framework.requirement(about.identifier)),
        "around": _around(room, about.identifier),
        "standing_of": lambda learner: room.progress[learner].standing(about.identifier),
        "because": found.because,
        "caveats": found.caveats,
    }
    answer = ready_json(room, found)
    return visit.page("competency", values, here="competency", group=named(group), table=found.table(), answer=answer)


def _rule(room: Classroom, identifier: str) -> Rule | None:
    """Return what the policy asks for a competency; nothing for a group, whose parts are asked for."""
    place = room.rules.expansion.position.get(identifier)
    return None if place is None else room.rules.rules[place]


def _around(room: Classroom, identifier: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return what a competency builds on and what builds on it, by identifier and printed name."""
    expansion, printed = room.rules.expansion, room.rules.printed
    inner = list(bits(expansion.masks[identifier]))
    before = sorted({j for i in inner for j in expansion.needs[i]} - {*inner})
    after = sorted({j for i in inner for j in expansion.needed_by[i]} - {*inner})

    def shown(places: list[int]) -> list[tuple[str, str]]:
        return [(expansion.leaves[j], printed[j]) for j in places]

    return shown(before), shown(after)
