"""What made something change, in plain words: a piece of evidence, a person's decision, other rules, or time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from competencies import CompetenciesError, Framework
from mastery.changes import Cause, CauseKind
from mastery.facts import Award, Decision, DecisionKind, Evidence, Fact, Purpose
from mastery.wording import score

__all__ = ["adoption_cause", "described", "due_cause", "fact_cause", "time_cause"]

_HASHED = re.compile(r"(evidence|decision|award)-[0-9a-f]{32}|row-[0-9a-f]{32}-\d+")
_SAYS = {
    DecisionKind.GRANT: "granted {what}",
    DecisionKind.WAIVE: "waived {what}",
    DecisionKind.REVOKE: "revoked credit for {what}",
    DecisionKind.UNLOCK: "unlocked {what}",
    DecisionKind.HOLD: "put {what} on hold",
    DecisionKind.PAUSE: "paused {what}",
    DecisionKind.PIN: "pinned {what}",
    DecisionKind.EXCUSE: "excused {what}",
    DecisionKind.VOID: "voided {what}",
}


def fact_cause(fact: Fact, framework: Framework, known: Mapping[str, Fact]) -> Cause:
    """Return the cause that a fact is; `known` has the facts that a void or an excuse may name."""
    when = fact.observed_at if fact.recorded_at is None else fact.recorded_at
    if isinstance(fact, Decision):
        target = known.get(fact.of)
        what = described(target, framework) if target is not None else _subject(fact, framework)
        keys = (fact.key, fact.of) if fact.of else (fact.key,)
        return Cause(CauseKind.TEACHER, when, f"{fact.by} {_SAYS[fact.kind].format(what=what)}: {fact.why}", keys)
    return Cause(CauseKind.LEARNER, when, _told(fact, framework), (fact.key,))


def described(fact: Fact, framework: Framework) -> str:
    """Return what a fact is, in a few words: 'evidence quiz-7 for FR3.1 (0.90 on 2026-03-05)'."""
    if isinstance(fact, Decision):
        return f"{_noun(fact, framework)} ({fact.why})"
    head, _, came = _told(fact, framework).partition(": ")
    return f"{head} ({came})" if came else head


def _told(fact: Evidence | Award, framework: Framework) -> str:
    what, on = _named(framework, fact.competency), f"on {fact.observed_at:%Y-%m-%d}"
    if isinstance(fact, Award):
        return f"credit for {what} that was earned {on}"
    came = fact.outcome.value if fact.score is None else score(fact.score)
    return f"{'check' if fact.purpose is Purpose.CHECK else 'evidence'}{_key(fact)} for {what}: {came} {on}"


def _noun(decision: Decision, framework: Framework) -> str:
    on = "on" if decision.kind is DecisionKind.HOLD else "of"
    return f"{decision.by}'s {decision.kind} {on} {_subject(decision, framework)}"


def _subject(decision: Decision, framework: Framework) -> str:
    return f"the fact {decision.of}" if decision.of else _named(framework, decision.competency)


def _key(fact: Fact) -> str:
    """Return the key where somebody chose it; a hash says nothing to a reader."""
    return "" if _HASHED.fullmatch(fact.key) else f" {fact.key}"


def _named(framework: Framework, name: str) -> str:
    try:
        return framework.printed_name(framework.competency(name).identifier)
    except CompetenciesError:
        return name  # of another edition


def adoption_cause(when: datetime, framework: str | None, policy: str | None) -> Cause:
    """Return the cause that it is to adopt a framework, a policy or both, by their versions."""
    said = [
        f"the {what} of {when:%Y-%m-%d} (version {version[:8]})"
        for what, version in (("framework", framework), ("policy", policy))
        if version is not None
    ]
    return Cause(CauseKind.FRAMEWORK if framework is not None else CauseKind.POLICY, when, " and ".join(said))


def due_cause(when: datetime) -> Cause:
    """Return the cause that it is when a recheck falls due."""
    return Cause(CauseKind.TIME, when, "a recheck fell due")


def time_cause(when: datetime, begun: Sequence[Fact], ended: Sequence[Decision], framework: Framework) -> Cause:
    """Return the cause that an instant is: at which facts dated ahead began to count, and decisions came to an end."""
    said = [f"its day came: {described(fact, framework)}" for fact in begun]
    said += [f"{_noun(decision, framework)} ended" for decision in ended]
    return Cause(CauseKind.TIME, when, "; ".join(said) or "time went by", tuple(f.key for f in (*begun, *ended)))
