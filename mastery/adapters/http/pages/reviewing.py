"""The inbox of a class, and the review of one learner's work: what each score would do is said before it counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from attrs import frozen
from fastapi import APIRouter, Depends
from starlette.responses import Response

import mastery
from competencies import CompetenciesError
from mastery import Evidence, MasteryError, Progress
from mastery.access import Permission
from mastery.adapters.http.asking import form_of, needs
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.http.pages.writing import day_of, new_key, number_of, piece_from, record_once, told_of, would_do
from mastery.adapters.http.problems import Problem, problem_of
from mastery.adapters.pages.links import named
from mastery.answers import why_json
from mastery.changes import Change
from mastery.class_answers import inbox_json
from mastery.classroom import Table, inbox
from mastery.facts import Purpose
from mastery.standing import Action
from mastery.wording import day

__all__ = ["CHECKS", "review_values", "router"]

router = APIRouter()
CHECKS = (Action.CHECK, Action.RETAKE, Action.RECHECK, Action.REPAIR)
"""Steps on which a check is given."""
_PURPOSES = (Purpose.FORMATIVE, Purpose.INTERIM, Purpose.SUMMATIVE, Purpose.CHECK)
_STEP = 0.05
_FIELDS = ("score", "points", "maximum", "purpose", "item", "day", "source", "key")


@frozen
class Imagined:
    """What a score would do, or why it cannot be one."""

    score: float | None
    changes: tuple[Change, ...]
    fault: str = ""


@router.get("/classes/{group}/inbox")
@needs(Permission.READ_CLASS)
def inbox_page(visit: AtPage, group: str) -> Response:
    """List what waits for an adult: decisions first, then what opens most."""
    room = visit.room(group)
    found = inbox(room)
    people = visit.people(room.learners)
    place = {learner: n for n, learner in enumerate(people.listed(room.learners))}  # of hidden names, it tells nothing
    values = {
        "room": room,
        "people": people,
        "items": sorted(found.items, key=lambda one: (-one.opens, place[one.learner])),
        "found": found,
        "statement": {leaf.identifier: leaf.statement for leaf in room.rules.leaves},
    }
    return visit.page(
        "inbox", values, here="inbox", group=named(group), table=found.table(), answer=inbox_json(room, found)
    )


@router.get("/learners/{learner}/review/{competency}")
@needs(Permission.IMAGINE)
def review_page(visit: AtPage, learner: str, competency: str) -> Response:
    """Show the work of a learner on a competency beside a form to score it, and what scores would do."""
    who = visit.learner(learner)
    return _review(visit, who, named(competency), told=told_of(visit, who, visit.request.query_params.get("done", "")))


@router.post("/learners/{learner}/review/{competency}/what-if")
@needs(Permission.IMAGINE)
def score_what_if(
    visit: AtPage, learner: str, competency: str, form: dict[str, str] = Depends(form_of)  # noqa: B008 - FastAPI's way
) -> Response:  # fmt: skip
    """Say what a score would do: the part of the page that a script shows, or the page where the button asked."""
    visit.refuse_past()
    who, name = visit.learner(learner), named(competency)
    try:
        fact = piece_from(visit, _piece(visit, who, name, {**form, "key": ""}))
        said = Imagined(fact.score, would_do(visit, fact))
    except (Problem, MasteryError, CompetenciesError) as fault:
        if form.get("do"):
            return _review(visit, who, name, form=form, fault=problem_of(fault))
        said = Imagined(None, (), problem_of(fault).detail)
    if form.get("do"):
        return _review(visit, who, name, form=form, looked=[said])
    return visit.part("would", {"said": said, "people": visit.people([who])})


@router.post("/learners/{learner}/review/{competency}")
@needs(Permission.WRITE_EVIDENCE)
def record_review(
    visit: AtPage, learner: str, competency: str, form: dict[str, str] = Depends(form_of)  # noqa: B008 - as above
) -> Response:  # fmt: skip
    """Record a score, once for each form, and go to what it changed."""
    visit.refuse_past()
    who, name = visit.learner(learner), named(competency)
    asked = {**form, "key": form.get("key") or new_key()}
    try:
        record_once(visit, lambda: [piece_from(visit, _piece(visit, who, name, asked))])
    except (Problem, MasteryError, CompetenciesError) as fault:
        return _review(visit, who, name, form=form, fault=problem_of(fault))
    return visit.go("learners", visit.people([who]).address(who), "review", name, done=asked["key"])


def _piece(visit: Visit, who: str, competency: str, form: Mapping[str, str]) -> dict[str, object]:
    asked = {name: form.get(name, "").strip() for name in _FIELDS}
    points, maximum = number_of(asked["points"]), number_of(asked["maximum"])
    has_points = points is not None or maximum is not None
    return {
        "learner": who,
        "competency": competency,
        **{name: asked[name] for name in ("purpose", "item", "source", "key")},
        "points": points,
        "maximum": maximum,
        "score": None if has_points else number_of(asked["score"]),
        "observed_at": day_of(visit, asked["day"]),
    }


def _review(visit: Visit, who: str, competency: str, **more: Any) -> Response:
    progress = visit.desk.progress(who, visit.at)
    found = mastery.why(progress, competency)
    values = {**review_values(visit, who, progress, found.competency), "why": found, **more}
    header = ("key", "day", "purpose", "score")
    rows = tuple(
        (one.key, day(one.observed_at), one.purpose, "" if one.score is None else f"{one.score:.2f}")
        for one in found.evidence
    )
    return visit.page(
        "review",
        {"form": {}, "looked": None, "told": None, "fault": None, **values},
        here="inbox",
        group=visit.group_of(who),
        table=Table(header, rows),
        answer=why_json(who, progress, found),
        status=422 if more.get("fault") else 200,
    )


def review_values(visit: Visit, who: str, progress: Progress, competency: str) -> dict[str, Any]:
    """Return what the page of a review shows beside the answers: what is asked, and what two scores would do."""
    about, standing = progress.framework.competency(competency), progress.standing(competency)
    step = next((one for one in mastery.next_steps(progress) if one.competency == competency), None)
    offer = step.check if step else None
    purpose = Purpose.CHECK if standing.action in CHECKS else Purpose.FORMATIVE
    is_leaf = not progress.framework.parts(competency)
    mark = _mark(progress, competency) if is_leaf else 0.0
    can_look = visit.at is None and visit.may(Permission.IMAGINE) and is_leaf
    return {
        "who": who,
        "people": visit.people([who]),
        "progress": progress,
        "printed": progress.framework.printed_name,
        "about": about,
        "standing": standing,
        "step": step,
        "forms": offer.unused_forms if offer else (),
        "purposes": [one.value for one in _PURPOSES],
        "purpose": purpose.value,
        "today": visit.desk.now.astimezone(UTC).date().isoformat(),
        "key": new_key(),
        "mark": mark,
        "is_leaf": is_leaf,
        "imagined": _imagined(visit, who, competency, purpose, mark) if can_look else [],
    }


def _mark(progress: Progress, competency: str) -> float:
    """Return the score from which a check of a competency is passed."""
    rule = progress.rules.rules[progress.rules.expansion.position[competency]]
    return rule.check.pass_score or rule.blueprint_pass or rule.criteria.mastered_at


def _imagined(visit: Visit, who: str, competency: str, purpose: Purpose, mark: float) -> list[Imagined]:
    """Return what a score at the mark would do, and one just below it."""
    found = []
    for score in (mark, max(0.0, round(mark - _STEP, 2))):
        fact = Evidence(who, competency, score, visit.desk.now, purpose=purpose, key="imagined:look")
        found.append(Imagined(score, would_do(visit, fact)))
    return found
