"""What `evaluate` must answer, told in time order over all competencies at once: slow, plain, from the definition.

At each moment all facts of all competencies are taken, then there is one cascade, prerequisites first. Requirements
are evaluated by name. Nothing is remembered between moments but credit, barriers and what a person vouched for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import attrs
import networkx
from oracle_leaf import Book, Held, novel, occasions
from oracle_terms import locks, terms_for

from competencies import Framework, evaluate, mentions
from mastery.facts import Award, Basis, Decision, DecisionKind, Evidence, Fact, Outcome
from mastery.models import Estimate
from mastery.policy import Policy
from mastery.retention import Currency
from mastery.standing import Action, Overlay, Status, WaitKind

__all__ = ["Leaf", "Oracle", "effective", "leaves_of"]

Row = tuple[Status, Action | None, WaitKind | None]


@dataclass(frozen=True)
class Leaf:
    """The answer for one competency without parts."""

    status: Status
    action: Action | None
    wait: WaitKind | None
    credit: Held | None
    under_question: bool
    currency: Currency | None
    due_at: datetime | None
    estimate: Estimate | None
    pieces: int
    occasions: int
    novel: int
    criteria_met: bool
    opens: datetime | None
    wants_relearning: bool
    may_challenge: bool
    overlays: frozenset[Overlay]


def effective(facts: Iterable[Fact], at: datetime, known: datetime | None = None) -> list[Fact]:
    """Return the facts that have an effect at `at`, in order: one per key, voids and excuses applied."""
    seen = {
        fact.key: fact
        for fact in facts
        if fact.observed_at <= at and (known is None or fact.recorded_at is None or fact.recorded_at <= known)
    }
    voids = {f.key: f.of for f in seen.values() if isinstance(f, Decision) and f.kind is DecisionKind.VOID}
    gone = set(voids.values()) - set(voids)
    while more := {f.key for f in seen.values() if isinstance(f, Award) and gone & set(f.support)} - gone:
        gone |= more
    left = [fact for key, fact in seen.items() if key not in gone and key not in voids]
    excused = {f.of for f in left if isinstance(f, Decision) and f.kind is DecisionKind.EXCUSE}
    applied = [_excused(fact) if fact.key in excused else fact for fact in left]
    return sorted(applied, key=lambda fact: (fact.observed_at, fact.key))


def _excused(fact: Fact) -> Fact:
    return attrs.evolve(fact, outcome=Outcome.EXCUSED, score=None) if isinstance(fact, Evidence) else fact


def leaves_of(framework: Framework, name: str) -> list[str]:
    """Return the competencies without parts at or under `name`."""
    parts = framework.parts(name)
    if not parts:
        return [framework.competency(name).identifier]
    return [leaf for part in parts for leaf in leaves_of(framework, part.identifier)]


class Oracle:
    """One learner, folded in time order. `answers()` gives a Leaf for every competency without parts."""

    def __init__(
        self,
        framework: Framework,
        policy: Policy,
        facts: Iterable[Fact],
        at: datetime,
        known: datetime | None = None,
    ) -> None:
        self.framework, self.policy, self.at = framework, policy, at
        names = [competency.identifier for competency in framework.competencies]
        self.parts = {name: [part.identifier for part in framework.parts(name)] for name in names}
        self.facts = effective(facts, at, known)
        self.books = {name: self._book(name) for name, parts in self.parts.items() if not parts}
        self.requirements = {name: framework.requirement(name) for name in self.books}
        for fact in self.facts:
            self._shelve(fact)
        self._fold()

    def _book(self, name: str) -> Book:
        blueprint = self.framework.competency(name).check
        return Book(terms_for(self.framework, self.policy, name), blueprint.pass_score if blueprint else None)

    def _shelve(self, fact: Fact) -> None:
        if fact.competency not in self.framework:
            return
        if isinstance(fact, Evidence):
            if (name := self.framework.competency(fact.competency).identifier) in self.books:
                self.books[name].evidence.append(fact)
            return
        for name in leaves_of(self.framework, fact.competency):
            if isinstance(fact, Decision):
                self.books[name].decisions.append(fact)
            else:
                self.books[name].awards.append(fact)

    def _order(self) -> list[str]:
        graph: networkx.DiGraph[str] = networkx.DiGraph()
        graph.add_nodes_from(self.books)
        for name, requirement in self.requirements.items():
            for mentioned in mentions(requirement):
                graph.add_edges_from((leaf, name) for leaf in leaves_of(self.framework, mentioned))
        return list(networkx.topological_sort(graph))

    def _fold(self) -> None:
        untils = {f.until for f in self.facts if isinstance(f, Decision) and f.until and f.until <= self.at}
        order = self._order()
        for now in sorted({fact.observed_at for fact in self.facts} | untils):
            for book in self.books.values():
                book.decide(now)
            for name in order:
                self._look(name, now)

    def _look(self, name: str, now: datetime) -> None:
        book = self.books[name]
        held = book.credit
        if held is not None and held.basis not in (Basis.KEPT, Basis.INFERRED):
            return
        if book.is_own(now) and not book.in_force(DecisionKind.HOLD, now) and self.gate_open(name, now):
            book.credit = Held(Basis.DEMONSTRATED, now, unlocked=not self._is_met(name, now))
        elif held is None and (award := book.award(now)) is not None:
            book.credit = Held(Basis.KEPT, award.earned_at)

    def credited(self) -> set[str]:
        """Return what has credit, lapsed or not."""
        return {name for name, book in self.books.items() if book.credit is not None}

    def _is_met(self, name: str, now: datetime) -> bool:
        """Whether the requirement is met by the credit that opens gates at `now`."""
        met = self.credited()
        met = {n for n in met if not (locks(self.framework, self.policy, n) and self.books[n].is_lapsed(now))}
        return evaluate(self.requirements[name], met, self.parts.__getitem__)

    def gate_open(self, name: str, now: datetime) -> bool:
        """Whether the requirement is met at `now`, or an unlock stands in for it."""
        return self._is_met(name, now) or self.books[name].in_force(DecisionKind.UNLOCK, now)

    def answers(self) -> dict[str, Leaf]:
        """Return the answer for every competency without parts."""
        return {name: self._answer(name) for name in self.books}

    def _answer(self, name: str) -> Leaf:
        book, at = self.books[name], self.at
        counted, checks = book.counted(at), book.checks(at)
        status, action, wait = self._row_of_credit(name) if book.credit else self._row(name)
        beside = book.rule.challenge and status in (Status.READY, Status.IN_PROGRESS)
        paused = book.in_force(DecisionKind.PAUSE, at) and status is not Status.LOCKED
        if paused or (book.in_force(DecisionKind.HOLD, at) and status is Status.MET):
            action, wait = None, WaitKind.PERSON
        return Leaf(
            status=status,
            action=action,
            wait=wait,
            credit=book.credit,
            under_question=self._is_under_question(name),
            currency=self._currency(name),
            due_at=book.due_at(at, self._others(name)),
            estimate=book.terms.model.of(counted, on=at.date()) if counted else None,
            pieces=len(counted),
            occasions=occasions(counted),
            novel=novel(counted),
            criteria_met=book.criteria_met(at),
            opens=checks.opens if checks.opens is not None and at < checks.opens else None,
            wants_relearning=not book.has_relearnt(checks, at),
            may_challenge=beside,
            overlays=self._overlays(name),
        )

    def _is_under_question(self, name: str) -> bool:
        held = self.books[name].credit
        if held is None or held.basis not in (Basis.KEPT, Basis.DEMONSTRATED):
            return False
        met = evaluate(self.requirements[name], self.credited(), self.parts.__getitem__)
        return held.basis is Basis.KEPT or (not held.unlocked and not met)

    def _overlays(self, name: str) -> frozenset[Overlay]:
        kinds = {Overlay.PAUSED: DecisionKind.PAUSE, Overlay.PINNED: DecisionKind.PIN, Overlay.HELD: DecisionKind.HOLD}
        found = {overlay for overlay, kind in kinds.items() if self.books[name].in_force(kind, self.at)}
        return frozenset(found | ({Overlay.UNDER_QUESTION} if self._is_under_question(name) else set()))

    def _others(self, name: str) -> list[datetime]:
        """Return when work on what shares that, and cannot be reached without this, confirmed it."""
        return [
            when
            for other, book in self.books.items()
            if book.terms.retention.refreshes_prerequisites and other != name and not self._reached(name)[other]
            for when in book.proofs(self.at)
        ]

    def _reached(self, less: str) -> dict[str, bool]:
        """Return which competencies can be reached, one after another, by a learner who never meets `less`."""
        met: set[str] = set()
        while True:
            more = {
                name
                for name in self.books
                if name != less and evaluate(self.requirements[name], met, self.parts.__getitem__)
            }
            if more == met:
                return {name: name in met for name in self.books}
            met = more

    def _currency(self, name: str) -> Currency | None:
        book = self.books[name]
        if book.credit is None:
            return None
        if book.is_lapsed(self.at):
            return Currency.LAPSED
        due_at = book.due_at(self.at, self._others(name))
        return Currency.DUE if due_at is not None and self.at >= due_at else Currency.FRESH

    def _row_of_credit(self, name: str) -> Row:
        book = self.books[name]
        checks, currency = book.checks(self.at), self._currency(name)
        if currency is Currency.LAPSED:
            if book.is_used_up(checks):
                return Status.MET, None, WaitKind.PERSON
            waiting = checks.opens is not None and self.at < checks.opens
            return (Status.MET, None, WaitKind.DATE) if waiting else (Status.MET, Action.REPAIR, None)
        if currency is Currency.DUE:
            return Status.MET, Action.RECHECK, None
        return Status.MET, None, WaitKind.PERSON if self._is_under_question(name) else None

    def _row(self, name: str) -> Row:
        book, at = self.books[name], self.at
        rule, checks, criteria_met = book.rule, book.checks(at), book.criteria_met(at)
        if not self.gate_open(name, at):
            return Status.LOCKED, None, WaitKind.REQUIREMENT
        if book.in_force(DecisionKind.HOLD, at):
            return Status.AWAITING, None, WaitKind.PERSON
        if checks.last is False and (rule.required or rule.challenge):
            if book.is_used_up(checks):
                return Status.AWAITING, None, WaitKind.PERSON
            if not book.has_relearnt(checks, at) or not (criteria_met or rule.challenge):
                return Status.NOT_YET, Action.CONTINUE, None
            waiting = checks.opens is not None and at < checks.opens
            return (Status.NOT_YET, None, WaitKind.DATE) if waiting else (Status.NOT_YET, Action.RETAKE, None)
        if rule.required and criteria_met and not book.has_passed(at):
            return Status.CHECK_DUE, Action.CHECK, None
        if book.shown(at):
            return Status.IN_PROGRESS, Action.CONTINUE, None
        return Status.READY, Action.START, None
