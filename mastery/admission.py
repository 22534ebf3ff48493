"""What may be recorded: facts are stamped, named by identifier, and refused where they cannot mean anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve

from competencies import Framework
from mastery.errors import FactError
from mastery.facts import Award, Decision, DecisionKind, Evidence, Fact

if TYPE_CHECKING:
    from mastery.store.protocol import Store

__all__ = ["refuse_foreign", "stamped"]


def stamped(fact: Evidence | Decision, framework: Framework, now: datetime) -> Evidence | Decision:
    """Return a fact as it is recorded at `now`, its competency by identifier.

    What an earlier edition called a competency stays as it is: its successors take it in. Raises FactError for an
    award of the caller's own and for evidence for a group, UnknownCompetency, AmbiguousCode.
    """
    if isinstance(fact, Award):
        raise FactError("This fact cannot be recorded", [f"awards are written by the engine alone, got {fact.key!r}"])
    if isinstance(fact, Decision) and fact.of:
        return evolve(fact, recorded_at=now)
    if fact.competency in framework.formerly:
        return evolve(fact, recorded_at=now)  # under its former name, so that the same row stays the same fact
    competency = framework.competency(fact.competency)
    parts = framework.parts(competency.identifier) if isinstance(fact, Evidence) else ()
    if parts:
        names = ", ".join(part.label for part in parts)
        fault = f"{competency.label} is a group: evidence is for one of its parts ({names})"
        raise FactError("This evidence cannot be recorded", [fault])
    return evolve(fact, competency=competency.identifier, recorded_at=now)


def refuse_foreign(facts: Iterable[Fact], store: Store) -> None:
    """Raise FactError for a decision that names another learner's fact, or voids a void; a target may come later."""
    for decision in facts:
        if not isinstance(decision, Decision) or not decision.of:
            continue
        target = store.find(decision.of)
        if target is None:
            continue
        if target.learner != decision.learner:
            fault = f"{decision.of!r} is a fact of {target.learner!r}, not of {decision.learner!r}"
            raise FactError("This decision cannot be recorded", [fault])
        if isinstance(target, Decision) and target.kind is decision.kind is DecisionKind.VOID:
            fault = f"{decision.of!r} is a void, which cannot be voided"
            raise FactError("This decision cannot be recorded", [fault])
