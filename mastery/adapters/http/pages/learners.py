"""Pages about one learner: where they stand and what comes next, their story, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fastapi import APIRouter
from starlette.responses import Response

import mastery
from competencies.requirement import All, Needs
from mastery import Progress, Status
from mastery.access import Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.visiting import AtPage
from mastery.adapters.pages.links import named
from mastery.answers import show_json, why_json
from mastery.classroom import Table, conference_sheet
from mastery.classroom.cell import Cell, cell_of
from mastery.fact_answers import timeline_json
from mastery.facts import in_order
from mastery.pathway import Step, withheld
from mastery.wording import day

__all__ = ["router"]

router = APIRouter()
_STEPS, _STORY = 5, 12


@router.get("/learners/{learner}")
@needs(Permission.READ_LEARNER)
def learner_page(visit: AtPage, learner: str) -> Response:
    """Show where a learner stands: what is next, what is locked and by what, what is met, what happened lately."""
    who = visit.learner(learner)
    progress = visit.desk.progress(who, visit.at)
    steps = mastery.next_steps(progress)
    sheet = conference_sheet(progress, learner=who)
    cells = list(_cells(progress))
    story = sorted((fact for fact in progress.facts if fact.observed_at <= progress.at), key=in_order)
    values = {
        "who": who,
        "progress": progress,
        "people": visit.people([who]),
        "steps": steps[:_STEPS],
        "more_steps": len(steps) - _STEPS,
        "sheet": sheet,
        "withheld": withheld(progress),
        "of_status": {status.value: [one for one in cells if one[1].status is status] for status in Status},
        "around": [_around(progress, step) for step in steps[:_STEPS]],
        "identifier_of": {progress.rules.printed[i]: leaf.identifier for i, leaf in enumerate(progress.rules.leaves)},
        "printed": progress.framework.printed_name,
        "story": story[: -_STORY - 1 : -1],
        "story_length": len(story),
    }
    table = Table(("competency", "status"), tuple((name, cell.text) for name, cell, _ in cells))
    return visit.page(
        "learner", values, here="learner", group=visit.group_of(who), table=table, answer=show_json(who, progress)
    )


Named = list[tuple[str, Cell]]


def _around(progress: Progress, step: Step) -> tuple[Named, Step, Named]:
    """Return what a step builds on and what it leads to, by printed names, with where the learner stands there."""
    expansion, printed = progress.rules.expansion, progress.rules.printed
    i = expansion.position[step.competency]

    def seen(places: Iterable[int]) -> Named:
        return [(printed[j], cell_of(progress, j)) for j in places]

    return seen(expansion.needs[i]), step, seen(expansion.needed_by[i])


def _cells(progress: Progress) -> Iterator[tuple[str, Cell, str]]:
    """Yield the printed name of every leaf, its cell and what it says, in framework order."""
    for i, competency in enumerate(progress.rules.leaves):
        yield progress.rules.printed[i], cell_of(progress, i), competency.statement


@router.get("/learners/{learner}/why/{competency}")
@needs(Permission.READ_LEARNER)
def why_page(visit: AtPage, learner: str, competency: str) -> Response:
    """Say why a learner stands where they stand on a competency, and what opens it."""
    who = visit.learner(learner)
    progress = visit.desk.progress(who, visit.at)
    found = mastery.why(progress, named(competency))
    values = {
        "who": who,
        "progress": progress,
        "people": visit.people([who]),
        "printed": progress.framework.printed_name,
        "why": found,
        "about": progress.framework.competency(found.competency),
        "standing": progress.standing(found.competency),
        "is_leaf": not progress.framework.parts(found.competency),
        "ways": _lengths(progress, found.ways),
        "begin": mastery.next_steps(progress, goals=[found.competency])[:3] if found.status is Status.LOCKED else (),
    }
    header = ("key", "day", "purpose", "score", "counts", "note")
    rows = (
        (one.key, day(one.observed_at), one.purpose, "" if one.score is None else f"{one.score:.2f}",
         "yes" if one.counts else "no", one.note)
        for one in found.evidence
    )  # fmt: skip
    return visit.page(
        "why",
        values,
        here="learner",
        group=visit.group_of(who),
        table=Table(header, tuple(rows)),
        answer=why_json(who, progress, found),
    )


Way = tuple[str, ...]


def _lengths(progress: Progress, ways: Sequence[Way]) -> list[tuple[Way, int]]:
    """Return ways out with how much is to be met on each, the shortest first."""
    framework = progress.framework
    found = [(way, [Needs(framework.competency(name).identifier) for name in way]) for way in ways]
    legs = [(way, len(mastery.route(progress, framework.text(All(tuple(needs)))).legs)) for way, needs in found]
    return sorted(legs, key=lambda pair: pair[1])


@router.get("/learners/{learner}/story")
@needs(Permission.READ_LEARNER)
def story(visit: AtPage, learner: str) -> Response:
    """List what was recorded of a learner, the latest first."""
    who = visit.learner(learner)
    progress = visit.desk.progress(who, visit.at)
    facts = sorted((fact for fact in progress.facts if fact.observed_at <= progress.at), key=in_order)
    header = ("day", "what", "competency", "key")
    rows = tuple((day(one.observed_at), type(one).__name__.lower(), one.competency, one.key) for one in facts)
    values = {"who": who, "progress": progress, "people": visit.people([who]), "story": facts[::-1],
              "printed": progress.framework.printed_name}  # fmt: skip
    answer = timeline_json(who, progress, facts, None)
    return visit.page(
        "story", values, here="learner", group=visit.group_of(who), table=Table(header, rows), answer=answer
    )
