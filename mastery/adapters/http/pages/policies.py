"""The policy in plain words, and what another would do to each learner before it does."""

from __future__ import annotations

import re
from typing import Any, Literal

from fastapi import APIRouter, Depends
from starlette.responses import Response

from mastery import Policy
from mastery.access import Permission
from mastery.adapters.http.asking import form_of, needs
from mastery.adapters.http.bodies import RulesIn
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.http.problems import PROBLEMS, Problem, problem_of
from mastery.adapters.http.routes.rules import policy_looked_at
from mastery.answers import policy_json, publish_json
from mastery.classroom import Table
from mastery.errors import MasteryError
from mastery.policy_words import words
from mastery.publishing import Impact, by_effect, idle_rules
from mastery.rewording import cut_at, rewording

__all__ = ["router"]

router = APIRouter()
_LONGEST = 200_000


@router.get("/policy")
@needs(Permission.READ_RULES)
def policy_page(visit: AtPage) -> Response:
    """Say the rules in plain words; who may publish can change them and look at what that would do."""
    return _page(visit, visit.desk.rules(visit.at)[1])


def _page(visit: Visit, policy: Policy, *, text: str = "", fault: Problem | None = None, **more: Any) -> Response:
    """Return the page of the rules in force; `policy` is the one that stands in the form, with `text` where given."""
    in_force = visit.desk.rules(visit.at)[1]
    found = {"looked": None, "table": None, "answer": None, "people": visit.people(()), **more}
    table, answer = found.pop("table"), found.pop("answer")
    lines = words(in_force).splitlines()[2:]
    values = {
        "in_force": in_force,
        "since": _since(visit, in_force),
        "lines": lines,
        "text": text or words(policy),
        "cut": policy.criteria.mastered_at,
        "published": visit.request.query_params.get("published") == in_force.version,
        "fault": fault,
        **found,
    }
    return visit.page(
        "policy",
        values,
        here="policy",
        table=table or Table(("rule",), tuple((line.removeprefix("- "),) for line in lines if line)),
        answer=answer or policy_json(in_force),
        status=200 if fault is None else PROBLEMS[fault.kind].status,
    )


def _since(visit: Visit, policy: Policy) -> Any:
    """Return since when a policy is in force: it may have been before, and others between."""
    times = [one.adopted_at for one in visit.desk.adoptions() if one.kind == "policy" and one.version == policy.version]
    return max((one for one in times if one <= visit.moment), default=None)


@router.get("/policy/look")
@needs(Permission.READ_RULES)
def rules_again(visit: AtPage) -> Response:
    """Show the rules in force: what was looked at was sent with a form, and an address does not hold it."""
    return policy_page(visit)


@router.post("/policy/look")
@needs(Permission.PUBLISH_RULES)
def look_at_policy(visit: AtPage, form: dict[str, str] = Depends(form_of)) -> Response:  # noqa: B008 - FastAPI's way
    """Say what another policy would do to each learner. Nothing is kept."""
    return _looked(visit, form, adopt=False)


@router.post("/policy/publish")
@needs(Permission.PUBLISH_RULES)
def publish_policy(visit: AtPage, form: dict[str, str] = Depends(form_of)) -> Response:  # noqa: B008 - as above
    """Make another policy the one in force, in place of the one that was looked at."""
    return _looked(visit, form, adopt=True)


def _looked(visit: Visit, form: dict[str, str], *, adopt: bool) -> Response:
    visit.refuse_past()
    in_force, text = visit.desk.rules()[1], form.get("text", "").replace("\r\n", "\n")
    try:
        text = _with_cut(in_force, form["cut"]) if form.get("cut") else text
        if not 0 < len(text) <= _LONGEST:
            raise Problem("unusable", f"The rules were wanted, in 1 to {_LONGEST:,} characters.")
        body, seen = RulesIn(text=text, form=_form_of(text)), form.get("seen", "")
        policy, impacts = policy_looked_at(visit.desk, body, adopt=adopt, seen=seen)
    except (Problem, MasteryError) as fault:
        return _page(visit, in_force, text=text, fault=problem_of(fault))
    if adopt:
        return visit.go("policy", published=policy.version)
    told: dict[str, Any] = {
        "looked": rewording(in_force, policy),
        "idle": idle_rules(policy, visit.desk.framework),
        "seen": seen,
    }
    return _page(visit, policy, text=text, **told, **_effects(visit, policy, impacts))


def _effects(visit: Visit, policy: Policy, impacts: tuple[Impact, ...]) -> dict[str, Any]:
    """Return what a policy would do: to how many, to whom, and as files."""
    people = visit.people([one.learner for one in impacts])
    order = {learner: n for n, learner in enumerate(people.listed(people.learners))}
    effects = {effect.value: touched for effect, touched in by_effect(impacts).items()}
    rows = [(one, effect, ", ".join(names)) for effect, touched in effects.items() for one, names in touched]
    return {
        "people": people,
        "touched": len(impacts),
        "of": len(visit.desk.known_learners()),
        "effects": {effect: sorted(touched, key=lambda one: order[one[0]]) for effect, touched in effects.items()},
        "table": Table(("learner", "effect", "competencies"), tuple(rows)),
        "answer": publish_json(
            None, policy.version, None, impacts, adopted=False, idle_rules=idle_rules(policy, visit.desk.framework)
        ),
    }


def _with_cut(policy: Policy, text: str) -> str:
    """Return a policy with another cut score, in words; refuses what is none."""
    try:
        return words(cut_at(policy, float(text.replace(",", "."))))
    except ValueError:
        raise Problem("unusable", f"A score from 0 to 1 was wanted, such as 0.8, got {text!r}.") from None


def _form_of(text: str) -> Literal["toml", "words"]:
    """Return whether a policy is written in words or as TOML."""
    begins = [line.strip() for line in text.splitlines() if line.strip()]
    return "toml" if any(re.match(r"\[|[a-z_]+ *=", line) for line in begins) else "words"
