"""Answers as JSON values, the same for every face. Their shapes are in docs/schemas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from attrs import asdict

from competencies import Competency, EditionChanges
from mastery.changes import Cause, Change
from mastery.explain import Why
from mastery.facts import Decision, Evidence
from mastery.models import Estimate
from mastery.pathway import Step, Withheld, left_out, withheld
from mastery.policy import Policy
from mastery.policy_toml import to_toml
from mastery.policy_words import words
from mastery.progress import Progress
from mastery.publishing import Impact
from mastery.receipt import Receipt
from mastery.route import Leg, Route
from mastery.standing import Standing, Wait
from mastery.wording import instant

__all__ = [
    "changes_json",
    "import_json",
    "json_text",
    "leg_json",
    "next_json",
    "path_json",
    "policy_json",
    "publish_json",
    "receipt_json",
    "show_json",
    "standing_json",
    "told_json",
    "what_if_json",
    "why_json",
]

Json = dict[str, Any]


def json_text(value: Any) -> str:
    """Return an answer as every face gives it out, to the byte: indented by two, in Unicode, with a line end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _head(learner: str, progress: Progress) -> Json:
    return {
        "learner": learner,
        "as_of": instant(progress.at),
        "framework": progress.framework.version,
        "policy": progress.policy.version,
    }


def _estimate(estimate: Estimate | None) -> Json | None:
    if estimate is None:
        return None
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "pieces": estimate.pieces}


def next_json(learner: str, progress: Progress, steps: tuple[Step, ...], goals: Sequence[str] = ()) -> Json:
    """Return the answer to `next` (docs/schemas/next.json), with what is withheld on the way to `goals`."""
    choice = progress.policy.choice
    return {
        **_head(learner, progress),
        "steps": [_step(step) for step in steps],
        "waiting": [_withheld(one) for one in withheld(progress, goals=goals)],
        "choice": choice and {"at_a_time": choice, "left_out": left_out(progress)},
    }


def _withheld(one: Withheld) -> Json:
    return {
        "competency": one.competency,
        "code": one.code,
        "statement": one.statement,
        "status": one.status.value,
        "waits_for": _wait(one.wait),
    }


def path_json(learner: str, progress: Progress, route: Route) -> Json:
    """Return the answer to `path` (docs/schemas/path.json)."""
    return {
        **_head(learner, progress),
        "goal": route.goal,
        "met": route.met,
        "shortest": route.shortest,
        "total": len(route.legs),
        "legs": [leg_json(leg) for leg in route.legs],
        "because": list(route.because),
    }


def leg_json(leg: Leg) -> Json:
    """Return one leg of a path."""
    return {
        "competency": leg.competency,
        "code": leg.code,
        "statement": leg.statement,
        "status": leg.status.value,
        "action": leg.action and leg.action.value,
        "waits_for": leg.wait and _wait(leg.wait),
        "missing": leg.missing,
        "after": list(leg.after),
    }


def _wait(wait: Wait) -> Json:
    until = wait.until and instant(wait.until)
    return {"kind": wait.kind.value, "what": wait.what, "until": until, "by": wait.by or None}


def _step(step: Step) -> Json:
    found: Json = {
        "competency": step.competency,
        "code": step.code,
        "statement": step.statement,
        "action": step.action.value,
        "status": step.status.value,
        "estimate": _estimate(step.estimate),
        "unlocks": step.unlocks,
        "score_parts": dict(step.score_parts),
        "because": list(step.because),
    }
    if step.check is not None:
        check = step.check
        found["check"] = {
            "pass_score": check.pass_score,
            "questions": check.questions,
            "unused_forms": list(check.unused_forms),
        }
    if step.pin is not None:
        pin = step.pin
        found["pinned"] = {"by": pin.by, "why": pin.why, "until": pin.until and instant(pin.until)}
    return found


def show_json(learner: str, progress: Progress) -> Json:
    """Return the answer to `show` (docs/schemas/show.json): every competency without parts, in framework order."""
    standings = [standing_json(competency, standing) for competency, standing in progress.standings()]
    counts: dict[str, int] = {}
    for standing in standings:
        counts[standing["status"]] = counts.get(standing["status"], 0) + 1
    unplaced = [fact.key for fact in progress.unplaced]
    return {**_head(learner, progress), "counts": counts, "competencies": standings, "unplaced": unplaced}


