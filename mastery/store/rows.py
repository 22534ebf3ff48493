"""Facts as rows of a table and back. Times are text in UTC with microseconds, which sorts as it reads."""

import json
from datetime import datetime
from typing import Any

from mastery.errors import StoreError
from mastery.facts import MILLION, Award, Basis, Context, Decision, DecisionKind, Evidence, Fact, Outcome, Purpose

__all__ = ["COLUMNS", "fact_of", "row_of", "time_of", "time_text"]

COLUMNS = (
    "key",
    "learner",
    "fact",
    "competency",
    "observed_at",
    "recorded_at",
    "score",
    "purpose",
    "kind",
    "item",
    "occasion",
    "context",
    "outcome",
    "source",
    "person",
    "detail",
)
"""The columns of a fact after `position`. `score` is in millionths; `person` assessed or decided; `detail` is JSON."""

Row = tuple[Any, ...]

_PURPOSES = {purpose.value: purpose for purpose in Purpose}
_CONTEXTS = {context.value: context for context in Context}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


def time_text(when: datetime) -> str:
    """Return 2026-03-02T14:00:00.000000Z."""
    return when.isoformat(timespec="microseconds")[:26] + "Z"


def time_of(text: str) -> datetime:
    """Return the time that `time_text` wrote."""
    return datetime.fromisoformat(text)


def _recorded(fact: Fact) -> str:
    if fact.recorded_at is None:
        raise StoreError(f"The fact {fact.key!r} has no recorded_at: a store keeps only facts that an engine has stamped.")
    return time_text(fact.recorded_at)


def row_of(fact: Fact) -> Row:
    """Return a fact's row, in the order of COLUMNS."""
    recorded = _recorded(fact)
    if isinstance(fact, Evidence):
        return (
            fact.key,
            fact.learner,
            "evidence",
            fact.competency,
            time_text(fact.observed_at),
            recorded,
            fact.millionths,
            fact.purpose._value_,
            fact.kind,
            fact.item,
            fact.occasion,
            fact.context._value_,
            fact.outcome._value_,
            fact.source,
            fact.assessor,
            None,
        )
    if isinstance(fact, Decision):
        detail: dict[str, Any] = {
            "why": fact.why,
            "of": fact.of,
            "until": fact.until and time_text(fact.until),
            "basis": fact.basis and fact.basis.value,
        }
        kind, source, person = fact.kind.value, fact.source, fact.by
    else:
        detail = {"support": fact.support, "framework": fact.framework, "policy": fact.policy}
        kind, source, person = "", "", ""
    observed, name = time_text(fact.observed_at), type(fact).__name__.lower()
    written = json.dumps({key: value for key, value in detail.items() if value}, ensure_ascii=False)
    head = (fact.key, fact.learner, name, fact.competency, observed, recorded)
    return (*head, None, None, kind, None, None, None, None, source, person, written)


def fact_of(row: Row) -> Fact:
    """Return the fact of a row in the order of COLUMNS."""
    key, learner, fact, competency, observed, recorded, score, purpose, kind, item, occasion, context, outcome, source, person, detail = row
    observed_at, recorded_at = datetime.fromisoformat(observed), datetime.fromisoformat(recorded)
    if fact == "evidence":
        return Evidence(
            learner,
            competency,
            None if score is None else score / MILLION,
            observed_at,
            purpose=_PURPOSES[purpose],
            kind=kind,
            item=item,
            occasion=occasion,
            context=_CONTEXTS[context],
            outcome=_OUTCOMES[outcome],
            source=source,
            assessor=person,
            key=key,
            recorded_at=recorded_at,
        )
    more = json.loads(detail)
    if fact == "decision":
        return Decision(
            learner=learner,
            kind=DecisionKind(kind),
            by=person,
            why=more["why"],
            observed_at=observed_at,
            competency=competency,
            of=more.get("of", ""),
            until=time_of(more["until"]) if "until" in more else None,
            basis=Basis(more["basis"]) if "basis" in more else None,
            source=source,
            key=key,
            recorded_at=recorded_at,
        )
    return Award(
        learner=learner,
        competency=competency,
        earned_at=observed_at,
        support=more.get("support", ()),
        framework=more["framework"],
        policy=more["policy"],
        key=key,
        recorded_at=recorded_at,
    )
