"""Facts, and whether a learner may enter, as JSON values. Their shapes are in docs/schemas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mastery.entry import Entry
from mastery.facts import Award, Decision, Evidence, Fact
from mastery.progress import Progress
from mastery.wording import instant

__all__ = ["entry_json", "fact_json", "timeline_json"]

Json = dict[str, Any]


def fact_json(fact: Fact) -> Json:
    """Return a fact: every field of it, times as instants in UTC."""
    found: Json = {
        "fact": type(fact).__name__.lower(),
        "key": fact.key,
        "learner": fact.learner,
        "competency": fact.competency or None,
        "observed_at": instant(fact.observed_at),
        "recorded_at": fact.recorded_at and instant(fact.recorded_at),
    }
    if isinstance(fact, Evidence):
        return found | _evidence(fact)
    return found | (_decision(fact) if isinstance(fact, Decision) else _award(fact))


def _evidence(fact: Evidence) -> Json:
    texts = ("kind", "item", "occasion", "source", "assessor")
    return {
        "score": fact.score,
        "purpose": fact.purpose.value,
        "context": fact.context.value,
        "outcome": fact.outcome.value,
        **{name: getattr(fact, name) for name in texts},
    }


def _decision(fact: Decision) -> Json:
    return {
        "kind": fact.kind.value,
        "by": fact.by,
        "why": fact.why,
        "of": fact.of or None,
        "until": fact.until and instant(fact.until),
        "basis": fact.basis and fact.basis.value,
        "source": fact.source,
    }


def _award(fact: Award) -> Json:
    return {"support": list(fact.support), "framework": fact.framework, "policy": fact.policy}


def timeline_json(learner: str, progress: Progress, facts: Sequence[Fact], after: str | None) -> Json:
    """Return the answer to `timeline` (docs/schemas/timeline.json): facts in the order in which they happened.

    `after` is the place behind which the next page goes on.
    """
    return {
        "learner": learner,
        "as_of": instant(progress.at),
        "framework": progress.framework.version,
        "policy": progress.policy.version,
        "facts": [fact_json(fact) for fact in facts],
        "next": after,
    }


def entry_json(learner: str, progress: Progress, found: Entry) -> Json:
    """Return whether a learner may enter (docs/schemas/entry.json)."""
    return {
        "learner": learner,
        "as_of": instant(progress.at),
        "framework": progress.framework.version,
        "policy": progress.policy.version,
        "competency": found.competency,
        "code": found.code,
        "to": found.to.value,
        "allow": found.allow,
        "status": found.status.value,
        "because": found.because,
    }