def standing_json(competency: Competency, standing: Standing) -> Json:
    """Return where a learner stands on one competency or group, as in docs/schemas/show.json."""
    credit, wait = standing.credit, standing.wait
    return {
        "competency": competency.identifier,
        "code": competency.code,
        "status": standing.status.value,
        "action": standing.action and standing.action.value,
        "estimate": _estimate(standing.estimate),
        "pieces": standing.pieces,
        "credit": credit and {"basis": credit.basis.value, "since": instant(credit.since)},
        "currency": standing.currency and standing.currency.value,
        "due_at": standing.due_at and instant(standing.due_at),
        "overlays": sorted(overlay.value for overlay in standing.overlays),
        "waits_for": wait and _wait(wait),
    }


def why_json(learner: str, progress: Progress, why: Why) -> Json:
    """Return the answer to `why` (docs/schemas/why.json)."""
    return {**_head(learner, progress), **why.to_json()}


def receipt_json(receipt: Receipt) -> Json:
    """Return what `record` and `decide` did (docs/schemas/receipt.json)."""
    return {
        "recorded": [fact.key for fact in receipt.recorded],
        "repeated": receipt.repeated,
        "awards": [
            {"learner": award.learner, "competency": award.competency, "earned_at": instant(award.earned_at)}
            for award in receipt.awards
        ],
        "changes": [_change(change) for change in receipt.changes],
    }


def import_json(recorded: int, repeated: int, awards: int, learners: int, *, readable: int | None = None) -> Json:
    """Return the answer to `import` (docs/schemas/import.json); `readable` where it was only looked at."""
    found = {"recorded": recorded, "repeated": repeated, "awards": awards, "learners": learners}
    return found if readable is None else {**found, "readable": readable}


def what_if_json(
    learner: str, progress: Progress, facts: Sequence[Evidence | Decision], changes: Sequence[Change]
) -> Json:
    """Return the answer to `what-if` (docs/schemas/what-if.json): what was imagined, and what it would change."""
    imagined = [_imagined(progress, fact) for fact in facts]
    return {**_head(learner, progress), "imagined": imagined, "changes": [_change(change) for change in changes]}


def _imagined(progress: Progress, fact: Evidence | Decision) -> Json:
    competency = progress.framework.competency(fact.competency)
    return {
        "competency": competency.identifier,
        "code": competency.code,
        "score": fact.score if isinstance(fact, Evidence) else None,
        "purpose": fact.purpose.value if isinstance(fact, Evidence) else None,
        "decision": fact.kind.value if isinstance(fact, Decision) else None,
        "observed_at": instant(fact.observed_at),
    }


def changes_json(learner: str | None, since: datetime, until: datetime, changes: Sequence[Change]) -> Json:
    """Return the answer to `changes` (docs/schemas/changes.json), each with its cause."""
    told = [told_json(change) for change in changes]
    return {"learner": learner, "since": instant(since), "until": instant(until), "changes": told}


def told_json(change: Change) -> Json:
    """Return one change with its cause, which it has."""
    return {**_change(change), "cause": change.cause and _cause(change.cause)}


def _cause(cause: Cause) -> Json:
    return {"kind": cause.kind.value, "when": instant(cause.when), "text": cause.text, "keys": list(cause.keys)}


def _change(change: Change) -> Json:
    return {
        "learner": change.learner,
        "competency": change.competency,
        "code": change.code,
        "kind": change.kind.value,
        "before": change.before and change.before.value,
        "after": change.after and change.after.value,
        "text": change.text,
    }


def publish_json(
    framework: str | None,
    policy: str | None,
    changes: EditionChanges | None,
    impacts: tuple[Impact, ...],
    *,
    adopted: bool,
    idle_rules: Sequence[int] = (),
) -> Json:
    """Return what publishing does or would do (docs/schemas/publish.json); versions where they change."""
    return {
        "framework": framework,
        "policy": policy,
        "adopted": adopted,
        "changes": None if changes is None else {name: list(names) for name, names in asdict(changes).items()},
        "learners": [asdict(impact) for impact in impacts],
        "idle_rules": list(idle_rules),
    }


def policy_json(policy: Policy) -> Json:
    """Return the answer to `policy` (docs/schemas/policy.json): the rules in words and as TOML."""
    return {"version": policy.version, "words": words(policy).splitlines(), "toml": to_toml(policy)}
