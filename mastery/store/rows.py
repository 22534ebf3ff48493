"""Facts as rows of a table and back. Times are ISO 8601 text in UTC, which sorts as it reads: + comes before a dot."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from mastery.errors import StoreError
from mastery.facts import MILLION, Award, Basis, Context, Decision, DecisionKind, Evidence, Fact, Outcome, Purpose

__all__ = ["COLUMNS", "EVIDENCE_COLUMNS", "Row", "fact_of", "rows_of", "shared_cells", "time_of", "time_text"]

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

_json = json.JSONEncoder(ensure_ascii=False).encode

_PURPOSES = {purpose.value: purpose for purpose in Purpose}
_CONTEXTS = {context.value: context for context in Context}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


def time_text(when: datetime) -> str:
    """Return 2026-03-02T14:00:00+00:00, with microseconds where there are some."""
    return when.isoformat()


def time_of(text: str) -> datetime:
    """Return the time that `time_text` wrote."""
    return datetime.fromisoformat(text)


def rows_of(facts: Iterable[Fact]) -> list[Row]:
    """Return the rows of facts, in the order of COLUMNS; raises StoreError for one that no engine has stamped."""
    return [
        _evidence_row(fact, _stamp(fact)) if isinstance(fact, Evidence) else _other_row(fact, _stamp(fact))
        for fact in facts
    ]


def _stamp(fact: Fact) -> str:
    if fact.recorded_at is None:
        raise StoreError(f"The fact {fact.key!r} has no recorded_at: a store keeps what an engine has stamped.")
    return time_text(fact.recorded_at)


EVIDENCE_COLUMNS = tuple(column for column in COLUMNS if column not in ("fact", "recorded_at", "detail"))
"""The columns that differ from piece to piece of evidence recorded in one call."""


def shared_cells(facts: Sequence[Fact]) -> list[Any] | None:
    """Return the stamp that all of `facts` share and then the cells of each in the order of EVIDENCE_COLUMNS.

    None where they are not all evidence with one stamp.
    """
    stamp = facts[0].recorded_at
    if stamp is None:
        return None
    cells: list[Any] = [time_text(stamp)]
    for fact in facts:
        if fact.__class__ is not Evidence or fact.recorded_at is not stamp:
            return None
        cells += _cells(fact)
    return cells


def _cells(fact: Evidence) -> Row:
    return (
        fact.key,
        fact.learner,
        fact.competency,
        fact.observed_at.isoformat(),
        fact.millionths,
        fact.purpose._value_,
        fact.kind,
        fact.item,
        fact.occasion,
        fact.context._value_,
        fact.outcome._value_,
        fact.source,
        fact.assessor,
    )


def _evidence_row(fact: Evidence, recorded: str) -> Row:
    key, learner, competency, observed_at, *others = _cells(fact)
    return (key, learner, "evidence", competency, observed_at, recorded, *others, None)


def _other_row(fact: Decision | Award, recorded: str) -> Row:
    detail: dict[str, Any]
    if isinstance(fact, Decision):
        detail = {
            "why": fact.why,
            "of": fact.of,
            "until": fact.until and time_text(fact.until),
            "basis": fact.basis and fact.basis.value,
        }
        name, kind, source, person = "decision", fact.kind.value, fact.source, fact.by
    else:
        detail = {"support": fact.support, "framework": fact.framework, "policy": fact.policy}
        name, kind, source, person = "award", "", "", ""
    written = _json({key: value for key, value in detail.items() if value})
    head = (fact.key, fact.learner, name, fact.competency, time_text(fact.observed_at), recorded)
    return (*head, None, None, kind, None, None, None, None, source, person, written)


def fact_of(row: Row) -> Fact:
    """Return the fact of a row in the order of COLUMNS."""
    (
        key,
        learner,
        fact,
        competency,
        observed,
        recorded,
        score,
        purpose,
        kind,
        item,
        occasion,
        context,
        outcome,
        source,
        person,
        detail,
    ) = row
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
