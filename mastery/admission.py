"""What may be recorded: facts are stamped, named by identifier, and refused where they cannot mean anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve

from competencies import Framework
from competencies.errors import near_miss
from mastery.errors import FactError
from mastery.facts import Award, Decision, DecisionKind, Evidence, Fact

if TYPE_CHECKING:
    from mastery.store.protocol import Store

__all__ = ["fact_named", "refuse_misnamed", "stamped"]


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
        fault = f"{competency.label} is a group: evidence is for one of its parts, name it ({names})"
        raise FactError("This evidence cannot be recorded", [fault])
    return evolve(fact, competency=competency.identifier, recorded_at=now)


def refuse_misnamed(facts: Iterable[Fact], store: Store) -> None:
    """Raise FactError for a decision that names a fact which it cannot mean; a target may come later.

    That is one of another learner, an award, a void named by a void, and anything but evidence named by an excuse.
    """
    naming = [fact for fact in facts if isinstance(fact, Decision) and fact.of]
    if not naming:
        return
    given = {fact.key: fact for fact in facts}
    faults = []
    for decision in naming:
        target = store.find(decision.of) or given.get(decision.of)
        fault = "" if target is None else _misnaming(decision, target)
        if fault:
            faults.append(f"of: {fault}")
    if faults:
        what = "This decision" if len(naming) == 1 else "These decisions"
        raise FactError(f"{what} cannot be recorded", faults)


def _misnaming(decision: Decision, target: Fact) -> str:
    """Return why a decision cannot mean a fact; empty where it can."""
    name = repr(target.key)
    if target.learner != decision.learner:
        return (
            f"a fact of {decision.learner!r} was wanted, and {name} is one of {target.learner!r}: "
            f"make the decision one about {target.learner!r}, or name another fact"
        )
    if isinstance(target, Award):
        return (
            f"evidence or a decision was wanted, and {name} is an award, the engine's record of credit: to end the "
            f"credit revoke it, or {decision.kind} the evidence under it"
        )
    if decision.kind is DecisionKind.EXCUSE and not isinstance(target, Evidence):
        what = f"a decision to {target.kind}"
        return f"a piece of evidence was wanted to be excused, and {name} is {what}: to take it back, void it"
    if isinstance(target, Decision) and target.kind is DecisionKind.VOID:
        return f"{name} is a void, which cannot be voided: record again, under a new key, what it took back"
    return ""


_LATEST = 100_000


def fact_named(key: str, store: Store) -> Fact:
    """Return the fact of this key; raises FactError with near misses among the latest facts."""
    found = store.find(key)
    if found is not None:
        return found
    position = max(0, store.position() - _LATEST)
    known: list[str] = []
    while page := store.log(position)[0]:
        known += [fact.key for fact in page if not isinstance(fact, Award)]
        position = store.log(position)[1]
    hint = near_miss(key, known) or "; the answers to why show the keys"
    raise FactError("There is no such fact", [f"the key of a fact was wanted, got {key!r}{hint}"])
