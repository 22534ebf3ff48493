"""Decisions by a person, in two steps: what it would do, then doing it; and taking a fact back."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.responses import Response

from competencies import CompetenciesError
from mastery import DecisionKind, MasteryError
from mastery.access import Permission
from mastery.adapters.http.asking import form_of, needs
from mastery.adapters.http.bodies import Reason
from mastery.adapters.http.facts_in import correction_of
from mastery.adapters.http.pages.reviewing import review_values
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.http.pages.writing import day_of, decision_from, would_do
from mastery.adapters.http.problems import Problem, problem_of
from mastery.adapters.pages.links import named
from mastery.changes import Change
from mastery.facts import Award

__all__ = ["router"]

router = APIRouter()
KINDS = tuple(kind.value for kind in DecisionKind if kind not in (DecisionKind.VOID, DecisionKind.EXCUSE))
UNTIL = ("unlock", "hold", "pause", "pin")


@router.get("/learners/{learner}/decide/{competency}")
@needs(Permission.WRITE_DECISIONS)
def decide_page(visit: AtPage, learner: str, competency: str) -> Response:
    """Ask what a person decides for a learner on a competency, and why."""
    return _page(visit, visit.learner(learner), named(competency), {})


@router.post("/learners/{learner}/decide/{competency}")
@needs(Permission.WRITE_DECISIONS)
def decide_here(
    visit: AtPage, learner: str, competency: str, form: dict[str, str] = Depends(form_of)  # noqa: B008 - FastAPI's way
) -> Response:  # fmt: skip
    """Say what a decision would do; record it where that is confirmed."""
    visit.refuse_past()
    who = visit.learner(learner)
    try:
        fields = {
            "learner": who,
            "competency": named(competency),
            **{name: form.get(name, "") for name in ("kind", "why", "key")},
            "until": day_of(visit, form.get("until", ""), last=True) if form.get("kind") in UNTIL else None,
        }
        if not form.get("why", "").strip():
            raise Problem("unusable", "A reason was wanted: it is kept with the decision.")
        decision = decision_from(visit, fields)
        if form.get("do") != "record":
            return _page(visit, who, named(competency), form, looked=would_do(visit, decision))
        receipt = visit.desk.record([decision])
    except (Problem, MasteryError, CompetenciesError) as fault:
        return _page(visit, who, named(competency), form, fault=problem_of(fault))
    return _page(visit, who, named(competency), {}, done=receipt.changes)


def _page(
    visit: Visit,
    who: str,
    competency: str,
    form: dict[str, str],
    *,
    looked: tuple[Change, ...] | None = None,
    done: tuple[Change, ...] | None = None,
    fault: Problem | None = None,
) -> Response:
    progress = visit.desk.progress(who, visit.at)
    identifier = progress.framework.competency(competency).identifier
    values = {
        **review_values(visit, who, progress, identifier),
        "kinds": KINDS,
        "form": form,
        "looked": looked,
        "done": done,
        "fault": fault,
    }
    return visit.page("decide", values, here="inbox", group=visit.group_of(who), status=422 if fault else 200)


@router.post("/learners/{learner}/take-back")
@needs(Permission.WRITE_DECISIONS)
def take_back(
    visit: AtPage, learner: str, form: dict[str, str] = Depends(form_of)  # noqa: B008 - as above
) -> Response:  # fmt: skip
    """Take a piece of evidence or a decision back: it stays in the record, and counts for nothing."""
    visit.refuse_past()
    who, key = visit.learner(learner), form.get("fact", "")
    kept = visit.desk.kept(key)
    if kept is None or kept.learner != who or isinstance(kept, Award):
        raise Problem("not-found", "There is no such piece or decision of this learner.")
    if not form.get("why", "").strip():
        raise Problem("unusable", "A reason was wanted: it is kept.")
    reason = Reason(why=form["why"].strip()[:4_000], key=f"void-{key}"[:500])
    decision = correction_of(DecisionKind.VOID, kept, reason, visit.desk.caller, visit.desk.now, "")
    visit.desk.record([decision])
    return visit.go("learners", visit.people([who]).address(who), "why", kept.competency)
