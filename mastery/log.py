"""One learner's facts as the fold wants them: one per key, voids and excuses carried out, laid out by competency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import define, evolve, field

from mastery.errors import FactError, KeyConflict
from mastery.facts import Award, Decision, DecisionKind, Evidence, Fact, Outcome, differences, in_order
from mastery.rulebook import Rulebook

__all__ = ["LearnerLog", "Shelf", "lay_out", "one_per_key"]


@define
class Shelf:
    """The facts on one competency without parts, each kind in order of time."""

    evidence: list[Evidence] = field(factory=list)
    decisions: list[Decision] = field(factory=list)
    awards: list[Award] = field(factory=list)


@define
class LearnerLog:
    """What `lay_out` found: the shelves by position, what has no place, and what is still to come after `at`.

    `corrected` holds the keys that a void or an excuse in force names: a fact that arrives under one of them changes
    more than its own shelf.
    """

    shelves: dict[int, Shelf]
    unplaced: list[Fact]
    corrected: frozenset[str]
    next_fact: datetime | None


def one_per_key(facts: Iterable[Fact], known: datetime | None = None) -> list[Fact]:
    """Return the facts recorded by `known`, one per key, the earliest recorded.

    Raises KeyConflict for one key with two contents, FactError for facts of more than one learner.
    """
    facts = list(facts)
    by_key = {fact.key: fact for fact in facts}
    if known is None and len(by_key) == len(facts) and len({fact.learner for fact in facts}) <= 1:
        return facts
    found: dict[str, Fact] = {}
    learner = None
    for fact in facts:
        if learner is None:
            learner = fact.learner
        elif fact.learner != learner:
            raise FactError(
                "These facts cannot be evaluated together",
                [f"one learner's were wanted, got {learner!r} and {fact.learner!r}"],
            )
        recorded = fact.recorded_at
        if known is not None and recorded is not None and recorded > known:
            continue
        other = found.setdefault(fact.key, fact)
        if other is not fact:
            if other != fact:
                raise KeyConflict(fact.key, differences(other, fact))
            if recorded is not None and (other.recorded_at is None or recorded < other.recorded_at):
                found[fact.key] = fact
    return list(found.values())


def lay_out(rulebook: Rulebook, facts: Sequence[Fact], at: datetime) -> LearnerLog:
    """Return what was observed by `at`, less what is void, by competency and in order of time."""
    decisions: list[Decision] = []
    awards: list[Award] = []
    pieces: list[Evidence] = []
    later: list[datetime] = []
    for fact in facts:
        if fact.observed_at > at:
            later.append(fact.observed_at)
        elif isinstance(fact, Evidence):
            pieces.append(fact)
        elif isinstance(fact, Decision):
            decisions.append(fact)
        else:
            awards.append(fact)
    voided, excused = _corrections(decisions)
    log = LearnerLog({}, [], voided | excused, min(later, default=None))
    if voided:
        pieces = [piece for piece in pieces if piece.key not in voided]
        decisions = [d for d in decisions if d.key not in voided or d.kind is DecisionKind.VOID]
        excused = frozenset(d.of for d in decisions if d.kind is DecisionKind.EXCUSE)
        awards = _standing(awards, voided)
    if excused:
        pieces = [_excused(piece) if piece.key in excused else piece for piece in pieces]
    _shelve_evidence(rulebook, log, pieces)
    _shelve_by_group(rulebook, log, decisions, awards)
    return log


def _corrections(decisions: Iterable[Decision]) -> tuple[frozenset[str], frozenset[str]]:
    voids = {d.key for d in decisions if d.kind is DecisionKind.VOID}
    voided = frozenset(d.of for d in decisions if d.kind is DecisionKind.VOID) - voids
    return voided, frozenset(d.of for d in decisions if d.kind is DecisionKind.EXCUSE)


def _excused(piece: Evidence) -> Evidence:
    return evolve(piece, outcome=Outcome.EXCUSED, score=None)


def _standing(awards: Iterable[Award], voided: frozenset[str]) -> list[Award]:
    """Return the awards that rest on nothing void, directly or through the awards that they name."""
    awards = [award for award in awards if award.key not in voided]
    fallen = set(voided)
    while True:
        falling = {award.key for award in awards if not fallen.isdisjoint(award.support)} - fallen
        if not falling:
            return [award for award in awards if award.key not in fallen]
        fallen |= falling


def _shelve_evidence(rulebook: Rulebook, log: LearnerLog, pieces: list[Evidence]) -> None:
    shelves, leaf = log.shelves, rulebook.leaf
    pieces.sort(key=in_order)
    for piece in pieces:
        i = leaf(piece.competency)
        if i is None:
            for j in rulebook.places(piece.competency):
                shelves.setdefault(j, Shelf()).evidence.append(piece)
            if not rulebook.places(piece.competency):
                log.unplaced.append(piece)
        elif i in shelves:
            shelves[i].evidence.append(piece)
        else:
            shelves[i] = Shelf([piece])


def _shelve_by_group(rulebook: Rulebook, log: LearnerLog, decisions: list[Decision], awards: list[Award]) -> None:
    for decision in sorted(decisions, key=in_order):
        if decision.of:
            continue
        positions = rulebook.placement(decision.competency)
        for i in positions:
            log.shelves.setdefault(i, Shelf()).decisions.append(decision)
        if not positions:
            log.unplaced.append(decision)
    for award in sorted(awards, key=in_order):
        positions = rulebook.placement(award.competency)
        for i in positions:
            log.shelves.setdefault(i, Shelf()).awards.append(award)
        if not positions:
            log.unplaced.append(award)
