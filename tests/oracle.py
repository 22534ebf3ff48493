"""What `evaluate` must answer, told in time order over all competencies at once: slow, plain, written from the definition.

At each moment all facts of all competencies are taken, then there is one cascade, prerequisites first. Requirements
are evaluated by name. Nothing is remembered between moments but credit, barriers and what a person vouched for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import attrs
import networkx

from competencies import Framework, evaluate, mentions
from mastery.checks import CheckRule
from mastery.facts import Award, Basis, Context, Decision, DecisionKind, Evidence, Fact, Outcome, Purpose
from mastery.models import Estimate
from mastery.policy import Policy
from mastery.retention import Currency, Lapse
from mastery.standing import Action, Overlay, Status, WaitKind

MILLION = 1_000_000
NO_CHECK = CheckRule(required=False, wait_days=0)
LASTING = (DecisionKind.HOLD, DecisionKind.PAUSE, DecisionKind.UNLOCK, DecisionKind.PIN)


@dataclass(frozen=True)
class Checks:
    """What the checks of one competency come to by some instant."""

    last: bool | None = None
    fails: int = 0
    opens: datetime | None = None
    failed_at: datetime | None = None
    passed_at: datetime | None = None


@dataclass(frozen=True)
class Held:
    """Credit: its basis, since when, and whether an unlock stood in for the requirement."""

    basis: Basis
    since: datetime
    unlocked: bool = False


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
    checks: Checks
    wants_relearning: bool
    gate_open: bool
    overlays: frozenset[Overlay]


@dataclass
class Book:
    """The facts of one competency, in order of time and key."""

    evidence: list[Evidence] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)


def in_time(fact: Fact) -> tuple[datetime, str]:
    """Return the order of facts: the moment, then the key."""
    return fact.observed_at, fact.key


def effective(facts: Iterable[Fact], at: datetime, known: datetime | None = None) -> list[Fact]:
    """Return the facts that have an effect at `at`: one per key, voids and excuses applied."""
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
    return sorted((_excused(fact) if fact.key in excused else fact for fact in left), key=in_time)


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
        self.rule = policy.check or NO_CHECK
        self.parts = {c.identifier: [p.identifier for p in framework.parts(c.identifier)] for c in framework.competencies}
        self.names = [name for name, parts in self.parts.items() if not parts]
        self.requirements = {name: framework.requirement(name) for name in self.names}
        self.facts = effective(facts, at, known)
        self.books = self._books()
        self.credit: dict[str, Held] = {}
        self.barrier: dict[str, datetime] = {}
        self.vouched: dict[str, datetime] = {}
        self._fold()

    def _books(self) -> dict[str, Book]:
        books = {name: Book() for name in self.names}
        for fact in self.facts:
            if isinstance(fact, Decision) and fact.of or fact.competency not in self.framework:
                continue
            if isinstance(fact, Evidence):
                if (name := self.framework.competency(fact.competency).identifier) in books:
                    books[name].evidence.append(fact)
                continue
            for name in leaves_of(self.framework, fact.competency):
                if isinstance(fact, Decision):
                    books[name].decisions.append(fact)
                else:
                    books[name].awards.append(fact)
        return books

    def _order(self) -> list[str]:
        graph: networkx.DiGraph[str] = networkx.DiGraph()
        graph.add_nodes_from(self.names)
        for name, requirement in self.requirements.items():
            for mentioned in mentions(requirement):
                graph.add_edges_from((leaf, name) for leaf in leaves_of(self.framework, mentioned))
        return list(networkx.topological_sort(graph))

    def _fold(self) -> None:
        untils = {f.until for f in self.facts if isinstance(f, Decision) and f.until and f.until <= self.at}
        order = self._order()
        for now in sorted({fact.observed_at for fact in self.facts} | untils):
            for name in self.names:
                self._decide(name, now)
            for name in order:
                self._look(name, now)

    def _decide(self, name: str, now: datetime) -> None:
        kinds = [d for d in self.books[name].decisions if d.observed_at == now]
        if any(d.kind is DecisionKind.REVOKE for d in kinds):
            self.credit.pop(name, None)
            self.barrier[name] = now
            return
        for decision in kinds:
            if decision.kind in (DecisionKind.GRANT, DecisionKind.WAIVE):
                waived = decision.basis or Basis.WAIVED
                self.credit[name] = Held(Basis.GRANTED if decision.kind is DecisionKind.GRANT else waived, now)
                self.vouched[name] = now

    def _look(self, name: str, now: datetime) -> None:
        held = self.credit.get(name)
        if held is not None and held.basis not in (Basis.KEPT, Basis.INFERRED):
            return
        met, unlocked = self._is_met(name, now), self.in_force(name, DecisionKind.UNLOCK, now) is not None
        on_hold = self.in_force(name, DecisionKind.HOLD, now) is not None
        if self._is_own(name, now) and (met or unlocked) and not on_hold:
            self.credit[name] = Held(Basis.DEMONSTRATED, now, unlocked=not met)
        elif held is None:
            standing = [a for a in self.books[name].awards if self._is_after(name, a) and a.earned_at <= now]
            if standing:
                self.credit[name] = Held(Basis.KEPT, standing[0].earned_at)

    def _is_after(self, name: str, fact: Fact) -> bool:
        return name not in self.barrier or fact.observed_at > self.barrier[name]

    def _is_met(self, name: str, now: datetime) -> bool:
        """Whether the requirement is met by what opens gates at `now`."""
        lock = self.policy.retention.lapse is Lapse.LOCK
        met = {c for c in self.credit if not (lock and self._is_lapsed(c, now))}
        return evaluate(self.requirements[name], met, self.parts.__getitem__)

    def _is_lapsed(self, name: str, now: datetime) -> bool:
        checks = self.checks(name, now)
        if checks.last is not False or checks.failed_at is None:
            return False
        return name not in self.vouched or checks.failed_at > self.vouched[name]

    def in_force(self, name: str, kind: DecisionKind, now: datetime) -> Decision | None:
        """Return the decision of this kind that rules at `now`: the latest one, unless it has ended."""
        taken = [d for d in self.books[name].decisions if d.kind is kind and d.observed_at <= now]
        if not taken or (taken[-1].until is not None and now >= taken[-1].until):
            return None
        return taken[-1]

    def scored(self, name: str, now: datetime, *purposes: Purpose) -> list[Evidence]:
        """Return the pieces with a score by `now`, of these purposes (none: of any)."""
        pieces = [p for p in self.books[name].evidence if p.outcome is Outcome.SCORED and p.observed_at <= now]
        return [p for p in pieces if not purposes or p.purpose in purposes]

    def counted(self, name: str, now: datetime) -> list[Evidence]:
        """Return the pieces that count at `now`: after the barrier, of counted purposes, no item twice."""
        found: list[Evidence] = []
        for piece in self.scored(name, now, *self.policy.criteria.counts):
            repeated = piece.item and piece.item in [p.item for p in found]
            if self._is_after(name, piece) and not repeated:
                found.append(piece)
        return found

    def criteria_met(self, name: str, now: datetime) -> bool:
        """Whether estimate, pieces, occasions and novel contexts suffice at `now`."""
        wanted, counted = self.policy.criteria, self.counted(name, now)
        if not counted:
            return False
        estimate = self.policy.model.of(counted, on=counted[-1].observed_at.date())
        return (
            estimate is not None
            and estimate.value >= wanted.mastered_at
            and len(counted) >= wanted.pieces
            and _occasions(counted) >= wanted.occasions
            and _novel(counted) >= wanted.novel
        )

    def has_passed(self, name: str, now: datetime) -> bool:
        """Whether the last decisive check is a pass, and after the barrier."""
        checks = self.checks(name, now)
        after = checks.passed_at is not None and (name not in self.barrier or checks.passed_at > self.barrier[name])
        return checks.last is True and after

    def _is_own(self, name: str, now: datetime) -> bool:
        passed = self.has_passed(name, now)
        enough = self.criteria_met(name, now) or (self.rule.challenge and passed)
        return enough and (passed or not self.rule.required)

    def _bars(self, name: str) -> tuple[int, int | None]:
        blueprint = self.framework.competency(name).check
        score = self.rule.pass_score or (blueprint.pass_score if blueprint else 0.8)
        relearning = self.rule.relearning
        return round(score * MILLION), None if relearning is None else round(relearning * MILLION)

    def has_relearnt(self, name: str, since: datetime | None, now: datetime) -> bool:
        """Whether no relearning is missing at `now` after a fail at `since`."""
        _, bar = self._bars(name)
        if bar is None or since is None:
            return True
        return any(p.observed_at > since and (p.millionths or 0) >= bar for p in self.scored(name, now, Purpose.FORMATIVE))

    def checks(self, name: str, now: datetime) -> Checks:
        """Return what the checks by `now` come to, one by one in order of time and key."""
        state, pass_mark = Checks(), self._bars(name)[0]
        attempts = self.scored(name, now, Purpose.CHECK)
        failing = {p.observed_at for p in attempts if (p.millionths or 0) < pass_mark}
        for piece in attempts:
            t = piece.observed_at
            if (piece.millionths or 0) < pass_mark:
                opens = t + timedelta(days=self.rule.wait_days)
                state = replace(state, last=False, fails=state.fails + 1, opens=opens, failed_at=t)
            elif self._is_valid(name, state, t) and t not in failing:
                state = replace(state, last=True, fails=0, opens=None, passed_at=t)
        return state

    def _is_valid(self, name: str, state: Checks, t: datetime) -> bool:
        in_wait = state.opens is not None and t < state.opens
        return not in_wait and not self._is_used_up(state) and self.has_relearnt(name, state.failed_at, t)

    def _is_used_up(self, state: Checks) -> bool:
        return self.rule.cap is not None and state.fails >= self.rule.cap

    def answers(self) -> dict[str, Leaf]:
        """Return the answer for every competency without parts."""
        return {name: self._answer(name) for name in self.names}

    def _answer(self, name: str) -> Leaf:
        counted, checks = self.counted(name, self.at), self.checks(name, self.at)
        status, action, wait = self._row(name, checks)
        paused = self.in_force(name, DecisionKind.PAUSE, self.at) is not None and status is not Status.LOCKED
        held = self.in_force(name, DecisionKind.HOLD, self.at) is not None and status is Status.MET
        if (paused or held) and action is not None:
            action, wait = None, WaitKind.PERSON
        currency, due_at = self._currency(name, counted)
        return Leaf(
            status=status,
            action=action,
            wait=wait,
            credit=self.credit.get(name),
            under_question=self._is_under_question(name),
            currency=currency,
            due_at=due_at,
            estimate=self.policy.model.of(counted, on=self.at.date()) if counted else None,
            pieces=len(counted),
            occasions=_occasions(counted),
            novel=_novel(counted),
            criteria_met=self.criteria_met(name, self.at),
            checks=checks,
            wants_relearning=not self.has_relearnt(name, checks.failed_at, self.at),
            gate_open=self._gate_open(name),
            overlays=self._overlays(name),
        )

    def _gate_open(self, name: str) -> bool:
        return self._is_met(name, self.at) or self.in_force(name, DecisionKind.UNLOCK, self.at) is not None

    def _is_under_question(self, name: str) -> bool:
        held = self.credit.get(name)
        if held is None or held.basis not in (Basis.KEPT, Basis.DEMONSTRATED):
            return False
        met = evaluate(self.requirements[name], set(self.credit), self.parts.__getitem__)
        return held.basis is Basis.KEPT or (not held.unlocked and not met)

    def _overlays(self, name: str) -> frozenset[Overlay]:
        kinds = {
            Overlay.PAUSED: DecisionKind.PAUSE,
            Overlay.PINNED: DecisionKind.PIN,
            Overlay.HELD: DecisionKind.HOLD,
        }
        found = {overlay for overlay, kind in kinds.items() if self.in_force(name, kind, self.at)}
        return frozenset(found | ({Overlay.UNDER_QUESTION} if self._is_under_question(name) else set()))

    def _currency(self, name: str, counted: Sequence[Evidence]) -> tuple[Currency | None, datetime | None]:
        held = self.credit.get(name)
        if held is None:
            return None, None
        bar, interval = round(self.policy.criteria.mastered_at * MILLION), self.policy.retention.interval
        confirmed = [p.observed_at for p in counted if (p.millionths or 0) >= bar]
        passed_at = self.checks(name, self.at).passed_at
        if passed_at is not None and (name not in self.barrier or passed_at > self.barrier[name]):
            confirmed.append(passed_at)
        if name in self.vouched:
            confirmed.append(self.vouched[name])
        due_at = None if interval is None else max(confirmed, default=held.since) + interval
        if self._is_lapsed(name, self.at):
            return Currency.LAPSED, due_at
        return Currency.DUE if due_at is not None and self.at >= due_at else Currency.FRESH, due_at

    def _row(self, name: str, checks: Checks) -> tuple[Status, Action | None, WaitKind | None]:
        waiting = checks.opens is not None and self.at < checks.opens
        if name in self.credit:
            return self._row_of_credit(name, checks, waiting)
        if not self._gate_open(name):
            return Status.LOCKED, None, WaitKind.REQUIREMENT
        if self.in_force(name, DecisionKind.HOLD, self.at):
            return Status.AWAITING, None, WaitKind.PERSON
        criteria_met, rule = self.criteria_met(name, self.at), self.rule
        if checks.last is False and (rule.required or rule.challenge):
            if self._is_used_up(checks):
                return Status.AWAITING, None, WaitKind.PERSON
            missing = not self.has_relearnt(name, checks.failed_at, self.at)
            if missing or not (criteria_met or rule.challenge):
                return Status.NOT_YET, Action.CONTINUE, None
            return (Status.NOT_YET, None, WaitKind.DATE) if waiting else (Status.NOT_YET, Action.RETAKE, None)
        if rule.required and criteria_met and not self.has_passed(name, self.at):
            return Status.CHECK_DUE, Action.CHECK, None
        if any(self._is_after(name, p) for p in self.scored(name, self.at)):
            return Status.IN_PROGRESS, Action.CONTINUE, None
        return Status.READY, Action.START, None

    def _row_of_credit(
        self, name: str, checks: Checks, waiting: bool
    ) -> tuple[Status, Action | None, WaitKind | None]:
        currency, _ = self._currency(name, self.counted(name, self.at))
        if currency is Currency.LAPSED:
            if self._is_used_up(checks):
                return Status.MET, None, WaitKind.PERSON
            return (Status.MET, None, WaitKind.DATE) if waiting else (Status.MET, Action.REPAIR, None)
        if currency is Currency.DUE:
            return Status.MET, Action.RECHECK, None
        return Status.MET, None, WaitKind.PERSON if self._is_under_question(name) else None


def _occasions(counted: Sequence[Evidence]) -> int:
    return len({piece.occasion or (piece.observed_at.date(), piece.source) for piece in counted})


def _novel(counted: Sequence[Evidence]) -> int:
    return sum(piece.context is Context.NOVEL for piece in counted)


__all__ = ["LASTING", "Checks", "Held", "Leaf", "Oracle", "effective", "in_time", "leaves_of"]
