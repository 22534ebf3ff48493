"""Facts as they come in: bodies become evidence and decisions, every fault told with its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from competencies import CompetenciesError, Framework
from mastery import Decision, DecisionKind, Evidence, FactError
from mastery.access import Caller, Role
from mastery.adapters.http.bodies import DecisionIn, EvidenceIn, Reason
from mastery.adapters.http.desk import Desk
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.replies import instant_named
from mastery.admission import stamped

__all__ = ["Refusal", "correction_of", "decider", "decisions_of", "evidence_of", "refuse_any"]

Refusal = tuple[int, str]
"""Which of the facts sent, counted from 0, and why it cannot be recorded."""

In = TypeVar("In", EvidenceIn, DecisionIn)
Fact = TypeVar("Fact", Evidence, Decision)


def evidence_of(
    given: Sequence[EvidenceIn], desk: Desk, now: datetime, stem: str
) -> tuple[list[Evidence], list[Refusal]]:
    """Return pieces as evidence, and those that cannot be; `stem`, if any, begins the keys of those without one."""
    by = "" if Role.INTEGRATION in desk.caller.roles else desk.caller.name

    def read(one: EvidenceIn, n: int) -> Evidence:
        fields = one.model_dump(exclude={"points", "maximum", "score", "observed_at", "key", "assessor"})
        return Evidence(
            **fields,
            score=_score(one),
            observed_at=_when(one, desk, now),
            assessor=one.assessor or by,
            key=one.key or (stem and f"{stem}:{n}"),
        )

    return _all(given, read, desk.framework, now)


def _when(one: EvidenceIn | DecisionIn, desk: Desk, now: datetime) -> datetime:
    """Return when it happened: now, where nothing is said, unless it is sent again under its key."""
    given = instant_named(one.observed_at, "observed_at")
    kept = desk.kept(one.key) if given is None and one.key else None
    return given or (now if kept is None else kept.observed_at)


def _score(one: EvidenceIn) -> float | None:
    if one.points is None and one.maximum is None:
        return one.score
    if one.points is None or one.maximum is None or one.score is not None:
        raise FactError("This evidence cannot be used", ["score, or points with maximum, was wanted: one of the two"])
    if not 0 <= one.points <= one.maximum or not one.maximum:
        fault = f"points: a number from 0 to the maximum was wanted, got {one.points:g} of {one.maximum:g}"
        raise FactError("This evidence cannot be used", [fault])
    return one.points / one.maximum


def decisions_of(
    given: Sequence[DecisionIn], desk: Desk, now: datetime, stem: str
) -> tuple[list[Decision], list[Refusal]]:
    """Return decisions, and those that cannot be."""

    def read(one: DecisionIn, n: int) -> Decision:
        if one.kind in (DecisionKind.VOID, DecisionKind.EXCUSE):
            raise FactError(
                "This decision cannot be used", [f"kind: {one.kind} goes to the fact: /v1/facts/{{key}}/{one.kind}"]
            )
        return Decision(
            learner=one.learner,
            kind=DecisionKind(one.kind) if one.kind in {*DecisionKind} else one.kind,  # type: ignore[arg-type]
            competency=one.competency,
            why=one.why,
            by=decider(desk.caller, one.by),
            observed_at=_when(one, desk, now),
            until=instant_named(one.until, "until"),
            key=one.key or (stem and f"{stem}:{n}"),
        )

    return _all(given, read, desk.framework, now)


def correction_of(
    kind: DecisionKind, of: Evidence | Decision, given: Reason, caller: Caller, now: datetime, stem: str
) -> Decision:
    """Return the decision that voids or excuses a fact."""
    return Decision(
        learner=of.learner,
        kind=kind,
        of=of.key,
        why=given.why,
        by=decider(caller, given.by),
        observed_at=instant_named(given.observed_at, "observed_at") or now,
        key=given.key or (stem and f"{stem}:0"),
    )


def decider(caller: Caller, named: str) -> str:
    """Return who decides: who is signed in, or whom an integration names."""
    if Role.INTEGRATION not in caller.roles:
        if named not in ("", caller.name):
            raise Problem("unusable", f"by: you decide in your own name, {caller.name!r}; leave it out.")
        return caller.name
    if not named:
        raise Problem("unusable", "by: who decided was wanted; an integration names the person.")
    return named


def _all(
    given: Sequence[In], read: Callable[[In, int], Fact], framework: Framework, now: datetime
) -> tuple[list[Fact], list[Refusal]]:
    found: list[Fact] = []
    refused: list[Refusal] = []
    for n, one in enumerate(given):
        try:
            fact = read(one, n)
            stamped(fact, framework, now)
            found.append(fact)
        except (FactError, CompetenciesError) as fault:
            refused.append((n, str(fault)))
        except Problem as fault:
            refused.append((n, fault.detail))
    return found, refused


def refuse_any(refused: Sequence[Refusal], where: str) -> None:
    """Raise the problem of facts that cannot be recorded, each with its place; nothing was recorded."""
    if refused:
        errors = [{"in": "the body", "at": f"/{where}/{n}", "detail": said} for n, said in refused[:100]]
        first = f"At /{where}/{refused[0][0]}: {refused[0][1]}"
        more = f" And {len(refused) - 1} more: see errors." if len(refused) > 1 else ""
        raise Problem("unusable", f"Nothing was recorded. {first}{more}", errors=errors)
