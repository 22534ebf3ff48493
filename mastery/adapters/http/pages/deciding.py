"""Decisions by a person, in two steps: what it would do, then doing it; and taking a fact back."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends
from starlette.responses import Response

import mastery
from competencies import CompetenciesError
from mastery import Decision, DecisionKind, MasteryError
from mastery.access import Permission
from mastery.adapters.http.asking import form_of, needs
from mastery.adapters.http.bodies import Reason
from mastery.adapters.http.facts_in import correction_of
from mastery.adapters.http.pages.reviewing import review_values
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.http.pages.writing import Told, day_of, decision_from, new_key, record_once, told_of, would_do
from mastery.adapters.http.problems import Problem, problem_of
from mastery.adapters.pages.links import named
from mastery.changes import Change
from mastery.facts import Award
from mastery.wording import instant

__all__ = ["router"]

router = APIRouter()
KINDS = tuple(kind.value for kind in DecisionKind if kind not in (DecisionKind.VOID, DecisionKind.EXCUSE))
UNTIL = ("unlock", "hold", "pause", "pin")


END = "end-"
"""Before a kind: that the one in force ends now."""


@router.get("/learners/{learner}/decide/{competency}")
@needs(Permission.WRITE_DECISIONS)
def decide_page(visit: AtPage, learner: str, competency: str) -> Response:
    """Ask what a person decides for a learner on a competency, and why; or say what the decision did."""
    who = visit.learner(learner)
    told = told_of(visit, who, visit.request.query_params.get("done", ""))
    return _page(visit, who, named(competency), {}, told=told)


@router.post("/learners/{learner}/decide/{competency}")
@needs(Permission.WRITE_DECISIONS)
def decide_here(
    visit: AtPage, learner: str, competency: str, form: dict[str, str] = Depends(form_of)  # noqa: B008 - FastAPI's way
) -> Response:  # fmt: skip
    """Say what a decision would do; record it where that is confirmed, once for each form, and go to what it did."""
    visit.refuse_past()
    who, name = visit.learner(learner), named(competency)
    asked = {**form, "key": form.get("key") or new_key()}
    try:
        decision = _decision(visit, who, name, asked)
        if form.get("do") != "record":
            return _page(visit, who, name, form, looked=would_do(visit, decision))
        record_once(visit, lambda: [_decision(visit, who, name, asked)])
    except (Problem, MasteryError, CompetenciesError) as fault:
        return _page(visit, who, name, form, fault=problem_of(fault))
    return visit.go("learners", visit.people([who]).address(who), "decide", name, done=asked["key"])


def _decision(visit: Visit, who: str, competency: str, form: Mapping[str, str]) -> Decision:
    """Return the decision that a form tells of; one that ends another is of its kind, and over as it begins."""
    given = form.get("kind", "")
    kind = given.removeprefix(END)
    if not form.get("why", "").strip():
        raise Problem("unusable", "A reason was wanted: it is kept with the decision.")
    fields: dict[str, object] = {"learner": who, "competency": competency, "kind": kind}
    fields |= {name: form.get(name, "") for name in ("why", "key")}
    if given != kind:
        kept = visit.desk.kept(form.get("key", ""))
        fields["observed_at"] = fields["until"] = instant(visit.desk.now if kept is None else kept.observed_at)
    elif kind in UNTIL:
        fields["until"] = day_of(visit, form.get("until", ""), last=True)
    return decision_from(visit, fields)


def _page(
    visit: Visit,
    who: str,
    competency: str,
    form: dict[str, str],
    *,
    looked: tuple[Change, ...] | None = None,
    told: Told | None = None,
    fault: Problem | None = None,
) -> Response:
    progress = visit.desk.progress(who, visit.at)
    found = mastery.why(progress, competency)
    track = progress.track(found.competency)
    in_force = [one for one in UNTIL if track is not None and track.in_force(DecisionKind(one), progress.at)]
    values = {
        **review_values(visit, who, progress, found.competency),
        "why": found,
        "kinds": (*(END + one for one in in_force), *KINDS),
        "form": form,
        "looked": looked,
        "told": told,
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
